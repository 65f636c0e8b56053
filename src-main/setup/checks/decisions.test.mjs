import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isCurrent, isGenerated } from '../programs/bundle.mjs';
import { candidates, systemChromium } from '../chromium.mjs';
import { closingLine, playwrightCounts, runnerCounts, sum, vitestCounts } from './counts.mjs';
import { electronProgram, hasDisplay, isRecent } from '../programs/electron.mjs';
import { holdsExactly, npmCommand } from '../packages.mjs';
import { packagedPath, pinnedEnv, pinnedNode } from '../pinned-node.mjs';
import { cacheFolder, lockFile } from '../places.mjs';
import { fingerprint, writeStamp } from '../stamp.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-setup-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(name, text = '') {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe('places', () => {
  test('the cache is TWOFOLD_CACHE, else the platform has a place for it', () => {
    expect(cacheFolder({ env: { TWOFOLD_CACHE: '/c' }, platform: 'linux', home: '/h' })).toBe('/c');
    expect(cacheFolder({ env: { XDG_CACHE_HOME: '/x' }, platform: 'linux', home: '/h' })).toBe(
      '/x/twofold',
    );
    expect(cacheFolder({ env: { XDG_CACHE_HOME: 'x' }, platform: 'linux', home: '/h' })).toBe(
      '/h/.cache/twofold',
    );
    expect(cacheFolder({ env: {}, platform: 'darwin', home: '/h' })).toBe(
      '/h/Library/Caches/twofold',
    );
    expect(cacheFolder({ env: { LOCALAPPDATA: 'C:\\l' }, platform: 'win32', home: 'C:\\h' })).toBe(
      'C:\\l\\twofold\\Cache',
    );
  });
  test('each checkout has locks of its own', () => {
    const env = { TWOFOLD_CACHE: folder };
    expect(lockFile('packages', { env, projectRoot: '/a' })).not.toBe(
      lockFile('packages', { env, projectRoot: '/b' }),
    );
    expect(lockFile('packages', { env, projectRoot: '/a' })).not.toBe(
      lockFile('bundle', { env, projectRoot: '/a' }),
    );
  });
});

describe('packages', () => {
  const wanted = {
    '': {},
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/mac-only': { version: '2.0.0', integrity: 'y', optional: true },
  };
  test('the same packages are current, other platforms may be missing', () => {
    expect(holdsExactly(wanted, { 'node_modules/a': { version: '1.0.0', integrity: 'x' } })).toBe(
      true,
    );
  });
  test.each([
    ['a missing one', {}],
    ['another version', { 'node_modules/a': { version: '1.0.1', integrity: 'x' } }],
    ['another content', { 'node_modules/a': { version: '1.0.0', integrity: 'z' } }],
    [
      'another version of an optional one',
      {
        'node_modules/a': { version: '1.0.0', integrity: 'x' },
        'node_modules/mac-only': { version: '1.0.0', integrity: 'y' },
      },
    ],
    [
      'one too many',
      {
        'node_modules/a': { version: '1.0.0', integrity: 'x' },
        'node_modules/b': { version: '1.0.0' },
      },
    ],
  ])('%s asks for an install', (_what, found) => {
    expect(holdsExactly(wanted, found)).toBe(false);
  });
  test('npm runs under its own Node, not under the one that the install removes', () => {
    const env = { npm_execpath: '/usr/lib/npm/bin/npm-cli.js', npm_node_execpath: '/usr/bin/node' };
    expect(npmCommand(env, () => true)).toEqual({
      command: '/usr/bin/node',
      args: ['/usr/lib/npm/bin/npm-cli.js'],
      shell: false,
    });
    expect(npmCommand(env, () => false).args).toEqual([]);
    expect(
      npmCommand(
        { npm_execpath: '/usr/bin/yarn.js', npm_node_execpath: '/usr/bin/node' },
        () => true,
      ).args,
    ).toEqual([]);
  });
});

describe('the pinned Node', () => {
  test('is the package where it is there, else a new enough one, else a sentence', () => {
    const options = {
      projectRoot: folder,
      platform: 'linux',
      arch: 'x64',
      env: { PATH: '' },
      ownPath: '/usr/bin/node',
    };
    expect(() => pinnedNode({ ...options, ownVersion: '20.20.2' })).toThrow(
      /needs Node 24 or newer/,
    );
    expect(pinnedNode({ ...options, ownVersion: '25.1.0' })).toBe('/usr/bin/node');
    const packaged = put(path.join('node_modules', ...packagedPath('linux', 'x64')));
    expect(pinnedNode({ ...options, ownVersion: '25.1.0' })).toBe(packaged);
  });
  test('on macOS one from the PATH serves, and the sentence says how to get it', () => {
    const options = {
      projectRoot: folder,
      platform: 'darwin',
      arch: 'arm64',
      ownVersion: '20.0.0',
      ownPath: '/old',
    };
    expect(() => pinnedNode({ ...options, env: { PATH: folder } })).toThrow(/brew install node@24/);
    const env = { PATH: [folder, path.dirname(process.execPath)].join(path.delimiter) };
    expect(pinnedNode({ ...options, env })).toBe(path.join(path.dirname(process.execPath), 'node'));
  });
  test('comes first on the PATH, once, and the caller’s folder is kept', () => {
    const first = pinnedEnv('/n/bin/node', {
      projectRoot: '/p',
      env: { PATH: '/usr/bin', KEEP: '1' },
      cwd: '/here',
      cache: '/cache',
    });
    expect(first).toEqual({
      NODE_COMPILE_CACHE: '/cache/compiled',
      PATH: '/n/bin:/p/node_modules/.bin:/usr/bin',
      KEEP: '1',
      INIT_CWD: '/here',
    });
    expect(pinnedEnv('/n/bin/node', { projectRoot: '/p', env: first, cwd: '/other' })).toEqual(
      first,
    );
  });
});

describe('the build', () => {
  const now = () => fingerprint(folder, ['src'], isGenerated);
  test('is stale when its result is gone, when a source changes or comes, not when only times change', () => {
    const source = put('src/a.ts', 'one');
    put('out/index.html');
    const stamp = path.join(folder, 'out', '.stamp');
    const check = () => isCurrent(stamp, now(), folder, 'out/index.html');
    const seal = () => writeStamp(stamp, { quick: now().quick, content: now().content() });
    expect(check()).toBe(false);
    seal();
    expect(check()).toBe(true);
    utimesSync(source, new Date(1_000), new Date(1_000));
    expect(check()).toBe(true);
    expect(JSON.parse(readFileSync(stamp, 'utf8')).quick).toBe(now().quick);
    put('src/a.ts', 'two');
    utimesSync(source, new Date(2_000), new Date(2_000));
    expect(check()).toBe(false);
    seal();
    put('src/b.ts', '');
    expect(check()).toBe(false);
    seal();
    rmSync(path.join(folder, 'out', 'index.html'));
    expect(check()).toBe(false);
  });
  test('tests, the set-up and what is made do not count as sources', () => {
    for (const name of [
      'messages/compiled',
      'src-main/setup',
      'src-renderer/a.test.ts',
      'messages/project.inlang/.meta.json',
      'messages/project.inlang/README.md',
    ])
      expect(isGenerated(name), name).toBe(true);
    for (const name of [
      'messages/en/app.json',
      'messages/project.inlang/settings.json',
      'src-main/core/a.ts',
    ])
      expect(isGenerated(name), name).toBe(false);
  });
});

describe('the Chromium of the tests', () => {
  const find = (env, there, platform = 'linux') =>
    systemChromium({
      env,
      platform,
      exists: (file) => there.includes(file),
      starts: (file) => !file.includes('snap'),
    });
  test('a named one wins, and must start', () => {
    const there = ['/mine', '/usr/bin/chromium'];
    expect(find({ CHROME_PATH: '/mine', PATH: '/usr/bin' }, there)).toBe('/mine');
    expect(find({ TWOFOLD_CHROMIUM: '/mine', CHROME_PATH: '/gone', PATH: '/usr/bin' }, there)).toBe(
      '/mine',
    );
    expect(() => find({ CHROME_PATH: '/gone', PATH: '/usr/bin' }, there)).toThrow(
      /CHROME_PATH names \/gone, which does not start/,
    );
  });
  test('then the system’s, by name and then by folder; one that does not start is passed over', () => {
    expect(find({ PATH: '/a:/b' }, ['/b/chromium', '/a/google-chrome'])).toBe('/b/chromium');
    expect(find({ PATH: '/snap:/b' }, ['/snap/chromium', '/b/chromium-browser'])).toBe(
      '/b/chromium-browser',
    );
    expect(find({ PATH: '/a' }, [])).toBeNull();
  });
  test('other platforms have their own places', () => {
    expect(candidates({}, 'darwin')[0]).toContain('/Applications/Google Chrome.app');
    expect(candidates({ PROGRAMFILES: 'C:\\P' }, 'win32')).toEqual([
      'C:\\P\\Google\\Chrome\\Application\\chrome.exe',
    ]);
  });
});

describe('Electron', () => {
  test('its runtime is there only when the file that path.txt names is', () => {
    expect(electronProgram(folder)).toBeNull();
    put('node_modules/electron/path.txt', 'electron');
    expect(electronProgram(folder)).toBeNull();
    const program = put('node_modules/electron/dist/electron');
    expect(electronProgram(folder)).toBe(program);
  });
  test('needs a display on Linux', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });
  test('a failed download is remembered for a day', () => {
    expect(isRecent({ at: 1_000 }, 1_000 + 23 * 3_600_000)).toBe(true);
    expect(isRecent({ at: 1_000 }, 1_000 + 25 * 3_600_000)).toBe(false);
    expect(isRecent(null, 1_000)).toBe(false);
  });
});

describe('counts', () => {
  test('the closing line has the sum of all', () => {
    const all = [
      { passed: 5, failed: 1, skipped: 0 },
      { passed: 10, failed: 0, skipped: 2 },
    ];
    expect(closingLine(sum(all))).toBe('15 passed, 1 failed, 2 skipped');
  });
  test('vitest: a file that does not load is a failure', () => {
    const report = {
      testResults: [
        {
          status: 'passed',
          assertionResults: [
            { status: 'passed' },
            { status: 'pending' },
            { status: 'todo' },
            { status: 'skipped' },
          ],
        },
        { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
        { status: 'failed', assertionResults: [] },
      ],
    };
    expect(vitestCounts(report)).toEqual({ passed: 2, failed: 2, skipped: 3 });
  });
  test('Playwright: flaky passed, an error outside of tests failed', () => {
    const report = {
      stats: { expected: 7, unexpected: 1, flaky: 1, skipped: 4 },
      errors: [{ message: 'no server' }],
    };
    expect(playwrightCounts(report)).toEqual({ passed: 8, failed: 2, skipped: 4 });
  });
  test('a runner without a report failed, and an exit code is believed over a clean report', () => {
    const countsOf = (report) => report;
    const clean = { passed: 3, failed: 0, skipped: 0 };
    expect(runnerCounts({ exitCode: 0, report: null, countsOf })).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
    expect(runnerCounts({ exitCode: 1, report: clean, countsOf })).toEqual({
      passed: 3,
      failed: 1,
      skipped: 0,
    });
    expect(runnerCounts({ exitCode: null, report: clean, countsOf }).failed).toBe(1);
    expect(runnerCounts({ exitCode: 0, report: clean, countsOf })).toEqual(clean);
  });
});
