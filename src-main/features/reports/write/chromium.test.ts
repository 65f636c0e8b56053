import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, expect, test, vi } from 'vitest';

import { chromiumPrinter, findChromium } from './chromium.ts';

const folders: string[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('a browser is the one that is named, else one that is installed', () => {
  const there =
    (...files: string[]) =>
    (file: string) =>
      files.includes(file);
  const env = { PATH: '/a:/b', TWOFOLD_CHROMIUM: '/named' };
  expect(findChromium(env, 'linux', there('/named', '/a/chromium'))).toBe('/named');
  expect(findChromium(env, 'linux', there('/b/google-chrome'))).toBe('/b/google-chrome');
  expect(findChromium({}, 'linux', there('/b/chromium'))).toBeNull();
  const edge = 'C:\\P\\Microsoft\\Edge\\Application\\msedge.exe';
  expect(findChromium({ PROGRAMFILES: 'C:\\P' }, 'win32', there(edge))).toBe(edge);
  const mac = '/Applications/Chromium.app/Contents/MacOS/Chromium';
  expect(findChromium({}, 'darwin', there(mac))).toBe(mac);
});

const isAlive = (pid: number): boolean => {
  try {
    // A zombie, whose parent has not looked yet, is no more.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

test.skipIf(process.platform !== 'linux')(
  'cancelled, a browser that does not end is killed with all that it has started',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'twofold-chromium-'));
    folders.push(folder);
    const browser = path.join(folder, 'browser');
    const pids = path.join(folder, 'pids');
    // Deaf to SIGTERM, and so is its child, which holds its standard error.
    const child = `trap '' TERM INT; echo $$ >> '${pids}'; while :; do sleep 0.1; done`;
    writeFileSync(
      browser,
      `#!/bin/sh\ntrap '' TERM INT\necho $$ > '${pids}'\nsh -c "${child.replaceAll('$', '\\$')}" &\nwhile :; do sleep 0.1; done\n`,
      { mode: 0o700 },
    );
    vi.stubEnv('TWOFOLD_CHROMIUM', browser);
    const controller = new AbortController();
    const printing = chromiumPrinter(
      path.join(folder, 'page.html'),
      path.join(folder, 'page.pdf'),
      folder,
      controller.signal,
    );
    const refused = expect(printing).rejects.toThrow('enough');
    await expect.poll(() => readLines(pids)).toHaveLength(2);
    const started = Date.now();
    controller.abort(new Error('enough'));
    await refused;
    expect(Date.now() - started).toBeLessThan(4500);
    expect(readLines(pids).map(Number).filter(isAlive)).toEqual([]);
  },
  15_000,
);

const readLines = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
