import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildFromWheel } from './native-build.mjs';
import { sha256Of } from './native-install.mjs';
import { wheelFor } from './native-pins.mjs';
import { extractEntry, zipEntries } from '../zip.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-wheel-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A stand-in for the package index: a pip whose "download" runs a shell line with the target folder in $dest. */
function pipThat(line) {
  const file = path.join(folder, 'pip');
  writeFileSync(file, `#!/bin/sh\nwhile [ "$1" != --dest ]; do shift; done\ndest=$2\n${line}\n`);
  chmodSync(file, 0o755);
  return [file, []];
}

describe('buildFromWheel', () => {
  const build = async (pip, wheel = wheelFor('linux', 'x64')) =>
    await buildFromWheel({
      folder: path.join(folder, 'native', 'key'),
      wheel,
      pip,
      compiler: 'false',
      projectRoot: folder,
      node: process.execPath,
      say: () => {},
    });
  const left = () => readdirSync(path.join(folder, 'native'));

  test('a wheel with another hash is refused and nothing of it stays', async () => {
    const pip = pipThat('echo something else > "$dest/tensorflow_cpu.whl"');
    await expect(build(pip)).rejects.toThrow(
      /tensorflow_cpu.whl is not the pinned one \(sha256 [0-9a-f]{12}\.\.\. instead of 810c75d7149d/,
    );
    expect(left()).toEqual([]);
  });

  test('what pip says is passed on, with what to check', async () => {
    const pip = pipThat('echo "ERROR: No matching distribution" >&2; exit 1');
    await expect(build(pip)).rejects.toThrow(
      /pip could not fetch tensorflow-cpu 2\.18\.1 \(ERROR: No matching distribution\); check that/,
    );
    expect(left()).toEqual([]);
  });

  test('what an interrupted build left is removed, and a compiler that fails says so', async () => {
    mkdirSync(path.join(folder, 'native', '.building-1', 'lib'), { recursive: true });
    const library = new TextEncoder().encode('library');
    const file = path.join(folder, 'fake.whl');
    writeFileSync(
      file,
      zipSync({
        'tensorflow/libtensorflow_cc.so.2': library,
        'tensorflow/include/tensorflow/c/c_api.h': library,
      }),
    );
    const wheel = {
      ...wheelFor('linux', 'x64'),
      libraries: ['libtensorflow_cc.so.2'],
      sha256: await sha256Of(file),
    };
    await expect(build(pipThat(`cp '${file}' "$dest/"`), wheel)).rejects.toThrow(
      /^false could not compile the native binding/,
    );
    expect(left()).toEqual([]);
  });
});

describe('zip', () => {
  const text = new TextEncoder().encode('a line of text\n'.repeat(5_000));
  test('entries come out whole, packed or stored, empty ones too', async () => {
    const file = path.join(folder, 'a.zip');
    writeFileSync(
      file,
      zipSync({
        'packed.txt': text,
        'stored.txt': [text, { level: 0 }],
        'deep/empty.txt': new Uint8Array(),
      }),
    );
    const entries = await zipEntries(file);
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['packed.txt', text.length],
      ['stored.txt', text.length],
      ['deep/empty.txt', 0],
    ]);
    for (const entry of entries) {
      const target = path.join(folder, 'out', entry.name);
      const hash = await extractEntry(file, entry, target);
      expect(readFileSync(target).length).toBe(entry.size);
      expect(hash).toBe(await sha256Of(target));
    }
  });
  test('half a file is refused in a sentence', async () => {
    const file = path.join(folder, 'a.zip');
    const whole = zipSync({ 'packed.txt': text });
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    await expect(zipEntries(file)).rejects.toThrow(/not a complete zip file/);
    expect(existsSync(path.join(folder, 'out'))).toBe(false);
  });
});
