import path from 'node:path';

import type { Configuration } from 'electron-builder';

import { releaseFuses, testFuses, type Fuses } from './fuses.ts';

/** The folder with the native library and its binding, as set-up made it; none: the package trains with WebAssembly. */
const nativeFolder = process.env['TWOFOLD_NATIVE'];

/** What electron-builder makes of a checkout whose screens and main process are built. */
export function packaging(
  options: Readonly<{ nativeFolder?: string | undefined; isForTests?: boolean }>,
): Configuration {
  return {
    appId: 'org.twofold.workbench',
    productName: 'Twofold',
    copyright: 'Copyright (c) 2026 The Twofold authors',
    directories: { output: 'dist', buildResources: 'resources/icons' },
    files: [
      'out/**',
      // Those of a checkout.
      '!out/programs/**',
      'resources/example.twofold',
      'resources/report/**',
      'resources/sample-corpus/**',
      'docs/data-formats.md',
      'package.json',
      '!**/*.map',
      '!**/*.d.ts',
      // Electron is the Node of a package.
      '!node_modules/node-{linux,win}-*/**',
      // Points into the cache of whoever packages.
      '!node_modules/@tensorflow/tfjs-node/lib/napi-v8/**',
      ...(options.nativeFolder === undefined
        ? []
        : [
            {
              from: options.nativeFolder,
              to: 'node_modules/@tensorflow/tfjs-node/lib/napi-v8',
              filter: ['tfjs_binding.node', 'lib/**', 'THIRD_PARTY_NOTICES.txt'],
            },
          ]),
    ],
    asar: true,
    // The system's loader opens libraries, and no file inside an archive.
    asarUnpack: ['**/@tensorflow/tfjs-node/**', '**/better-sqlite3/**'],
    // Every native module brings a binary for N-API, which is the same in Electron.
    npmRebuild: false,
    electronFuses: fusesOf(options.isForTests === true ? testFuses : releaseFuses),
    publish: null,
    linux: {
      target: ['deb', 'AppImage'],
      category: 'Science',
      maintainer: 'The Twofold authors <authors@twofold.invalid>',
      executableName: 'twofold',
    },
    mac: {
      target: 'dmg',
      category: 'public.app-category.education',
      hardenedRuntime: true,
      gatekeeperAssess: false,
    },
    win: { target: 'nsis' },
    nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  };
}

/** electron-builder's names of the fuses begin with a small letter. */
function fusesOf(fuses: Fuses): NonNullable<Configuration['electronFuses']> {
  return Object.fromEntries(
    Object.entries(fuses).map(([name, isOn]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      isOn,
    ]),
  );
}

export default packaging({
  nativeFolder: nativeFolder === undefined ? undefined : path.resolve(nativeFolder),
  isForTests: process.env['TWOFOLD_TEST_BUILD'] === '1',
});
