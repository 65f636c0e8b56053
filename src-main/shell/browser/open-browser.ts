import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { withUsersUmask } from '../../features/system/private-home.ts';
import { movingOn } from './server.ts';

/** Whether there is a screen to open a browser on. */
export function hasDisplay(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return isSet(environment['DISPLAY']) || isSet(environment['WAYLAND_DISPLAY']);
}

/**
 * Opens the system's browser and does not wait for it; where there is none, the printed link remains. A program's arguments are read by
 * every user of the machine: what is opened is a page that only this user can read, and that leads to the link.
 */
export function openBrowser(
  link: string,
  home: string,
  platform: NodeJS.Platform = process.platform,
): void {
  const page = path.join(home, `.shell-${randomBytes(6).toString('hex')}.html`);
  try {
    removeOld(home);
    writeFileSync(page, movingOn(link), { mode: 0o600, flag: 'wx' });
  } catch {
    rmSync(page, { force: true });
    return; // a full disk
  }
  const [command, ...leading] =
    platform === 'win32'
      ? ['rundll32', 'url.dll,FileProtocolHandler']
      : [platform === 'darwin' ? 'open' : 'xdg-open'];
  const args = [...leading, pathToFileURL(page).href];
  const child = withUsersUmask(() =>
    spawn(command, args, { stdio: 'ignore', detached: true, windowsHide: true }),
  );
  child.on('error', () => {});
  child.unref();
}

/** Pages of earlier links. A browser that starts cold on a busy machine has read its own by then. */
function removeOld(home: string): void {
  for (const name of readdirSync(home)) {
    if (!/^\.shell-[0-9a-f]+\.html$/.test(name)) continue;
    const page = path.join(home, name);
    if (Date.now() - statSync(page).mtimeMs > browserStartMs) rmSync(page, { force: true });
  }
}

const browserStartMs = 120_000;

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';
