import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { randomStream } from '../random.ts';
import { stableFlips } from './agreement.ts';
import { expectedFlips, type ExpectedFlips } from './expected-flips.ts';

const { cases } = JSON.parse(
  readFileSync(new URL('fixtures/expected-flips.json', import.meta.url), 'utf8'),
) as {
  cases: { sides: [string[], string[]]; expected: ExpectedFlips & { observed: number } }[];
};
const modelsOf = (side: readonly string[]) => side.map((bits) => Array.from(bits, Number));

describe('stable disagreements expected from seeds alone', () => {
  it.each(cases)('agree with every division made one by one: case %#', ({ sides, expected }) => {
    const [first, second] = [modelsOf(sides[0]), modelsOf(sides[1])];
    const rows = (first[0] ?? []).map((_, row) => row);
    const { observed, ...others } = expected;
    expect(stableFlips(rows, rows, first, second)).toHaveLength(observed);
    const found = expectedFlips(first, second);
    const numbers = ({ mean, sd, p, divisions, within }: ExpectedFlips) => [
      mean,
      sd,
      p,
      divisions,
      within.seeds,
      within.first.mean,
      within.first.sd,
      within.second.mean,
      within.second.sd,
      within.limit,
    ];
    numbers(found).forEach((value, index) =>
      expect(value).toBeCloseTo(numbers(others)[index] ?? Number.NaN, 10),
    );
    expect(found.isFinding).toBe(expected.isFinding);
  });
});

describe('a finding is claimed', () => {
  const reviews = 600;
  const rows = Array.from({ length: reviews }, (_, row) => row);

  /** Experiments of 40 with a finding, and those where the permutation test alone would claim one. */
  function claimed(seeds: number, noise: readonly [number, number], different: number) {
    const stream = randomStream(1, `${seeds} ${noise.join(' ')} ${different}`);
    const modelsOfSide = (scores: readonly number[], size: number) =>
      Array.from({ length: seeds }, () => {
        const shift = 0.5 * size * stream.normal();
        return scores.map((score) => (score + shift + size * stream.normal() >= 0 ? 1 : 0));
      });
    const found = { some: 0, tested: 0, finding: 0 };
    for (let experiment = 0; experiment < 40; experiment += 1) {
      const scores = rows.map((row) => (row < different ? 2 : stream.normal()));
      const first = modelsOfSide(scores, noise[0]);
      const second = modelsOfSide(
        scores.map((score, row) => (row < different ? -score : score)),
        noise[1],
      );
      const { p, isFinding } = expectedFlips(first, second);
      if (stableFlips(rows, rows, first, second).length > 0) found.some += 1;
      if (p <= 0.05) found.tested += 1;
      if (isFinding) found.finding += 1;
    }
    return found;
  }

  it('not where the variants differ in their seeds alone, though most experiments have such reviews', () => {
    const { some, finding } = claimed(4, [0.6, 0.6], 0);
    expect(some).toBeGreaterThan(20);
    expect(finding).toBe(0);
  });

  it('not where one variant has less seed noise, which a permutation test alone takes for a difference', () => {
    const { tested, finding } = claimed(5, [0.7, 0], 0);
    expect(tested).toBeGreaterThan(20);
    expect(finding).toBeLessThanOrEqual(2);
  });

  it('where reviews differ and six seeds show it, but never from three', () => {
    expect(claimed(6, [0.2, 0.2], 15).finding).toBe(40);
    expect(claimed(3, [0.2, 0.2], 15).finding).toBe(0);
  });
});
