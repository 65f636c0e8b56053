import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { calls, type CallName } from '#contract/index.ts';

import { electron, fake } from '../../testing/processes/fake-electron.ts';
import { securityHeaders } from '../csp.ts';
import { appOrigin, appScheme, schemePrivileges, webPreferences } from './policy.ts';
import { electronPrinter } from './print.ts';
import { openElectron } from './shell.ts';

// The wiring itself: that the window gets the options, that every handler is set, that foreign senders stay outside.
vi.mock(
  'electron',
  async () => (await import('../../testing/processes/fake-electron.ts')).electron,
);

const screens = { 'index.html': '<!doctype html>', 'assets/app.js': 'export {};' };
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-electron-'));
  mkdirSync(path.join(folder, 'screens/assets'), { recursive: true });
  for (const [name, text] of Object.entries(screens))
    writeFileSync(path.join(folder, 'screens', name), text);
  writeFileSync(path.join(folder, 'secret.js'), 'secret');
  const entry = (name: string) => path.join(import.meta.dirname, '../..', name);
  openElectron({
    home: path.join(folder, 'home'),
    trainerEntry: entry('trainer/entry.ts'),
    analysisEntry: entry('analysis/entry.ts'),
    backupEntry: entry('features/backups/child/entry.ts'),
    cliEntry: entry('cli/main.ts'),
    resources: path.join(import.meta.dirname, '../../../resources'),
    rendererFolder: path.join(folder, 'screens'),
    preload: '/made/by/the/build/preload.cjs',
    isChecking: true,
  });
  await vi.waitUntil(() => fake.windows.length > 0);
});
afterAll(async () => {
  window().destroy();
  electron.app.emit('window-all-closed');
  await vi.waitUntil(() => fake.exitCode !== undefined);
  rmSync(folder, { recursive: true, force: true });
});

const window = () => fake.windows[0]!;

type Prevented = Readonly<{ url: string; isMainFrame: boolean; preventDefault: () => void }>;
/** Whether it goes there. */
function goes(event: string, url: string, isMainFrame = true): boolean {
  let isPrevented = false;
  const details: Prevented = { url, isMainFrame, preventDefault: () => (isPrevented = true) };
  window().webContents.emit(event, details);
  return !isPrevented;
}

const foreign = [
  'https://evil.example/',
  'http://127.0.0.1/',
  'file:///etc/passwd',
  'data:text/html,<script>1</script>',
  'javascript:alert(1)',
  'blob:twofold://app/x',
  `${appScheme}://evil/`,
  `${appOrigin}.evil.example/`,
  `${appScheme}://app@evil.example/`,
  'about:blank',
  '',
];

describe('before Electron is ready', () => {
  it('the sandbox is on and the scheme has its rights, no more', () => {
    expect(fake.order.slice(0, 3)).toEqual(['sandbox', 'scheme', 'ready']);
    expect(fake.schemes).toEqual([{ scheme: appScheme, privileges: schemePrivileges }]);
    expect(schemePrivileges).toMatchObject({ corsEnabled: false, allowServiceWorkers: false });
  });
});

describe('the window', () => {
  it('has the options of the policy and our preload alone, and shows our page', () => {
    expect(fake.windows).toHaveLength(1);
    expect(window().options.webPreferences).toEqual({
      ...webPreferences,
      preload: '/made/by/the/build/preload.cjs',
    });
    expect(window().loaded).toEqual([`${appOrigin}/`]);
  });

  it('goes nowhere else, by no way', () => {
    for (const event of ['will-navigate', 'will-redirect']) {
      expect(goes(event, `${appOrigin}/#/runs`), event).toBe(true);
      for (const url of foreign) expect(goes(event, url), `${event} ${url}`).toBe(false);
    }
    expect(goes('will-frame-navigate', `${appOrigin}/report-preview/abc`, false)).toBe(true);
    for (const url of [...foreign, `${appOrigin}/`])
      expect(goes('will-frame-navigate', url, false), url).toBe(false);
    expect(goes('will-attach-webview', '')).toBe(false);
  });

  it('opens none of its own; the system’s browser opens listed pages by https', () => {
    const open = (url: string) => window().webContents.openHandler({ url });
    for (const url of [
      ...foreign,
      'http://ai.stanford.edu/',
      'https://ai.stanford.edu.evil.example/',
    ])
      expect(open(url), url).toEqual({ action: 'deny' });
    expect(fake.opened).toEqual([]);
    expect(open('https://ai.stanford.edu/~amaas/data/sentiment/')).toEqual({ action: 'deny' });
    expect(fake.opened).toEqual(['https://ai.stanford.edu/~amaas/data/sentiment/']);
  });

  it('is asked by nobody for more than writing the clipboard', () => {
    const { defaultSession } = electron.session;
    const asked = (permission: string, requestingUrl: string) => {
      let answered: unknown;
      defaultSession.onRequest({}, permission, (answer) => (answered = answer), { requestingUrl });
      return answered;
    };
    expect(asked('clipboard-sanitized-write', `${appOrigin}/`)).toBe(true);
    expect(defaultSession.onCheck({}, 'clipboard-sanitized-write', `${appOrigin}/`)).toBe(true);
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'usb',
      'x',
    ]) {
      expect(asked(permission, `${appOrigin}/`), permission).toBe(false);
      expect(defaultSession.onCheck({}, permission, `${appOrigin}/`), permission).toBe(false);
    }
    for (const url of foreign) expect(asked('clipboard-sanitized-write', url), url).toBe(false);
    expect(defaultSession.onDevice()).toBe(false);
    let isPrevented = false;
    defaultSession.emit('will-download', { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
  });
});

describe('the scheme', () => {
  const get = (url: string, method = 'GET') => fake.pages({ url, method });

  it('gives what is in the manifest, with the rules for browsers', async () => {
    for (const [url, text] of [
      [`${appOrigin}/`, screens['index.html']],
      [`${appOrigin}/assets/app.js`, screens['assets/app.js']],
      [`${appOrigin}/assets/app.js?raw??`, screens['assets/app.js']],
    ] as const) {
      const answer = get(url);
      expect([url, answer.status, await answer.text()]).toEqual([url, 200, text]);
      for (const [name, value] of Object.entries(securityHeaders))
        expect(answer.headers.get(name), name).toBe(value);
    }
  });

  it('gives nothing else, whatever the address', async () => {
    const paths = fc.oneof(
      fc.webPath(),
      fc.constantFrom(
        '/index.html',
        '/../secret.js',
        '/%2e%2e/secret.js',
        '/assets/..%2f..%2fsecret.js',
      ),
      fc.constantFrom(
        '/..\\secret.js',
        '//etc/passwd',
        '/assets',
        '/report-preview/',
        '/assets/app.js/',
      ),
    );
    await fc.assert(
      fc.asyncProperty(paths, fc.constantFrom('app', 'evil', 'app.evil'), async (at, host) => {
        const address = `${appScheme}://${host}${at}`;
        fc.pre(new URL(address).pathname !== '/');
        const answer = get(address);
        expect(answer.status).toBe(404);
        expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
        expect(await answer.text()).toBe('Not found.\n');
      }),
    );
    for (const method of ['POST', 'HEAD', 'PUT', 'OPTIONS'])
      expect(get(`${appOrigin}/`, method).status, method).toBe(404);
  });
});

type Answer = Readonly<{ ok: boolean; failure?: { kind: string; message: string } }>;
const own = () => ({ senderFrame: window().webContents.mainFrame, sender: window().webContents });
const call = async (event: unknown, ...message: unknown[]): Promise<Answer> =>
  (await fake.handlers.get('call')!(event, ...message)) as Answer;

describe('calls', () => {
  it('come by one channel', () => {
    expect([...fake.handlers.keys()]).toEqual(['call']);
    const preload = readFileSync(path.join(import.meta.dirname, '../../preload.ts'), 'utf8');
    expect(preload.match(/exposeInMainWorld|ipcRenderer\.\w+\('\w+'/g)).toEqual([
      'exposeInMainWorld',
      "ipcRenderer.invoke('call'",
      "ipcRenderer.on('event'",
      "ipcRenderer.off('event'",
    ]);
  });

  it('are answered to our own page, and refused to every other sender', async () => {
    expect(await call(own(), 'datasets.list', {})).toEqual({ ok: true, value: [] });
    const { senderFrame, sender } = own();
    for (const event of [
      { senderFrame: null, sender },
      { senderFrame: { ...senderFrame, parent: senderFrame }, sender },
      { senderFrame, sender: {} },
      ...foreign.map((url) => ({ senderFrame: { url, parent: null }, sender })),
    ]) {
      const { ok, failure } = await call(event, 'datasets.list', {});
      expect([ok, failure?.kind]).toEqual([false, 'invalid']);
    }
  });

  it('survive whatever a structured clone can carry', async () => {
    const names = fc.oneof(
      fc.constantFrom(...(Object.keys(calls) as CallName[]).filter(isHarmless)),
      fc.anything(),
    );
    await fc.assert(
      fc.asyncProperty(names, cloned, async (name, input) => {
        const answer = await call(own(), name, input);
        expect(answer.failure?.kind).not.toBe('internal');
      }),
      { numRuns: 500 },
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

/** Those with an input that is good as it is would start work, or change what the other tests look at. */
const isHarmless = (name: CallName): boolean => !calls[name].input.safeParse({}).success;

const cloned = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  key: fc.oneof(
    fc.string(),
    fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'runId', 'runIds', 'path'),
  ),
});

it('prints in a hidden window without scripts, whose session reaches nothing but files', async () => {
  const target = path.join(folder, 'out.pdf');
  await electronPrinter('/some/page.html', target, folder, new AbortController().signal);
  expect(readFileSync(target, 'utf8')).toBe('%PDF-');
  const printing = fake.windows.at(-1)!;
  const apart = fake.sessions.get('report-print')!;
  expect(printing.options.webPreferences).toEqual({
    ...webPreferences,
    session: apart,
    javascript: false,
  });
  const isStopped = (url: string) => {
    let answered: unknown;
    apart.beforeRequest({ url }, (answer) => (answered = answer));
    return (answered as { cancel: boolean }).cancel;
  };
  expect(isStopped('file:///some/page.html')).toBe(false);
  for (const url of [
    'https://evil.example/',
    'http://127.0.0.1/',
    'ws://evil.example/',
    'filesystem:x',
  ])
    expect(isStopped(url), url).toBe(true);
});
