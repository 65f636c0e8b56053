import { describe, expect, it } from 'vitest';

import { philox, randomStream, shuffledIndices } from './random.ts';

describe('philox', () => {
  // Known answers of Random123's kat_vectors for philox4x32-10.
  it.each([
    {
      counter: [0, 0, 0, 0],
      key: [0, 0],
      answer: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      answer: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      answer: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ] as const)('gives the known answer for counter $counter', ({ counter, key, answer }) => {
    const out = new Uint32Array(4);
    philox(out, counter, key);
    expect([...out]).toEqual(answer);
  });
});

describe('randomStream', () => {
  it('is decided by seed and name', () => {
    const draw = (seed: number, name: string) => {
      const stream = randomStream(seed, name);
      return Array.from({ length: 9 }, () => stream.uint32());
    };
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
  });

  it('has the moments of its distributions', () => {
    const stream = randomStream(7, 'moments');
    const count = 50_000;
    let uniform = 0;
    let normal = 0;
    let squares = 0;
    for (let index = 0; index < count; index += 1) {
      const u = stream.uniform();
      expect(u >= 0 && u < 1).toBe(true);
      uniform += u;
      const z = stream.normal();
      normal += z;
      squares += z * z;
    }
    expect(uniform / count).toBeCloseTo(0.5, 2);
    expect(Math.abs(normal / count)).toBeLessThan(0.02);
    expect(squares / count).toBeCloseTo(1, 1);
  });
});

describe('shuffledIndices', () => {
  it('is a permutation, and every place is equally likely', () => {
    const firsts = new Map<number, number>();
    const stream = randomStream(3, 'shuffle');
    for (let round = 0; round < 6000; round += 1) {
      const order = shuffledIndices(6, stream);
      expect([...order].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
      const first = order[0] ?? -1;
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    for (const times of firsts.values()) expect(Math.abs(times - 1000)).toBeLessThan(150);
  });
});
