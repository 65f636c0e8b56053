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

describe('a changed header', () => {
  const bytes = encodeWeightsFile({ facts: { epoch: 20 }, tensors }, sha256);
  const changed = (of: Uint8Array, from: string, to: string): Uint8Array => {
    const text = Buffer.from(of).toString('latin1');
    expect(text).toContain(from);
    return Buffer.from(text.replace(from, to), 'latin1');
  };

  it('is noticed, wherever it is', () => {
    for (const [from, to] of [
      ['"epoch":20', '"epoch":30'],
      ['"at":24', '"at":20'],
      ['[2,3]', '[3,2]'],
      ['"name":"a"', '"name":"c"'],
    ] as const)
      expect(() => decodeWeightsFile(changed(bytes, from, to), sha256)).toThrow('header');
  });

  it('of an early file, which has no hash of it, is noticed where tensors would overlap', () => {
    const hash = /,"headerHash":"[0-9a-f]{64}"/.exec(Buffer.from(bytes).toString('latin1'))?.[0];
    const early = changed(bytes, `${hash ?? ''}}`, `}${' '.repeat(hash?.length ?? 0)}`);
    expect(decodeWeightsFile(early, sha256)).toEqual({ facts: { epoch: 20 }, tensors });
    expect(() => decodeWeightsFile(changed(early, '"at":24', '"at":20'), sha256)).toThrow('header');
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
