import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readEncodedFile, writeEncodedFile, type EncodedSplit } from './encoded-file.ts';

const review = fc.record({
  label: fc.constantFrom(0, 1),
  ids: fc.array(fc.integer({ min: 1, max: 90_000 })),
});
const splitOf = (reviews: readonly { label: number; ids: number[] }[]): EncodedSplit => {
  const offsets = [0];
  for (const { ids } of reviews) offsets.push((offsets.at(-1) ?? 0) + ids.length);
  return {
    count: reviews.length,
    labels: Uint8Array.from(reviews, ({ label }) => label),
    offsets: Uint32Array.from(offsets),
    tokens: Int32Array.from(reviews.flatMap(({ ids }) => ids)),
  };
};

describe('the encoded file', () => {
  it('gives back what was written, aligned or not', () => {
    fc.assert(
      fc.property(fc.array(review), fc.array(review), (train, test) => {
        const dataset = {
          datasetHash: 'ab'.repeat(32),
          splits: { train: splitOf(train), test: splitOf(test) },
        };
        const bytes = writeEncodedFile(dataset);
        expect(readEncodedFile(bytes)).toEqual(dataset);
        const shifted = new Uint8Array(bytes.length + 3).subarray(3);
        shifted.set(bytes);
        expect(readEncodedFile(shifted)).toEqual(dataset);
      }),
    );
  });

  it('keeps a validation split apart', () => {
    const dataset = {
      datasetHash: 'x',
      splits: {
        train: splitOf([]),
        test: splitOf([]),
        validation: splitOf([{ label: 1, ids: [1, 9] }]),
      },
    };
    expect(readEncodedFile(writeEncodedFile(dataset)).splits.validation?.tokens).toEqual(
      Int32Array.of(1, 9),
    );
  });

  it('refuses a file that is cut off or another one', () => {
    const bytes = writeEncodedFile({
      datasetHash: 'x',
      splits: { train: splitOf([{ label: 0, ids: [1, 2] }]) },
    });
    expect(() => readEncodedFile(bytes.subarray(0, bytes.length - 1))).toThrow(/cut off/);
    expect(() => readEncodedFile(new Uint8Array(2000))).toThrow(/not an encoded dataset/);
  });
});
