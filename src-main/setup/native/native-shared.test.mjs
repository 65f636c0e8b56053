import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sealInstall } from './native-install.mjs';
import { nativeKey } from './native-pins.mjs';
import { shareNative } from './native-shared.mjs';
import { bindingPath, ensureNative } from './native.mjs';

const key = nativeKey(process.platform, process.arch);
let folder;
let project;
let link;
let shared;
/** As it is where TWOFOLD_CACHE is not set. */
const usual = () => ({ XDG_CACHE_HOME: path.join(folder, 'cache'), HOME: folder });
const prepared = (env = usual()) => ensureNative({ env, projectRoot: project, say: () => {} });

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-shared-'));
  project = path.join(folder, 'project');
  link = bindingPath(project);
  shared = path.join(folder, 'shared');
  const install = path.join(folder, 'cache', 'twofold', 'native', key);
  mkdirSync(path.join(install, 'lib'), { recursive: true });
  writeFileSync(path.join(install, 'tfjs_binding.node'), 'binding');
  writeFileSync(path.join(install, 'lib', 'library.so'), Buffer.alloc(200_000, 7));
  await sealInstall(install, {
    names: ['tfjs_binding.node', 'lib/library.so'],
    hashes: new Map(),
    facts: { tensorflow: '2.18.1' },
  });
});
afterEach(() => {
  spawnSync('umount', ['--lazy', shared]);
  rmSync(folder, { recursive: true, force: true });
});

const share = async (lines = []) =>
  await shareNative({ link, shared, say: (line) => lines.push(line) });

test.skipIf(process.platform !== 'linux')(
  'the native backend comes where the nodes see it, once, and stays there',
  async () => {
    expect(await prepared()).toMatchObject({ backend: 'native' });
    const place = path.join(shared, 'native', key);
    const lines = [];
    expect(await share(lines)).toBe(place);
    expect(await share(lines)).toBe(place);
    expect(lines).toEqual([`Copying the native backend to ${place} ...`]);
    expect(readdirSync(path.dirname(place))).toEqual([key]);
    expect(readFileSync(path.join(place, 'lib', 'library.so')).length).toBe(200_000);

    // The next command, which knows the usual cache, leaves it there; TWOFOLD_CACHE says otherwise.
    expect(await prepared()).toMatchObject({ backend: 'native' });
    expect(readlinkSync(link)).toBe(path.join(place, 'tfjs_binding.node'));
    const own = path.join(folder, 'cache', 'twofold');
    await prepared({ TWOFOLD_CACHE: own });
    expect(readlinkSync(link)).toBe(path.join(own, 'native', key, 'tfjs_binding.node'));

    truncateSync(path.join(place, 'lib', 'library.so'), 10);
    await share(lines);
    expect(lines.slice(1)).toEqual([
      `The native backend in ${place} is damaged (lib/library.so is missing or has another size): copying it again.`,
      `Copying the native backend to ${place} ...`,
    ]);
    // What is gone from there is used from the cache again.
    rmSync(shared, { recursive: true });
    expect(await prepared()).toMatchObject({ backend: 'native' });
    expect(readlinkSync(link)).toContain(own);
  },
);

test.skipIf(process.platform !== 'linux')('two at once make it once', async () => {
  await prepared();
  const script = `import { shareNative } from ${JSON.stringify(pathToFileURL(path.join(import.meta.dirname, 'native-shared.mjs')).href)};
    await shareNative(${JSON.stringify({ link, shared })});`;
  const ends = await Promise.all(
    [1, 2].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
      let said = '';
      child.stderr.on('data', (chunk) => (said += chunk));
      const [code] = await once(child, 'close');
      return { code, copies: said.split('Copying').length - 1 };
    }),
  );
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  expect(ends.reduce((sum, { copies }) => sum + copies, 0)).toBe(1);
  expect(readdirSync(path.join(shared, 'native'))).toEqual([key]);
});

test('a folder that is full, may only be read or cannot be is said, and nothing is left', async (context) => {
  mkdirSync(shared);
  const isMounted =
    process.platform === 'linux' &&
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'twofold-test', shared]).status === 0;
  if (!isMounted) context.skip('a disk of its own may not be mounted here');
  await prepared();
  const before = readlinkSync(link);
  await expect(share()).rejects.toThrow(
    `${shared} is full, or your quota there is used up: the native backend needs 700 MB. Free some space`,
  );
  expect(readdirSync(path.join(shared, 'native'))).toEqual([]);
  spawnSync('mount', ['-o', 'remount,ro', shared]);
  await expect(share()).rejects.toThrow(/^Nothing can be written to .*\(EROFS: .*Give this user/);
  await expect(shareNative({ link, shared: '/proc/shared', say: () => {} })).rejects.toThrow(
    /^\/proc\/shared cannot be used \(ENOENT: .*Name another folder/,
  );
  expect(readlinkSync(link)).toBe(before);
  expect(existsSync(link)).toBe(true);
});
