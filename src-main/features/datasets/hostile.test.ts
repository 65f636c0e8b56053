import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { AppError } from '#contract/failure.ts';

import {
  npyOf,
  npyOfLists,
  tarGzOf,
  tarOf,
  zipOf,
  type ArchiveEntry,
} from '../../testing/archives.ts';
import { openTestDatasets, type TestDatasets } from '../../testing/test-datasets.ts';

// Hundreds of megabytes go through here, and other work may keep the machine busy.
vi.setConfig({ testTimeout: 300_000 });

let at: TestDatasets;
beforeEach(() => {
  at = openTestDatasets();
});
afterEach(() => at.remove());

/** The sentence of a refusal, null where the file was imported; either way nothing else is left behind. */
async function refusalOf(name: string, content: Uint8Array | string): Promise<string | null> {
  const file = at.put(name, content);
  try {
    await at.importOf({ path: file });
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).kind).not.toBe('internal');
    expect(at.datasets.list({})).toEqual([]);
    const folder = path.join(at.home, 'datasets');
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    return (error as AppError).message;
  } finally {
    rmSync(file);
  }
}

const csv = 'text,label\ngood film,1\nbad film,0\n';
const folders = ['good', 'bad'].flatMap((label) =>
  [1, 2, 3, 4, 5].map((index) => ({
    name: `${label}/${index}.txt`,
    text: `a ${label} film ${index}`,
  })),
) satisfies ArchiveEntry[];
const corpus: readonly ArchiveEntry[] = folders.map(({ name, text }, index) => ({
  name: `aclImdb/${index % 2 === 0 ? 'train' : 'test'}/${name.replace('good/', 'pos/').replace('bad/', 'neg/')}`,
  text,
}));
const arrays = {
  x_train: npyOfLists([[1, 2, 7], [1]]),
  y_train: npyOf([1, 0]),
  x_test: npyOfLists([
    [2, 9],
    [1, 1],
  ]),
  y_test: npyOf([0, 1]),
};
const npz = (other: Partial<typeof arrays>) =>
  zipOf(
    Object.entries({ ...arrays, ...other }).map(([name, text]) => ({ name: `${name}.npy`, text })),
  );
const pickled = (pickle: string): Uint8Array =>
  Buffer.concat([npyOfLists([[1], [1]]).subarray(0, 128), Buffer.from(pickle, 'latin1')]);
const lines = (count: number, odd: (row: number) => string | null) =>
  `text,label\n${Array.from({ length: count }, (_, row) => odd(row + 2) ?? `review ${row},${row % 2}`).join('\n')}\n`;

const files: readonly (readonly [
  name: string,
  make: () => Uint8Array | string | Promise<Uint8Array>,
])[] = [
  ['truncated.tar.gz', async () => (await tarGzOf(corpus)).subarray(0, 200)],
  ['truncated.csv.gz', () => gzipSync(lines(3000, () => null)).subarray(0, -20)],
  ['truncated.zip', () => zipOf(folders).subarray(0, 300)],
  ['climbing.tar', () => tarOf([...corpus, { name: '../../train/pos/2_9.txt', text: 'x' }])],
  ['climbing.zip', () => zipOf([...folders, { name: '../good/2.txt', text: 'x' }])],
  ['absolute.tar', () => tarOf([...corpus, { name: '/etc/train/pos/2_9.txt', text: 'x' }])],
  ['drive.zip', () => zipOf([...folders, { name: 'C:\\good\\2.txt', text: 'x' }])],
  [
    'link.tar',
    () => tarOf([...corpus, { name: 'aclImdb/train/pos/9_9.txt', linkTo: '/etc/passwd' }]),
  ],
  ['link.zip', () => zipOf([...folders, { name: 'good/9.txt', linkTo: '/etc/passwd' }])],
  ['bomb.zip', () => zipOf([...folders, { name: 'zeros.bin', text: '0'.repeat(70_000_000) }])],
  ['bomb.csv.gz', () => gzipSync(Buffer.alloc(80_000_000, 'a'))],
  ['lengths.npz', () => npz({ y_train: npyOf([1, 0, 1]) })],
  ['shape.npz', () => npz({ y_train: npyOf([1, 0], { shape: '(900000000000,)' }) })],
  ['no-width.npz', () => npz({ y_train: npyOf([], { shape: '(1000000000000000, 0)' }) })],
  ['dimensions.npz', () => npz({ y_train: npyOf([1, 0], { shape: '(1, 1, 2)' }) })],
  ['system.npz', () => npz({ x_train: pickled("cos\nsystem\n(S'ls'\ntR.") })],
  ['proto.npz', () => npz({ x_train: pickled('c__proto__\nconstructor\n.') })],
  ['quotes.csv', () => `${csv}"open,1\nmore,0\n`],
  [
    'one-line.csv',
    () => Buffer.concat([Buffer.from('text,label\n'), Buffer.alloc(100_000_000, 'x')]),
  ],
  [
    'one-line.jsonl',
    () =>
      Buffer.concat([
        Buffer.from('{"text":"a","label":1}\n{"text":"'),
        Buffer.alloc(100_000_000, 'x'),
      ]),
  ],
  ['nul.csv', () => `${csv}a\0b,1\n`],
  [
    'invalid.csv',
    () =>
      Buffer.concat([
        Buffer.from('text,label\nça va très bien été,1\n'),
        Buffer.from([0xff, 0xc0, 0x20, 0xc3, 0xa9, 0x2c, 0x30, 0x0a]),
      ]),
  ],
  [
    'cut-utf16.csv',
    () =>
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv, 'utf16le'), Buffer.from([0x61])]),
  ],
  [
    'tangled.jsonl',
    () => `{"text":"a","label":1}\n{"text":"b","label":0,"more":${'{"a":'.repeat(50_000)}`,
  ],
  ['lists.npz', () => npz({ x_train: pickled(`(${']'.repeat(2_000_000)}`) })],
  ['label-missing.csv', () => lines(50_000, (row) => (row === 49_999 ? 'a review,' : null))],
  ['third-label.csv', () => lines(50_000, (row) => (row === 49_999 ? 'a review,maybe' : null))],
];

test('each bad file is refused with one sentence, and leaves nothing behind', async () => {
  const sentences: Record<string, string | null> = {};
  for (const [name, make] of files) sentences[name] = await refusalOf(name, await make());
  for (const sentence of Object.values(sentences)) expect(sentence).toMatch(/^[^\n]+[^.]\.$/);
  expect(sentences).toMatchInlineSnapshot(`
    {
      "absolute.tar": "absolute.tar was refused: its entry "/etc/train/pos/2_9.txt" points outside the archive.",
      "bomb.csv.gz": "bomb.csv.gz was refused: it unpacks to far more than its own size, as no archive of texts does.",
      "bomb.zip": "bomb.zip was refused: it unpacks to far more than its own size, as no archive of texts does.",
      "climbing.tar": "climbing.tar was refused: its entry "../../train/pos/2_9.txt" points outside the archive.",
      "climbing.zip": "climbing.zip was refused: its entry "../good/2.txt" points outside the archive.",
      "cut-utf16.csv": "Row 4 of cut-utf16.csv is not valid UTF-16LE. Name the encoding of the file (windows-1252, say), or save it as UTF-8.",
      "dimensions.npz": "y_train in dimensions.npz has 3 dimensions; one (labels) or two (reviews by tokens) can be read.",
      "drive.zip": "drive.zip was refused: its entry "C:\\good\\2.txt" points outside the archive.",
      "invalid.csv": "Row 3 of invalid.csv is not valid UTF-8. Name the encoding of the file (windows-1252, say), or save it as UTF-8.",
      "label-missing.csv": "Row 49,999 of label-missing.csv has no label (column "label"). Fill it in, or leave such rows out.",
      "lengths.npz": "lengths.npz disagrees with itself: x_train has 2 rows and y_train has 3. Save both with the same length.",
      "link.tar": "train/pos/9_9.txt in link.tar is a link, not a file. Pack the reviews themselves.",
      "link.zip": "good/9.txt in link.zip is a link, not a file. Pack the reviews themselves.",
      "lists.npz": "x_train in lists.npz was refused: it unpacks to far more than its own size, as no archive of texts does.",
      "no-width.npz": "y_train in no-width.npz says it has the shape (1000000000000000, 0) but holds 0 bytes. The file is damaged; get it again.",
      "nul.csv": "Row 4 of nul.csv holds a NUL byte, so it is not a text. Remove it, or export the file again.",
      "one-line.csv": "Row 2 of one-line.csv is too large for a review. A quote that is not closed may be the reason.",
      "one-line.jsonl": "Row 2 of one-line.jsonl is too large for a review: at most 8 MB are read. Shorten it, or remove it.",
      "proto.npz": "x_train in proto.npz was refused: its pickle asks to create or run __proto__.constructor, and Twofold reads lists of ids only and runs nothing from a file.",
      "quotes.csv": "Row 4 of quotes.csv opens a quote that is never closed. Close it, or double the quotes inside a text.",
      "shape.npz": "y_train in shape.npz says it has the shape (900000000000) but holds 16 bytes. The file is damaged; get it again.",
      "system.npz": "x_train in system.npz was refused: its pickle asks to create or run os.system, and Twofold reads lists of ids only and runs nothing from a file.",
      "tangled.jsonl": "Row 2 of tangled.jsonl holds far more objects and lists, or deeper ones, than a review has. Write one plain object a line: {"text": "...", "label": 1}.",
      "third-label.csv": "Row 49,999 of third-label.csv has the label "maybe". Only two labels can be used, here "0" and "1". Leave the other rows out, or choose another label column.",
      "truncated.csv.gz": "truncated.csv.gz is cut off or damaged: its end is missing. Get it again.",
      "truncated.tar.gz": "truncated.tar.gz is cut off or damaged: its end is missing. Get it again.",
      "truncated.zip": "truncated.zip is cut off or damaged: its end is missing. Get it again.",
    }
  `);
});

test('too few reviews to draw a test split from are refused with what to do', async () => {
  expect(await refusalOf('one.csv', 'text,label\na film,1\n')).toBe(
    'one.csv has only one review, too few to draw a test split from: two with the same label are needed at least. Add reviews, or say which ones are train and test in a split column.',
  );
  expect(await refusalOf('two.csv', csv)).toMatch(/^two.csv has only 2 reviews, too few/);
});

test('a device is called one, and what is too large is told the limit', async () => {
  const [device, big] = [
    await tarOf(folders),
    await tarOf([...folders, { name: 'good/big.txt', text: 'x'.repeat(4_000_001) }]),
  ];
  // The type of the first entry: a FIFO. Its checksum follows.
  device[156] = '6'.charCodeAt(0);
  device.write('0'.repeat(11), 124);
  device.fill(' ', 148, 156);
  const sum = device.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  device.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const withoutText = Buffer.concat([device.subarray(0, 512), device.subarray(1024)]);
  expect(await refusalOf('device.tar', withoutText)).toBe(
    'good/1.txt in device.tar is a device or a pipe, not a file. Pack the reviews themselves.',
  );
  expect(await refusalOf('big.tar', big)).toBe(
    'good/big.txt in big.tar is too large for a review: at most 4 MB are read. Shorten it, or remove it.',
  );
});

test('UTF-16 with its byte order mark is read', async () => {
  const text = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from(
      lines(10, () => null),
      'utf16le',
    ),
  ]);
  expect(await refusalOf('utf16.csv', text)).toBeNull();
});

const writers = {
  tar: tarOf,
  'tar.gz': tarGzOf,
  zip: (entries: readonly ArchiveEntry[]) => Promise.resolve(zipOf(entries)),
};

test.each(['tar', 'tar.gz', 'zip'] as const)(
  'a %s with any bytes changed is imported or refused with a sentence',
  async (kind) => {
    const good = await writers[kind](folders);
    const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Uint8Array.from(good);
        for (const { at, byte } of changes) bytes[at] = byte;
        const sentence = await refusalOf(`changed.${kind}`, bytes);
        if (sentence !== null) return;
        for (const { datasetId, contentHash } of at.datasets.list({})) {
          expect(readdirSync(path.join(at.home, 'datasets')), datasetId).toEqual([contentHash]);
          at.databases.main.exec('DELETE FROM datasets');
          rmSync(path.join(at.home, 'datasets', contentHash), { recursive: true });
        }
      }),
      { numRuns: 40 },
    );
  },
);
