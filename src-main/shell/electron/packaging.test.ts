import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { noticesName } from '../../setup/native/native-pins.mjs';
import { releaseFuses, testFuses } from './fuses.ts';
import { packaging } from './packaging.ts';

const root = path.join(import.meta.dirname, '../../..');
const release = packaging({ nativeFolder: '/made/by/set-up' });
const globs = (release.files as readonly unknown[]).filter((one) => typeof one === 'string');
const facts = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  main: string;
  dependencies: Record<string, string>;
};

describe('the package', () => {
  it('is a configuration that electron-builder takes', async () => {
    const { validateConfiguration } = (await import(
      path.join(root, 'node_modules/app-builder-lib/out/util/config/config.js')
    )) as { validateConfiguration: (config: unknown, logger: unknown) => Promise<void> };
    const logger = { isEnabled: false };
    await expect(validateConfiguration(release, logger)).resolves.toBeUndefined();
    await expect(validateConfiguration({ ...release, asarUnpak: [] }, logger)).rejects.toThrow(
      /asarUnpak/,
    );
  });

  it('holds what main.ts looks for, and neither tests nor sources', () => {
    expect(globs).toContain('out/**');
    expect(facts.main.startsWith('out/')).toBe(true);
    for (const folder of ['resources/report', 'resources/sample-corpus']) {
      expect(globs).toContain(`${folder}/**`);
      expect(existsSync(path.join(root, folder)), folder).toBe(true);
    }
    expect(globs.filter((glob) => /^(src-|e2e|\*\*$|node_modules)/.test(glob))).toEqual([]);
  });

  it('keeps native modules out of the archive: all that bring a library', () => {
    const withLibraries = globSync('node_modules/{*,@*/*}/**/*.node', { cwd: root })
      .map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? '')
      .filter((name) => name in facts.dependencies);
    expect(new Set(withLibraries)).toEqual(new Set(['@tensorflow/tfjs-node', 'better-sqlite3']));
    expect(release.asarUnpack).toEqual(['**/@tensorflow/tfjs-node/**', '**/better-sqlite3/**']);
    expect(release.asar).toBe(true);
  });

  it('brings the native library where its binding looks for it, and no link into a cache', () => {
    expect(globs).toContain('!node_modules/@tensorflow/tfjs-node/lib/napi-v8/**');
    expect(release.files).toContainEqual({
      from: '/made/by/set-up',
      to: 'node_modules/@tensorflow/tfjs-node/lib/napi-v8',
      filter: ['tfjs_binding.node', 'lib/**', noticesName],
    });
    const without = packaging({}).files as readonly unknown[];
    expect(without.filter((one) => typeof one !== 'string')).toEqual([]);
  });

  it('burns in the fuses, and for tests lets the inspector in alone', () => {
    const camel = (fuses: object) =>
      Object.fromEntries(
        Object.entries(fuses).map(([name, isOn]) => [
          name.replace(/^./, (letter) => letter.toLowerCase()),
          isOn as boolean,
        ]),
      );
    expect(release.electronFuses).toEqual(camel(releaseFuses));
    expect(packaging({ isForTests: true }).electronFuses).toEqual(camel(testFuses));
    expect(release.electronFuses).toMatchObject({ runAsNode: false, onlyLoadAppFromAsar: true });
  });

  it('is made for three systems, .deb first on Linux, and published nowhere', () => {
    expect(release.linux?.target).toEqual(['deb', 'AppImage']);
    expect(release.mac?.target).toBe('dmg');
    expect(release.win?.target).toBe('nsis');
    expect(release.publish).toBeNull();
    expect(existsSync(path.join(root, 'resources/icons/icon.png'))).toBe(true);
  });
});
