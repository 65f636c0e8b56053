import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';

type Listener = (payload: unknown) => void;

// One channel each way; the main process refuses unknown names and foreign senders.
contextBridge.exposeInMainWorld('bridge', {
  call: (name: string, input: unknown): Promise<unknown> => ipcRenderer.invoke('call', name, input),
  on: (name: string, listener: Listener): (() => void) => {
    const hear = (_event: IpcRendererEvent, event: string, payload: unknown) => {
      if (event === name) listener(payload);
    };
    ipcRenderer.on('event', hear);
    return () => ipcRenderer.off('event', hear);
  },
  pathOf: (file: File): string => webUtils.getPathForFile(file),
});
