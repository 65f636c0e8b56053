import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { PagePrinter } from '../../services.ts';

const limitMs = 180_000;
/** A browser that was asked to end has so long. */
const graceMs = 2000;

/**
 * A headless Chromium of this machine, without a network. The page has no script. When it is cancelled, all of its processes have
 * ended before this throws.
 */
export const chromiumPrinter: PagePrinter = async (page, target, folder, signal) => {
  const browser = findChromium();
  if (browser === null) throw new AppError('unavailable', m.report_no_browser());
  const args = [
    '--headless',
    '--disable-gpu',
    '--no-first-run',
    '--disable-extensions',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--host-resolver-rules=MAP * ~NOTFOUND',
    '--no-pdf-header-footer',
    '--generate-pdf-document-outline',
    `--user-data-dir=${path.join(folder, 'profile')}`,
    // As root Chromium starts without its sandbox only.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--print-to-pdf=${target}`,
    pathToFileURL(page).href,
  ];
  const failure = await run(browser, args, folder, signal);
  signal.throwIfAborted();
  if (failure !== null || !existsSync(target)) {
    throw new AppError(
      'unavailable',
      m.report_browser_failed({ browser, why: failure ?? m.report_browser_wrote_nothing() }),
    );
  }
};

/** The one that the environment names, else one that is installed; null where there is none. */
export function findChromium(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  exists: (file: string) => boolean = existsSync,
): string | null {
  const named = [env['TWOFOLD_CHROMIUM'], env['CHROME_PATH']];
  return (
    [...named, ...installed(env, platform)].find(
      (file) => file !== undefined && file !== '' && exists(file),
    ) ?? null
  );
}

function installed(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly string[] {
  if (platform === 'darwin') {
    const names = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return names.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    return roots
      .filter((root) => root !== undefined)
      .flatMap((root) => [
        path.win32.join(root, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        path.win32.join(root, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
      ]);
  }
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return unixNames.flatMap((name) => folders.map((folder) => path.posix.join(folder, name)));
}

const unixNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];

/** Why it failed; null where it ended well. Whatever it writes beside its profile goes into `folder` too. */
async function run(
  browser: string,
  args: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<string | null> {
  const child = spawn(browser, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
    // A group of its own: Ctrl-C in a terminal does not reach it, and all of it can be ended at once.
    detached: hasGroups,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4000)));
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, killedBy) => {
      resolve(code === 0 ? null : `${killedBy ?? code ?? ''}`);
    });
  });
  const stop = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const end = (): void => {
    send(child, 'SIGTERM');
    void Promise.race([ended, wait(graceMs, undefined, { ref: false })]).then(() => {
      send(child, 'SIGKILL');
    });
  };
  if (stop.aborted) end();
  else stop.addEventListener('abort', end, { once: true });
  const failure = await ended;
  stop.removeEventListener('abort', end);
  // What it started may outlive it, and would hold its files and its messages.
  send(child, 'SIGKILL');
  if (failure === null) return null;
  if (!child.stderr.closed)
    await Promise.race([once(child.stderr, 'close'), wait(graceMs, undefined, { ref: false })]);
  child.stderr.destroy();
  return said.trim().split('\n').at(-1)?.slice(0, 200) || failure;
}

const hasGroups = process.platform !== 'win32';

/** To the browser and all that it has started; Windows has no groups. */
function send(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!hasGroups || child.pid === undefined) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // No process of the group is left.
  }
}
