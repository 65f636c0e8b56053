import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { randomStream } from '../util/random.ts';
import { stableFlips } from './agreement.ts';
import { expectedFlips, type ExpectedFlips } from './expected-flips.ts';

const { cases } = JSON.parse(
  readFileSync(new URL('fixtures/expected-flips.json', import.meta.url), 'utf8'),
) as {
  cases: { sides: [string[], string[]]; expected: ExpectedFlips & { observed: number } }[];
};
const modelsOf = (side: readonly string[]) => side.map((bits) => Array.from(bits, Number));

describe('stable disagreements expected from seeds alone', () => {
  it.each(cases)(
    'agree with every exchange and division made one by one: case %#',
    ({ sides, expected }) => {
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
    },
  );
});

const reviews = 600;
const rows = Array.from({ length: reviews }, (_, row) => row);
type Models = readonly number[][];

/** Experiments of 40; `alike`: correlation of the noise of both models of a seed. */
function* experiments(
  seeds: number,
  noise: readonly [number, number],
  { different = 0, alike = 0 } = {},
): Generator<readonly [Models, Models]> {
  const stream = randomStream(1, `${seeds} ${noise.join(' ')} ${different} ${alike}`);
  const draws = () => Array.from({ length: seeds }, () => rows.map(() => stream.normal()));
  for (let experiment = 0; experiment < 40; experiment += 1) {
    const scores = rows.map((row) => (row < different ? 2 : stream.normal()));
    const shared = draws();
    const side = (size: number, sign: number): Models =>
      draws().map((own, seed) => {
        const shift = 0.5 * size * stream.normal();
        return own.map((of, row) => {
          const score = (scores[row] ?? 0) * (row < different ? sign : 1);
          const drawn = Math.sqrt(alike) * (shared[seed]?.[row] ?? 0) + Math.sqrt(1 - alike) * of;
          return score + shift + size * drawn >= 0 ? 1 : 0;
        });
      });
    yield [side(noise[0], 1), side(noise[1], -1)];
  }
}

it('are as many as there are where the two models of a seed resemble each other', () => {
  let [observed, expected] = [0, 0];
  for (const [first, second] of experiments(2, [1, 1], { alike: 0.5 })) {
    observed += stableFlips(rows, rows, first, second).length;
    expected += expectedFlips(first, second).mean;
  }
  expect(observed).toBeGreaterThan(100);
  expect(expected / observed).toBeGreaterThan(0.9);
  expect(expected / observed).toBeLessThan(1.1);
});

describe('a finding is claimed', () => {
  /** Experiments with a finding, and those where the permutation test alone would claim one. */
  function claimed(...of: Parameters<typeof experiments>) {
    const found = { some: 0, tested: 0, finding: 0 };
    for (const [first, second] of experiments(...of)) {
      const { p, isFinding } = expectedFlips(first, second);
      if (stableFlips(rows, rows, first, second).length > 0) found.some += 1;
      if (p <= 0.05) found.tested += 1;
      if (isFinding) found.finding += 1;
    }
    return found;
  }

  it('not where the variants differ in their seeds alone, though some experiments have such reviews', () => {
    const { some, finding } = claimed(6, [6, 6]);
    expect(some).toBeGreaterThan(5);
    expect(finding).toBe(0);
  });

  it('not where one variant has less seed noise, which a permutation test alone takes for a difference', () => {
    const { tested, finding } = claimed(6, [1.2, 0]);
    expect(tested).toBeGreaterThan(20);
    expect(finding).toBeLessThanOrEqual(2);
  });

  it('not where one variant has decided and the other throws a coin for some reviews', () => {
    const stream = randomStream(1, 'coins');
    let finding = 0;
    for (let experiment = 0; experiment < 200; experiment += 1) {
      const [decided, coins] = [0, 1].map((side) =>
        Array.from({ length: 8 }, () =>
          Array.from({ length: 64 }, () => (side === 1 && stream.uniform() < 0.5 ? 1 : 0)),
        ),
      );
      if (expectedFlips(decided ?? [], coins ?? []).isFinding) finding += 1;
    }
    expect(finding).toBeLessThan(16);
  });

  it('where far more reviews differ than seed noise divides, however many it divides', () => {
    const halves = Array.from({ length: 2 ** 6 }, (_, bits) =>
      bits.toString(2).padStart(6, '0').split(''),
    ).filter((sides) => sides.filter((side) => side === '1').length === 3 && sides[0] === '0');
    const model = (seed: number, stable: number) => [
      ...halves.flatMap((sides) => Array.from({ length: 800 }, () => Number(sides[seed]))),
      ...Array.from({ length: 2000 }, () => stable),
    ];
    const [first, second] = [0, 1].map((stable) =>
      Array.from({ length: 6 }, (_, seed) => model(seed, stable)),
    );
    const { within, isFinding } = expectedFlips(first ?? [], second ?? []);
    expect(within.limit).toBe(800);
    expect(isFinding).toBe(true);
  });

  it('where reviews differ and six seeds show it, but never from five', () => {
    expect(claimed(6, [0.2, 0.2], { different: 15 }).finding).toBe(40);
    expect(claimed(5, [0.2, 0.2], { different: 15 }).finding).toBe(0);
  });
});
