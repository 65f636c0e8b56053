import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import {
  npyOf,
  npyOfLists,
  tarGzOf,
  zipOf,
  type ArchiveEntry,
} from '../../src-main/testing/archives.ts';

const words =
  'a film that is slow, dull and loud; a plot one can forget, acted well or badly'.split(' ');

/** Reviews in the layout of aclImdb, `perClass` of each class in each split; they differ from each other. */
export function reviews(perClass: number, wordsEach = 20): ArchiveEntry[] {
  return ['train', 'test'].flatMap((split) =>
    ['pos', 'neg'].flatMap((label, side) =>
      Array.from({ length: perClass }, (_, index) => ({
        name: `${split}/${label}/${index}_${label === 'pos' ? 9 : 2}.txt`,
        text: [
          label === 'pos' ? 'good' : 'bad',
          `${split}${side}x${index}`,
          ...Array.from(
            { length: wordsEach },
            (_, at) => words[(at * 7 + index) % words.length] ?? '',
          ),
        ].join(' '),
      })),
    ),
  );
}

export function writeFolder(folder: string, entries: readonly ArchiveEntry[]): void {
  for (const { name, text = '' } of entries) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

export async function writeArchive(file: string, entries: readonly ArchiveEntry[]): Promise<void> {
  writeFileSync(
    file,
    await tarGzOf(entries.map((entry) => ({ ...entry, name: `aclImdb/${entry.name}` }))),
  );
}

/** An archive that ends in the middle, as a broken download does. */
export async function writeTruncatedArchive(file: string): Promise<void> {
  const whole = await tarGzOf(reviews(40));
  writeFileSync(file, whole.subarray(0, Math.floor(whole.length / 2)));
}

/** An imdb.npz with one label less than it has reviews. */
export function writeUnequalNpz(file: string): void {
  const lists = [
    [1, 14, 22],
    [1, 9, 5, 30],
    [1, 4, 4],
    [1, 7],
  ];
  const arrays = {
    'x_train.npy': npyOfLists(lists),
    'y_train.npy': npyOf([1, 0, 1]),
    'x_test.npy': npyOfLists(lists),
    'y_test.npy': npyOf([1, 0, 1, 0]),
  };
  writeFileSync(file, zipOf(Object.entries(arrays).map(([name, text]) => ({ name, text }))));
}
