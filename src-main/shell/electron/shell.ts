import path from 'node:path';

import {
  app,
  dialog,
  ipcMain,
  Menu,
  powerSaveBlocker,
  protocol,
  session,
  type BrowserWindow,
  type IpcMainInvokeEvent,
} from 'electron';

import * as m from '#messages';

import { openWorkbench, type Workbench } from '../../features/workbench.ts';
import { electronHost } from '../../processes/host-electron.ts';
import { previewHeaders, securityHeaders } from '../csp.ts';
import { checkEvent, createDispatch, refusal } from '../dispatch.ts';
import { sayFailure } from '../exit.ts';
import { readRendererFiles, type RendererFiles } from '../renderer-files.ts';
import { electronPrinter } from './print.ts';
import { appOrigin, appScheme, isTrustedSender, manifestPath, schemePrivileges } from './policy.ts';
import { denyPermissions, harden, openWindow } from './window.ts';

export type ElectronOptions = Readonly<{
  home: string;
  trainerEntry: string;
  analysisEntry: string;
  backupEntry: string;
  cliEntry: string;
  resources: string;
  rendererFolder: string;
  preload: string;
  isChecking: boolean;
}>;

/** Registers what must come before Electron is ready and returns at once; the window opens when it is. */
export function openElectron(options: ElectronOptions): void {
  // One window a home: the second start brings the first one forward.
  app.setPath('userData', path.join(options.home, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: schemePrivileges }]);
  app
    .whenReady()
    .then(() => run(options))
    .catch((error: unknown) => {
      sayFailure(error);
      app.exit(1);
    });
}

function run(options: ElectronOptions): void {
  const { rendererFolder, preload, isChecking, ...places } = options;
  const developmentUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  const developmentOrigin =
    developmentUrl === undefined ? undefined : new URL(developmentUrl).origin;
  denyPermissions(session.defaultSession);
  app.on('web-contents-created', (_event, contents) => harden(contents, developmentOrigin));
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu()));

  const services = openWorkbench({
    ...places,
    host: electronHost,
    printPage: electronPrinter,
    previewOrigin: appOrigin,
  });
  servePages(
    developmentUrl === undefined ? readRendererFiles(rendererFolder) : new Map(),
    services.previewAt,
    previewHeaders(developmentOrigin),
  );
  let window: BrowserWindow | undefined;
  const isTrusted = (event: IpcMainInvokeEvent): boolean =>
    isTrustedSender(
      {
        frameUrl: event.senderFrame?.url ?? null,
        isMainFrame: event.senderFrame?.parent === null,
        isOwnWindow: window !== undefined && event.sender === window.webContents,
      },
      developmentOrigin,
    );

  const dispatch = createDispatch(services.handlers, {
    isChecking,
    onDefect: (_where, error) => sayFailure(error),
  });
  ipcMain.handle('call', (event, name: unknown, input: unknown) =>
    isTrusted(event) ? dispatch(name, input) : refusal(m.shell_foreign_call()),
  );
  services.onEvent((name, payload) => {
    if (isChecking) checkEvent(name, payload);
    window?.webContents.send('event', name, payload);
  });
  keepAwakeWhileTraining(services);

  const show = () => {
    if (window === undefined) {
      window = openWindow(preload, developmentUrl);
      window.on('close', (event) => {
        // Asked below: the window closes by `destroy` once the answer is there.
        event.preventDefault();
        if (window !== undefined) void leave(services, window);
      });
      window.on('closed', () => (window = undefined));
    } else {
      if (window.isMinimized()) window.restore();
      window.focus();
    }
  };
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {
    // Trains on without a window, or is on its way out already.
    if (services.underway().length === 0) void end(services);
  });
  app.on('before-quit', (event) => {
    if (window !== undefined) return;
    event.preventDefault();
    void end(services);
  });
  // A system that shuts down asks nobody: what trains is paused at a checkpoint.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void end(services));
  services.onEvent(() => {
    if (window === undefined && services.underway().length === 0) void end(services);
  });
  show();
}

/** The screens, and the pages that they frame. */
function servePages(
  files: RendererFiles,
  previewAt: (path: string) => string | undefined,
  headersOfPreview: Readonly<Record<string, string>>,
): void {
  protocol.handle(appScheme, (request) => {
    const path = (request.method === 'GET' ? manifestPath(request.url) : undefined) ?? '';
    const preview = previewAt(path);
    if (preview !== undefined) return new Response(preview, { headers: headersOfPreview });
    const found = files.get(path);
    if (found === undefined)
      return new Response(`${m.shell_not_found()}\n`, { status: 404, headers: securityHeaders });
    return new Response(new Uint8Array(found.body), {
      headers: {
        ...securityHeaders,
        'Content-Type': found.type,
        'Cache-Control': found.cacheControl,
      },
    });
  });
}

/** With a run underway: keep training without a window, pause at a checkpoint, cancel the training, or stay. */
async function leave(services: Workbench, window: BrowserWindow): Promise<void> {
  if (services.underway().length === 0) {
    window.destroy();
    return;
  }
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: m.shell_run_underway(),
    detail: m.shell_what_shall_become(),
    buttons: [m.shell_keep(), m.shell_pause(), m.shell_cancel(), m.shell_stay()],
    defaultId: 0,
    cancelId: 3,
  });
  if (response === 3) return;
  if (response !== 0) await services.close({ active: response === 1 ? 'pause' : 'stop' });
  window.destroy();
}

let isEnding = false;
/** `exit` closes without asking anything again. */
async function end(services: Workbench): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await services.close({ active: 'pause' });
  app.exit(0);
}

function keepAwakeWhileTraining(services: Workbench): void {
  let blocker: number | undefined;
  services.onEvent((name) => {
    if (name !== 'runs.changed') return;
    const isTraining = services.underway().length > 0;
    if (isTraining && blocker === undefined)
      blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!isTraining && blocker !== undefined) {
      powerSaveBlocker.stop(blocker);
      blocker = undefined;
    }
  });
}

function menu(): Electron.MenuItemConstructorOptions[] {
  return [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    { role: 'editMenu' },
    {
      label: m.shell_menu_view(),
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
}
