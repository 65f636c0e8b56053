import { EventEmitter } from 'node:events';

/** The web contents of a window: what the shell hangs on them, and what it answers. */
export class FakeContents extends EventEmitter {
  readonly mainFrame = { url: '', parent: null };
  readonly sent: unknown[][] = [];
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  setWindowOpenHandler(handler: FakeContents['openHandler']): void {
    this.openHandler = handler;
  }
  send(...message: unknown[]): void {
    this.sent.push(message);
  }
  printToPDF(): Promise<Buffer> {
    return Promise.resolve(Buffer.from('%PDF-'));
  }
}

type WindowOptions = Readonly<{ webPreferences: Record<string, unknown> }>;

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly options: WindowOptions;
  readonly loaded: string[] = [];

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    fake.windows.push(this);
    // As Electron does: before anything is loaded.
    electron.app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.webContents.mainFrame.url = url;
    return Promise.resolve();
  }
  loadFile(file: string): Promise<void> {
    this.loaded.push(file);
    return Promise.resolve();
  }
  show(): void {}
  focus(): void {}
  isMinimized(): boolean {
    return false;
  }
  destroy(): void {
    this.emit('closed');
  }
}

type Answer = (answer: unknown) => void;
type Request = Readonly<{ url: string; method: string }>;

export class FakeSession extends EventEmitter {
  onRequest: (contents: unknown, permission: string, answer: Answer, details: object) => void =
    () => {};
  onCheck: (contents: unknown, permission: string, origin: string) => boolean = () => true;
  onDevice: () => boolean = () => true;
  beforeRequest: (details: { url: string }, answer: Answer) => void = () => {};
  readonly webRequest = {
    onBeforeRequest: (listener: FakeSession['beforeRequest']) => (this.beforeRequest = listener),
  };
  setPermissionRequestHandler(handler: FakeSession['onRequest']): void {
    this.onRequest = handler;
  }
  setPermissionCheckHandler(handler: FakeSession['onCheck']): void {
    this.onCheck = handler;
  }
  setDevicePermissionHandler(handler: FakeSession['onDevice']): void {
    this.onDevice = handler;
  }
}

const nothing = (): void => {};

/** What a test looks at. */
export const fake = {
  /** Calls that must come before others, in their order. */
  order: [] as string[],
  windows: [] as FakeWindow[],
  sessions: new Map<string, FakeSession>(),
  schemes: [] as unknown[],
  /** Opened in the system's browser. */
  opened: [] as string[],
  pages: (() => new Response(null, { status: 500 })) as (request: Request) => Response,
  handlers: new Map<string, (event: unknown, ...args: unknown[]) => unknown>(),
  exitCode: undefined as number | undefined,
};

const defaultSession = new FakeSession();

/** In place of the module `electron`, whose runtime a unit test does not have: as much of it as the shell uses. */
export const electron = {
  app: Object.assign(new EventEmitter(), {
    isPackaged: true,
    setPath: nothing,
    requestSingleInstanceLock: () => true,
    quit: nothing,
    enableSandbox: () => fake.order.push('sandbox'),
    whenReady: () => {
      fake.order.push('ready');
      return Promise.resolve();
    },
    exit: (code: number) => (fake.exitCode = code),
  }),
  BrowserWindow: FakeWindow,
  dialog: { showMessageBox: () => Promise.resolve({ response: 0 }) },
  ipcMain: {
    handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) =>
      fake.handlers.set(channel, handler),
  },
  Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: nothing },
  powerSaveBlocker: { start: () => 1, stop: nothing },
  protocol: {
    registerSchemesAsPrivileged: (schemes: unknown[]) => {
      fake.order.push('scheme');
      fake.schemes.push(...schemes);
    },
    handle: (_scheme: string, handler: (request: Request) => Response) => (fake.pages = handler),
  },
  session: {
    defaultSession,
    fromPartition: (name: string) => {
      const found = fake.sessions.get(name) ?? new FakeSession();
      fake.sessions.set(name, found);
      return found;
    },
  },
  shell: { openExternal: (url: string) => Promise.resolve(fake.opened.push(url)) },
  utilityProcess: {
    fork: () => {
      throw new Error('No test of the shell trains.');
    },
  },
};
