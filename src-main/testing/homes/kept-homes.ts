import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

import { entriesOf } from '../archives.ts';

const folder = path.join(import.meta.dirname, '../../db/fixtures/old-homes');

/** The versions of which a home is kept, ascending. */
export const keptVersions: readonly number[] = readdirSync(folder)
  .flatMap((name) => /^(\d+)\.tar\.br$/.exec(name)?.[1] ?? [])
  .map(Number)
  .sort((a, b) => a - b);

/** What is kept beside a home. */
export type Made = Readonly<{
  commit: string;
  /** What `instructions` (processor.ts) says: TensorFlow's bits depend on it. */
  processor: string;
  /** Hashes of the weights with which the old program itself ended these runs. */
  resumed: Readonly<{ Stopped: string; Killed: string }>;
}>;

export const keptHomeFile = (version: number): string => path.join(folder, `${version}.tar.br`);

/** A home that the program of a version has left, in a folder of its own. */
export async function unpackKeptHome(version: number): Promise<{ home: string; made: Made }> {
  const root = mkdtempSync(path.join(tmpdir(), 'twofold-kept-'));
  const tar = brotliDecompressSync(readFileSync(keptHomeFile(version)));
  for (const { name, text } of await entriesOf(tar)) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const made = JSON.parse(readFileSync(path.join(root, 'made.json'), 'utf8')) as Made;
  return { home: path.join(root, 'home'), made };
}
