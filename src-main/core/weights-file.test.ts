import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { decodeWeightsFile, encodeWeightsFile, weightsHash } from './weights-file.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const tensors = [
  { name: 'a', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'b', shape: [1], values: Float32Array.of(-0.5) },
];

describe('weights file', () => {
  it('comes back as it was', () => {
    const bytes = encodeWeightsFile({ facts: { epoch: 3 }, tensors }, sha256);
    expect(decodeWeightsFile(bytes, sha256)).toEqual({ facts: { epoch: 3 }, tensors });
    // Inside a larger buffer, at an odd place, as a read file may be.
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(decodeWeightsFile(moved.subarray(3), sha256).tensors).toEqual(tensors);
    expect(decodeWeightsFile(Buffer.from(moved).subarray(3), sha256).tensors).toEqual(tensors);
  });

  it('refuses what is damaged, cut off or foreign', () => {
    const bytes = encodeWeightsFile({ facts: null, tensors }, sha256);
    const damaged = bytes.slice();
    damaged[bytes.length - 1] = 1;
    expect(() => decodeWeightsFile(damaged, sha256)).toThrow('damaged');
    expect(() => decodeWeightsFile(bytes.subarray(0, -4), sha256)).toThrow('damaged');
    expect(() => decodeWeightsFile(bytes.subarray(0, 40), sha256)).toThrow('cut off');
    expect(() => decodeWeightsFile(new Uint8Array(100), sha256)).toThrow('not a weights file');
  });
});

describe('weightsHash', () => {
  it('is the sha256 over the values alone', () => {
    const all = Float32Array.of(1, 2, 3, 4, 5, 6, -0.5);
    expect(weightsHash(tensors, sha256)).toBe(sha256(new Uint8Array(all.buffer)));
    expect(
      weightsHash(
        tensors.map((t) => ({ ...t, name: 'x' })),
        sha256,
      ),
    ).toBe(weightsHash(tensors, sha256));
  });
});
