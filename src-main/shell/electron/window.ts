import { BrowserWindow, shell, type Session, type WebContents } from 'electron';

import {
  appOrigin,
  isAllowedPermission,
  isExternalUrl,
  isOwnUrl,
  isPreviewUrl,
  webPreferences,
} from './policy.ts';

/** The one window, on our own page or, in development, on the build tool's. */
export function openWindow(preload: string, developmentUrl: string | undefined): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1100,
    minHeight: 700,
    show: false,
    autoHideMenuBar: true,
    webPreferences: { ...webPreferences, preload },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(developmentUrl ?? `${appOrigin}/`);
  return window;
}

/** For every web contents there is or will be. */
export function harden(contents: WebContents, developmentOrigin: string | undefined): void {
  contents.on('will-navigate', (event) => {
    if (!isOwnUrl(event.url, developmentOrigin)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isOwnUrl(event.url, developmentOrigin)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame && !isPreviewUrl(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isExternalUrl(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(isAllowedPermission(permission, details.requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, origin) =>
    isAllowedPermission(permission, origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}
