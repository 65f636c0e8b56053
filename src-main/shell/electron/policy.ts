import { previewPrefix } from '#contract/report.ts';

/** What Electron's shell allows, as data and pure functions: no import of Electron, so that tests can check it. */

export const appScheme = 'twofold';
export const appOrigin = `${appScheme}://app`;

/** `app` stands in for a host: relative addresses and the same-origin rule work as on the web. */
export const schemePrivileges = {
  standard: true,
  secure: true,
  supportFetchAPI: true,
  corsEnabled: false,
  bypassCSP: false,
  allowServiceWorkers: false,
  stream: false,
} as const;

export const webPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

/** Everything else (camera, location, notifications, devices, reading the clipboard ...) is denied. */
const allowedPermissions: readonly string[] = ['clipboard-sanitized-write'];
export const isAllowedPermission = (permission: string, url: string | undefined): boolean =>
  allowedPermissions.includes(permission) && url !== undefined && isOwnUrl(url);

/** Pages that may be opened in the system's browser: the corpus's home. */
const externalHosts: readonly string[] = ['ai.stanford.edu'];
export function isExternalUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url?.protocol === 'https:' &&
    externalHosts.includes(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.password === ''
  );
}

/** Compares parsed origins, never prefixes. A custom scheme's `origin` is "null" in Node: its parts are compared. */
export function isOwnUrl(text: string, developmentOrigin?: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  if (developmentOrigin !== undefined && url.origin === developmentOrigin) return true;
  return (
    url.protocol === `${appScheme}:` &&
    url.host === 'app' &&
    url.username === '' &&
    url.password === ''
  );
}

/** A page that our window may frame: what it frames goes nowhere else. */
export const isPreviewUrl = (text: string): boolean =>
  manifestPath(text)?.startsWith(previewPrefix) === true;

/** The path under which a file of the screens is looked up in the manifest; undefined for what is not ours. */
export function manifestPath(text: string): string | undefined {
  const url = URL.parse(text);
  return url !== null && isOwnUrl(text) ? url.pathname : undefined;
}

export type Sender = Readonly<{
  /** Address of the frame that sends; null where it is gone already. */
  frameUrl: string | null;
  isMainFrame: boolean;
  isOwnWindow: boolean;
}>;

/** Only the top frame of our own window, showing our own page, may call. */
export const isTrustedSender = (sender: Sender, developmentOrigin?: string): boolean =>
  sender.isOwnWindow &&
  sender.isMainFrame &&
  sender.frameUrl !== null &&
  isOwnUrl(sender.frameUrl, developmentOrigin);
