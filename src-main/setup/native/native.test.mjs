import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCompiler, findPip } from './native-build.mjs';
import {
  nativeKey,
  isNeededHeader,
  wheelFor,
  hasOfficialPrebuilt,
  tfjsNodeVersion,
} from './native-pins.mjs';
import { bindingPath, ensureNative, hasAvx, missingTools, rememberedFailure } from './native.mjs';
import { root } from '../places.mjs';

describe('pins', () => {
  test('the key changes with the platform, and the version is the one in package.json', () => {
    expect(nativeKey('linux', 'x64')).not.toBe(nativeKey('linux', 'arm64'));
    expect(
      JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).dependencies[
        '@tensorflow/tfjs-node'
      ],
    ).toBe(tfjsNodeVersion);
  });
  test('every platform has a wheel, a prebuilt, or neither', () => {
    const sources = (platform, arch) => [
      wheelFor(platform, arch) !== null,
      hasOfficialPrebuilt(platform, arch),
    ];
    expect(sources('linux', 'x64')).toEqual([true, true]);
    expect(sources('linux', 'arm64')).toEqual([true, false]);
    expect(sources('darwin', 'arm64')).toEqual([true, false]);
    expect(sources('win32', 'x64')).toEqual([false, true]);
    expect(sources('freebsd', 'x64')).toEqual([false, false]);
  });
  test('only headers of the C interface are unpacked', () => {
    expect(isNeededHeader('tensorflow/include/tensorflow/c/eager/c_api.h')).toBe(true);
    expect(isNeededHeader('tensorflow/include/xla/tsl/c/tsl_status.h')).toBe(true);
    expect(isNeededHeader('tensorflow/include/Eigen/Core.h')).toBe(false);
    expect(isNeededHeader('tensorflow/c/c_api.h')).toBe(false);
  });
});

describe('tools', () => {
  const only =
    (...there) =>
    (command, args) =>
      there.includes([command, ...args].join(' ').replace(/ ?--version$/, ''));
  test('pip is looked for as a module first, the compiler by CXX first', () => {
    expect(findPip({}, only('pip', 'python3 -m pip'))).toEqual(['python3', ['-m', 'pip']]);
    expect(findPip({}, only('pip'))).toEqual(['pip', []]);
    expect(findPip({}, only())).toBeNull();
    expect(findCompiler({ CXX: 'mine' }, only('g++', 'mine'))).toBe('mine');
    expect(findCompiler({ CXX: 'mine' }, only('clang++'))).toBe('clang++');
    expect(findCompiler({}, only())).toBeNull();
  });
  test('what is missing is named, with how to get it', () => {
    expect(missingTools({ pip: null, compiler: 'g++' }, 'linux')).toContain(
      'pip for Python 3, not found here (get it with "apt-get install python3-pip"',
    );
    expect(missingTools({ pip: null, compiler: null }, 'linux')).toContain(
      'apt-get install python3-pip g++',
    );
    expect(missingTools({ pip: ['pip', []], compiler: null }, 'darwin')).toContain(
      'xcode-select --install',
    );
  });
});

test('AVX is read from the flags, and assumed where nothing is said', () => {
  expect(hasAvx('processor : 0\nflags\t\t: fpu sse avx avx2\n')).toBe(true);
  expect(hasAvx('processor : 0\nflags\t\t: fpu sse4_2 xavx\n')).toBe(false);
  expect(hasAvx(null)).toBe(true);
});

test('a failure is remembered for an hour, and forgotten when the tools have come', () => {
  const failure = { at: 1_000_000, hasTools: false, reason: 'no compiler' };
  expect(rememberedFailure(failure, { hasTools: false, nowMs: 1_000_000 + 59 * 60_000 })).toBe(
    'no compiler',
  );
  expect(
    rememberedFailure(failure, { hasTools: false, nowMs: 1_000_000 + 61 * 60_000 }),
  ).toBeNull();
  expect(rememberedFailure(failure, { hasTools: false, nowMs: 999_999 })).toBeNull();
  expect(rememberedFailure(failure, { hasTools: true, nowMs: 1_000_000 })).toBeNull();
  expect(rememberedFailure(null, { hasTools: true, nowMs: 0 })).toBeNull();
});

describe('on a platform without wheel and prebuilt', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'twofold-native-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const ask = async (lines) =>
    await ensureNative({
      env: { TWOFOLD_CACHE: folder },
      platform: 'freebsd',
      arch: 'x64',
      projectRoot: folder,
      say: (line) => lines.push(line),
    });

  test('wasm is said in one line, with the reason, each time', async () => {
    const lines = [];
    expect(await ask(lines)).toEqual({
      backend: 'wasm',
      tensorflow: null,
      reason: 'there is no TensorFlow wheel for freebsd on x64',
    });
    expect((await ask(lines)).reason).toContain('TWOFOLD_RETRY=1');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe(
      'Training uses the slower wasm backend: there is no TensorFlow wheel for freebsd on x64.',
    );
  });

  test('a folder in the cache that is no finished build is thrown away', async () => {
    const key = path.join(folder, 'native', nativeKey('freebsd', 'x64'));
    await ask([]);
    rmSync(`${key}.failed.json`);
    const lines = [];
    mkdirSync(key);
    await ask(lines);
    expect(lines[0]).toContain('damaged (manifest.json is missing or unreadable)');
    expect(existsSync(key)).toBe(false);
    expect(
      readdirSync(path.join(folder, 'native')).filter((name) => name.includes('lock')),
    ).toEqual([]);
  });
});

// tar, rimraf and node-pre-gyp come with tfjs-node for its installer only.
test.skipIf(!existsSync(bindingPath()))(
  'loading the native library loads nothing of its installer',
  () => {
    const loader = path.join(root, 'src-main', 'trainer', 'engine', 'native', 'binding.ts');
    const script = `const { loadBinding, protobuf } = await import(${JSON.stringify(loader)});
    loadBinding({ intraOpThreads: 1, interOpThreads: 1 });
    protobuf();
    const { createRequire } = await import('node:module');
    process.stdout.write(JSON.stringify(Object.keys(createRequire(${JSON.stringify(loader)}).cache)));`;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    expect(result.status, result.stderr).toBe(0);
    const files = JSON.parse(result.stdout);
    expect(files.some((file) => file.endsWith('tfjs_binding.node'))).toBe(true);
    expect(
      files.filter((file) =>
        /node_modules[\\/](tar|rimraf|glob|@mapbox|node-fetch|nopt)[\\/]/.test(file),
      ),
    ).toEqual([]);
  },
);
