import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { randomStream } from '../util/random.ts';
import { meanOf } from './mean.ts';
import { verdictOf, type VerdictState } from './verdict.ts';

describe('verdict', () => {
  const spread = (mean: number, by: number) => [mean - by, mean, mean + by];
  test.each<[VerdictState, 'first' | 'second' | null, number[]]>([
    ['better', 'second', spread(0.0046, 0.0005)],
    ['better', 'first', spread(-0.0046, 0.0005)],
    ['ahead', 'second', spread(0.003, 0.001)],
    ['aheadBelowMargin', 'second', spread(0.001, 0.0002)],
    ['alike', null, spread(0.0002, 0.0005)],
    ['leaning', 'second', spread(0.0046, 0.002)],
    // p is 0.19.
    ['leaning', 'second', spread(0.001, 0.0009)],
    ['leaning', 'first', spread(-0.0046, 0.002)],
    ['open', null, spread(0.0005, 0.02)],
    // Leaves the band on one side only, but p is 0.39 and 0.26.
    ['open', null, spread(0.0007, 0.0011)],
    ['open', null, spread(-0.0009, 0.001)],
    ['tooFewSeeds', null, [0.0046]],
    ['tooFewSeeds', null, []],
  ])('%s, ahead %s', (state, ahead, differences) => {
    expect(verdictOf(differences, 0.0025)).toMatchObject({
      state,
      ahead,
      seeds: differences.length,
    });
  });

  it('gives every set of differences exactly one state, and the mirrored one for mirrored differences', () => {
    const difference = fc.double({ min: -0.05, max: 0.05, noNaN: true });
    fc.assert(
      fc.property(fc.array(difference, { minLength: 2, maxLength: 8 }), (differences) => {
        const verdict = verdictOf(differences, 0.0025);
        const mirrored = verdictOf(
          differences.map((value) => -value),
          0.0025,
        );
        expect(mirrored.state).toBe(verdict.state);
        if (verdict.ahead !== null && verdict.difference !== 0)
          expect(mirrored.ahead).toBe(verdict.ahead === 'first' ? 'second' : 'first');
      }),
    );
  });

  it('is wider at an early look, and says which it is', () => {
    const differences = spread(0.0046, 0.001);
    const alone = verdictOf(differences, 0.0025);
    const early = verdictOf(differences, 0.0025, { number: 1, planned: 3 });
    expect(early.look).toEqual({ number: 1, planned: 3 });
    expect(early.interval95?.[0]).toBeLessThan(alone.interval95?.[0] ?? 0);
    expect(early.p).toBe(alone.p);
    expect(() => verdictOf(differences, 0.0025, { number: 0, planned: 3 })).toThrow(
      'no look 0 of 3',
    );
  });

  it('is judged as the last of two looks where the second was not planned', () => {
    const differences = spread(0.0046, 0.001);
    const added = verdictOf(differences, 0.0025, { number: 2, planned: 1 });
    expect(added.look).toEqual({ number: 2, planned: 1 });
    expect(added.interval95).toEqual(
      verdictOf(differences, 0.0025, { number: 2, planned: 2 }).interval95,
    );
  });

  it('is wrong in about 5 % of experiments in which nothing differs', () => {
    const normal = randomStream(1, 'no difference').normal;
    let wrong = 0;
    for (let experiment = 0; experiment < 4000; experiment += 1) {
      const { state } = verdictOf(
        Array.from({ length: 5 }, () => normal() * 0.004),
        0.0025,
      );
      if (state === 'better' || state === 'ahead' || state === 'aheadBelowMargin') wrong += 1;
    }
    expect(wrong / 4000).toBeGreaterThan(0.04);
    expect(wrong / 4000).toBeLessThan(0.06);
  });

  it('generalises over reviews where these widen the interval by more than a tenth', () => {
    const differences = [0.004, 0.006, 0.005, 0.007];
    const alone = verdictOf(differences, 0.0025);
    const { standardError } = meanOf(differences);
    const widerBy = (ratio: number) =>
      verdictOf(
        differences,
        0.0025,
        { number: 1, planned: 1 },
        standardError ** 2 * (ratio ** 2 - 1),
      );
    expect(alone).toMatchObject({ state: 'better', twoWay: null, generalises: 'seeds' });
    const near = widerBy(1.09);
    expect(near).toMatchObject({ state: 'better', generalises: 'seeds' });
    expect(near.twoWay?.interval95[0]).toBeLessThan(near.interval95?.[0] ?? 0);
    const wide = widerBy(3);
    expect(wide).toMatchObject({ state: 'leaning', generalises: 'seedsAndReviews' });
    // The figures over seeds stay what they were.
    expect([wide.interval95, wide.interval90, wide.p]).toEqual([
      alone.interval95,
      alone.interval90,
      alone.p,
    ]);
    expect(wide.twoWay?.p).toBeGreaterThan(0.05);
  });
});

test('seed pairs that all differ by the same have no spread: no interval, no p, nothing settled', () => {
  // Rounding leaves a standard deviation of about 1e-17, and with it p < 1e-16, where differences are of other accuracies.
  for (const differences of [
    [0, 0, 0],
    [0.9 - 0.8, 0.8 - 0.7, 0.7 - 0.6],
  ]) {
    expect(verdictOf(differences, 0.0025)).toMatchObject({
      state: 'open',
      ahead: null,
      difference: expect.closeTo(differences[0] ?? 0, 10) as number,
      interval95: null,
      interval90: null,
      p: null,
      coverage: null,
      twoWay: null,
    });
  }
});

test('where only the reviews spread, their interval decides and none over seeds is given', () => {
  const verdict = verdictOf([0.1, 0.1, 0.1], 0.0025, undefined, 0.0001);
  expect(verdict).toMatchObject({ interval95: null, p: null, generalises: 'seedsAndReviews' });
  expect(verdict.twoWay?.p).toBeGreaterThan(0);
});
