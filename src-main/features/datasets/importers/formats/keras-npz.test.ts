import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AppError } from '#contract/failure.ts';

import { npyOf, npyOfLists, zipOf } from '../../../../testing/archives.ts';
import { createPace, defaultLimits, type ImportContext } from '../importer.ts';
import { readKerasNpz, type IdsMeaning } from './keras-npz.ts';
import { readIntegerRows } from './npy.ts';
import { readPickle } from './pickle.ts';
import { openZip } from '../sources/zip.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures');
const pace = createPace(new AbortController().signal, () => undefined);

let folder: string;
let context: ImportContext;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-npz-'));
  context = { pace, temporaryFolder: folder, limits: defaultLimits, took: () => undefined };
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function readAll(file: string, meaning: IdsMeaning = 'ranks') {
  const reviews: unknown[] = [];
  for await (const review of readKerasNpz(file, meaning, context, () => undefined)) {
    reviews.push([review.split, review.label, [...review.ids]]);
  }
  return reviews;
}

/** What make-npz.py wrote, encoded. */
const expected = [
  ['train', 1, [1, 4, 5, 303, 70_003]],
  ['train', 0, [1, 8]],
  ['train', 0, [1, 5, 5, 12]],
  ['train', 1, [1, 43, 4]],
  ['test', 0, [1, 6, 4]],
  ['test', 1, [1, 4, 4, 4, 258, 259]],
  ['test', 1, [1, 10]],
];

describe('readKerasNpz on files that numpy wrote', () => {
  it.each([
    'lists-numpy1', // object arrays of lists, names of numpy 1
    'lists-numpy2', // the same, names of numpy 2
    'arrays-numpy1', // object arrays of int32 and int64 arrays, compressed
    'arrays-numpy2',
    'scalars', // lists of numpy.int64, and tuples
    'padded', // int32 padded at the front, uint32 padded at the end
    'padded-fortran', // Fortran order, big-endian, float and boolean labels
    'protocol2',
    'protocol3',
    'protocol5',
  ])('%s', async (name) => {
    expect(await readAll(path.join(fixtures, `${name}.npz`))).toEqual(expected);
  });

  it('takes ids as they are where they are encoded', async () => {
    const [first] = await readAll(path.join(fixtures, 'lists-numpy2.npz'), 'encoded');
    expect(first).toEqual(['train', 1, [1, 2, 300, 70_000]]);
  });
});

describe('hostile bytes', () => {
  it('refuses an archive whose lists grow beyond its limits', async () => {
    const file = path.join(fixtures, 'lists-numpy2.npz');
    const read = async (limits: Partial<typeof defaultLimits>) => {
      const small = { ...context, limits: { ...defaultLimits, ...limits } };
      for await (const review of readKerasNpz(file, 'ranks', small, () => undefined))
        expect(review).toBeDefined();
    };
    await expect(read({ reviewBytes: 12 })).rejects.toThrow(
      /row 1 of x_train in lists-numpy2.npz \(index 0\) is too large for a review/,
    );
    await expect(read({ unpackedBytes: 40 })).rejects.toThrow(/unpacks to far more/);
  });

  it('refuses an archive whose rows are one list, named again and again', async () => {
    const list = Array.from({ length: 5000 }, (_, index) => 1 + ((index * 7919) % 9973));
    const file = path.join(folder, 'again.npz');
    const arrays = {
      x_train: npyOfLists(Array.from({ length: 60 }, () => list)),
      y_train: npyOf(Array.from({ length: 60 }, (_, row) => row % 2)),
      x_test: npyOfLists([list]),
      y_test: npyOf([1]),
    };
    writeFileSync(
      file,
      zipOf(Object.entries(arrays).map(([name, text]) => ({ name: `${name}.npy`, text }))),
    );
    const read = async (limits: Partial<typeof defaultLimits>) => {
      const small = { ...context, limits: { ...defaultLimits, ...limits } };
      let count = 0;
      for await (const { ids } of readKerasNpz(file, 'ranks', small, () => undefined))
        count += ids.length;
      return count;
    };
    expect(await read({})).toBe(61 * 5001);
    await expect(read({ bombBytes: 100_000, ratio: 10 })).rejects.toThrow(
      /^again.npz was refused: it unpacks to far more/,
    );
  });

  it('refuses a pickle that encodes one text again and again', async () => {
    const encoded = `h\0X\x06\0\0\0latin1\x86R`;
    const pickle = (times: number) =>
      Buffer.from(
        `\x80\x02(c_codecs\nencode\nq\x01X\x00\x01\0\0${'a'.repeat(256)}q\0R`.slice(0, -1) +
          `h\x01${encoded}`.repeat(times) +
          'l.',
        'latin1',
      );
    await expect(readPickle(pickle(1), 'x', pace)).resolves.toHaveLength(3);
    await expect(readPickle(pickle(80), 'x', pace)).rejects.toThrow(
      'x holds a damaged pickle (more bytes than it holds',
    );
  });

  const isSentence = (error: unknown) => error instanceof AppError && error.kind === 'badInput';
  const settle = async (work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!isSentence(error)) throw error;
    }
  };

  it('a pickle of any bytes ends in a value or a sentence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        settle(() => readPickle(bytes, 'x', pace)),
      ),
      { numRuns: 500 },
    );
  });

  it('a real array with any bytes changed ends in rows or a sentence', async () => {
    const zip = openZip(path.join(fixtures, 'lists-numpy2.npz'), defaultLimits);
    const entry = zip.entries.find(({ name }) => name === 'x_train.npy');
    const good = await zip.read(entry!);
    zip.close();
    const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Uint8Array.from(good);
        for (const { at, byte } of changes) bytes[at] = byte;
        return settle(async () => {
          const rows = await readIntegerRows(bytes, 'x', pace);
          for (let row = 0; row < rows.count; row += 1) rows.row(row);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('an archive with any bytes changed gives the same reviews or a sentence', async () => {
    const good = readFileSync(path.join(fixtures, 'lists-numpy2.npz'));
    const file = path.join(folder, 'changed.npz');
    const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = Uint8Array.from(good);
        for (const { at, byte } of changes) bytes[at] = byte;
        writeFileSync(file, bytes);
        await settle(async () => {
          expect(await readAll(file)).toEqual(expected);
        });
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['a global by name', "cos\nsystem\n(S'ls'\ntR.", 'os.system'],
    [
      'a look-alike of numpy',
      'cnumpy.core.multiarray\n__import__\n.',
      'numpy.core.multiarray.__import__',
    ],
    ['a prototype', 'c__proto__\nconstructor\n.', '__proto__.constructor'],
    ['an old-style instance', '(ios\nsystem\n.', 'an object of its own'],
    ['a persistent id', 'Pid\n.', 'an object of its own'],
    ['an extension code', '\x82\x01.', 'an object of its own'],
    ['a class to create', 'cnumpy\nndarray\n)\x81.', 'an object of its own'],
    ['a call of what is no name', ')K\x01)R.', 'a call'],
    ['a known name that is not to be called', 'cnumpy\nndarray\n)R.', 'numpy.ndarray'],
  ])('refuses %s', async (_, pickle, what) => {
    await expect(readPickle(Buffer.from(pickle, 'latin1'), 'x', pace)).rejects.toThrow(
      `x was refused: its pickle asks to create or run ${what}`,
    );
  });
});
