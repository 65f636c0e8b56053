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

/** Delimited by semicolons, with labels of no known pair and a second column that could be one; `perClass` rows of each class. */
export function oddCsv(perClass: number): string {
  const rows = Array.from({ length: perClass }, (_, at) => [
    `"a lovely film; number ${at}";thumbs up;${at % 2 === 0 ? 'web' : 'app'}`,
    `"a tedious film; number ${at}";thumbs down;${at % 2 === 0 ? 'app' : 'web'}`,
  ]);
  return ['opinion;verdict;source', ...rows.flat()].join('\n');
}

const good = Buffer.from('c1a4b8bb20c0e7b9ccc0d6b4c220bfb5c8ad', 'hex');
const dull = Buffer.from('b3cab9ab20c1f6b7e7c7d120bfb5c8ad', 'hex');

/** "정말 재미있는 영화 1", "너무 지루한 영화 1" and so on, 20 of each, in cp949 as Excel saves it. */
export const koreanCsv: Buffer = Buffer.concat(
  ['document,label\n', ...Array.from({ length: 20 }, (_, at) => [at, at + 100]).flat()].map(
    (part) => {
      if (typeof part === 'string') return Buffer.from(part);
      const [text, label] = part < 100 ? [good, 1] : [dull, 0];
      return Buffer.concat([text, Buffer.from(` ${(part % 100) + 1},${label}\n`)]);
    },
  ),
);
