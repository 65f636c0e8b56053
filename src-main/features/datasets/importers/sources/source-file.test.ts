import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ImportRequest } from '#contract/dataset.ts';

import { npyOf, npyOfLists, tarOf, zipOf } from '../../../../testing/archives.ts';
import { openTestDatasets, type TestDatasets } from '../../../../testing/test-datasets.ts';

let at: TestDatasets;
beforeEach(() => {
  at = openTestDatasets();
});
afterEach(() => at.remove());

const isWindows = process.platform === 'win32';
const place = (name: string) => path.join(at.home, name);
const put = (name: string, content: Uint8Array | string) => at.put(name, content);
const importOf = (request: ImportRequest, onProgress?: () => void) =>
  at.importOf(request, onProgress);

const rows = (count: number) =>
  `text,label\n${Array.from({ length: count }, (_, row) => `a review ${row},${row % 2}\n`).join('')}`;
const reviews = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `${index % 2 === 0 ? 'good' : 'bad'}/${index}.txt`,
    text: `review number ${index}`,
  }));

describe('a file that does not stay as it was found', () => {
  it('is refused where it was cut at the end of a row while it was read', async () => {
    const file = put('growing.csv', rows(60_000));
    const half = Buffer.byteLength(rows(45_000));
    await expect(
      importOf({ path: file }, () => {
        if (statSync(file).size > half) truncateSync(file, half);
      }),
    ).rejects.toMatchObject({
      kind: 'badInput',
      message: `${file} was changed while it was read. Import it again once no other program writes to it.`,
    });
    expect(at.datasets.list({})).toEqual([]);
    const { dataset } = await importOf({ path: file });
    expect(dataset.splits.train.count + dataset.splits.test.count).toBe(45_000);
  });

  it('is said to be changed, not damaged, where the cut leaves half a row', async () => {
    const file = put('growing.csv', rows(60_000));
    const half = Buffer.byteLength(rows(45_000)) - 3;
    await expect(
      importOf({ path: file }, () => {
        if (statSync(file).size > half) truncateSync(file, half);
      }),
    ).rejects.toThrow('was changed while it was read');
  });

  it('is refused where one of its texts was removed', async () => {
    for (const { name, text } of reviews(400)) put(`films/${name}`, text);
    const last = place('films/good/98.txt');
    await expect(
      importOf({ path: place('films') }, () => {
        rmSync(last, { force: true });
      }),
    ).rejects.toMatchObject({
      kind: 'notFound',
      message: `${last} was moved or removed while it was read. Put it back and import again.`,
    });
  });
});

describe('a source that cannot be read', () => {
  it.skipIf(isWindows)('names the file and the right that is missing', async () => {
    for (const { name, text } of reviews(8)) put(`films/${name}`, text);
    const file = put('secret.csv', rows(10));
    chmodSync(at.home, 0o755);
    chmodSync(file, 0o000);
    chmodSync(place('films/good'), 0o000);
    for (const [source, named] of [
      [file, file],
      [place('films'), place('films/good')],
    ] as const) {
      await expect(asNobody(() => at.datasets.preview({ path: source }))).rejects.toMatchObject({
        kind: 'badInput',
        message: `${named} cannot be read: this user has no right to. Change its rights, or copy it to a folder of your own.`,
      });
    }
    chmodSync(place('films/good'), 0o755);
  });

  it.skipIf(process.platform !== 'linux')('says that a name is not UTF-8', async () => {
    for (const { name, text } of reviews(8)) put(`films/${name}`, text);
    const name = Buffer.concat([
      Buffer.from(`${place('films/good')}/caf`),
      Buffer.from([0xe9]),
      Buffer.from('.txt'),
    ]);
    writeFileSync(name, 'a film');
    await expect(importOf({ path: place('films') })).rejects.toThrow(
      `${place('films/good')}/caf\uFFFD.txt has a name that is not UTF-8, so it cannot be opened. Rename it and import again.`,
    );
  });
});

/** Root may read everything. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const user = process.geteuid?.();
  if (user === 0) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
}

describe('a word index', () => {
  it.skipIf(isWindows)('is read from a file only', async () => {
    const ids = {
      x_train: npyOfLists([[1], [2]]),
      y_train: npyOf([1, 0]),
      x_test: npyOfLists([[1], [2]]),
      y_test: npyOf([0, 1]),
    };
    const file = put(
      'ids.npz',
      zipOf(Object.entries(ids).map(([name, text]) => ({ name: `${name}.npy`, text }))),
    );
    execFileSync('mkfifo', [place('pipe')]);
    for (const wordIndexPath of [place('pipe'), '/dev/zero', at.home]) {
      await expect(importOf({ path: file, wordIndexPath })).rejects.toMatchObject({
        field: 'wordIndexPath',
        message: `${path.basename(wordIndexPath)} is not a file. A word index is a JSON file of words and their ranks.`,
      });
    }
    // It passes for a regular file of size 0, and who reads it waits for ever.
    const waited = process.platform === 'linux' ? ['/proc/kmsg'] : [];
    for (const wordIndexPath of [put('empty.json', ''), ...waited])
      await expect(importOf({ path: file, wordIndexPath })).rejects.toMatchObject({
        message: `${path.basename(wordIndexPath)} is not JSON. A word index is one object: {"word": rank, ...}.`,
      });
  });
});

describe('a tar archive', () => {
  it('is refused where it was cut between two entries', async () => {
    const whole = await tarOf(reviews(16));
    const bytesOfEntry = 1024;
    const file = put('cut.tar', whole.subarray(0, 13 * bytesOfEntry));
    await expect(importOf({ path: file })).rejects.toThrow(
      'cut.tar is cut off or damaged: its end is missing. Get it again.',
    );
    // One block of zeros is what some writers end with.
    put('cut.tar', whole.subarray(0, 16 * bytesOfEntry + 512));
    const { dataset } = await importOf({ path: file });
    expect(dataset.splits.train.count + dataset.splits.test.count).toBe(16);
  });

  it('is refused where a header promises more than any name needs', async () => {
    const file = put(
      'header.tar',
      Buffer.concat([longName(1_500_000_000), await tarOf(reviews(4))]),
    );
    await expect(importOf({ path: file })).rejects.toMatchObject({
      kind: 'badInput',
      message:
        'header.tar was refused: the name or header of an entry is larger than 4 MB, as in no archive of texts. Pack the texts again.',
    });
  });
});

/** The header that GNU tar writes before a long name. */
function longName(size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write('././@LongLink');
  header.write(`${size.toString(8).padStart(11, '0')} `, 124);
  header.write(' '.repeat(8), 148);
  header.write('L', 156);
  header.write('ustar  ', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
