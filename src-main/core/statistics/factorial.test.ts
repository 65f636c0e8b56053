import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';

import { simulateGrids } from '../../testing/builders/factor-grids.ts';
import { fitFactorial, termNames, type GridRun } from './factorial.ts';
import { holm } from './holm.ts';

const levels = z.object({ embedding: z.boolean(), padding: z.boolean(), head: z.boolean() });
const interval = z.tuple([z.number(), z.number()]);
const tested = z.object({ effect: z.number(), error: z.number(), p: z.number(), interval });
const { grids } = z
  .object({
    grids: z.array(
      z.object({
        runs: z.array(levels.extend({ seed: z.number(), value: z.number() })),
        blocks: z.number(),
        leftOut: z.array(z.object({ seed: z.number(), missing: z.array(levels) })),
        terms: z.array(tested),
        adjusted: z.array(z.number()),
        simple: z.array(tested.extend({ factor: z.string(), at: levels })),
        difference: tested,
        pooled: z.object({
          effects: z.array(z.number()),
          errors: z.array(z.number()),
          intervals: z.array(interval),
          interval,
          residualDeviation: z.number(),
          degreesOfFreedom: z.number(),
        }),
      }),
    ),
  })
  .parse(
    JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', 'factorial.json'), 'utf8')),
  );

/** Each number within 1e-9 of its reference. */
function agree(
  found: readonly (number | undefined)[] | null | undefined,
  wanted: readonly number[],
) {
  expect(found).toHaveLength(wanted.length);
  wanted.forEach((value, index) => expect(found?.[index]).toBeCloseTo(value, 9));
}

describe.each(grids)('a grid of $blocks complete seeds', (grid) => {
  const fit = fitFactorial(grid.runs);

  it('has each term over seeds as SciPy has it, and p as statsmodels adjusts it', () => {
    expect(fit?.terms.map(({ name }) => name)).toEqual(termNames);
    fit?.terms.forEach(({ effect, test: own }, index) => {
      const wanted = grid.terms[index]!;
      agree([effect, own?.standardError, own?.p], [wanted.effect, wanted.error, wanted.p]);
      agree(own?.interval, wanted.interval);
    });
    agree(
      fit?.terms.map((term) => term.test?.adjustedP),
      grid.adjusted,
    );
  });

  it('has "B minus A" and each simple effect over seeds as SciPy has them', () => {
    agree(fit?.interval, grid.difference.interval);
    agree([fit?.difference], [grid.difference.effect]);
    expect(fit?.simpleEffects.map(({ factor, at }) => ({ factor, at }))).toEqual(
      grid.simple.map(({ factor, at }) => ({ factor, at })),
    );
    fit?.simpleEffects.forEach(({ effect, interval: own }, index) => {
      agree(
        [effect, ...(own ?? [])],
        [grid.simple[index]!.effect, ...grid.simple[index]!.interval],
      );
    });
  });

  it('has the pooled error term of ordinary least squares beside it', () => {
    const { pooled } = grid;
    agree(
      fit?.terms.map(({ effect }) => effect),
      pooled.effects,
    );
    agree(
      fit?.pooled?.terms.map(({ standardError }) => standardError),
      pooled.errors,
    );
    fit?.pooled?.terms.forEach((term, index) => {
      agree(term.interval, pooled.intervals[index]!);
    });
    agree(fit?.pooled?.interval, pooled.interval);
    agree([fit?.pooled?.residualDeviation], [pooled.residualDeviation]);
    expect(fit?.pooled?.degreesOfFreedom).toBe(pooled.degreesOfFreedom);
  });

  it('counts complete seeds alone, and says what the others lack', () => {
    expect(fit).toMatchObject({ blocks: grid.blocks, leftOut: grid.leftOut });
  });

  it('splits "B minus A" into main effects and a quarter of the three-way term', () => {
    const sum = fit?.terms.reduce((total, { share }) => total + share, 0);
    expect(sum).toBeCloseTo(fit?.difference ?? 0, 12);
    const [low = 0, high = 0] = fit?.terms[6]?.test?.interval ?? [];
    agree(fit?.terms[6]?.test?.shareInterval, [low / 4, high / 4]);
  });
});

describe('fewer than two complete seeds', () => {
  const [{ runs }] = grids as [(typeof grids)[number]];

  it('give means without a test', () => {
    const one = fitFactorial(runs.filter(({ seed }) => seed === 1));
    expect(one).toMatchObject({ blocks: 1, leftOut: [], interval: null, pooled: null });
    expect(one?.terms.map((term) => term.test)).toEqual(Array.from({ length: 7 }, () => null));
    expect(one?.simpleEffects[0]?.interval).toBeNull();
    // Every cell has a run, but no seed has all cells.
    const spread = fitFactorial(runs.map((run, seed) => ({ ...run, seed })));
    expect(spread).toMatchObject({ blocks: 0, interval: null });
    expect(spread?.leftOut).toHaveLength(runs.length);
    agree([spread?.difference], [fitFactorial(runs)?.difference ?? 0]);
  });

  it('give nothing where a cell is empty', () => {
    expect(fitFactorial(runs.filter(({ head }) => head))).toBeNull();
    expect(fitFactorial([])).toBeNull();
  });
});

test('a run that was repeated counts once: it is the same model', () => {
  const { runs } = grids[1]!;
  const again = { ...runs[0]!, value: 0.5 };
  expect(fitFactorial([...runs, again])).toEqual(fitFactorial(runs));
});

test('a factor that changes no model has no effect and no test, whatever rounding leaves', () => {
  const runs = [1, 2, 3].flatMap((seed) =>
    gridOf(
      seed,
      ({ embedding, head }) => 0.8124 + seed / 300 + (embedding ? 0.1 : 0) + (head ? 0.07 : 0),
    ),
  );
  for (const term of [1, 3, 5, 6]) {
    expect(fitFactorial(runs)?.terms[term]).toMatchObject({ effect: 0, test: null });
  }
  const padding = fitFactorial(runs)?.simpleEffects.filter(({ factor }) => factor === 'padding');
  for (const found of padding ?? []) expect(found).toMatchObject({ effect: 0, interval: null });
  expect(padding).toHaveLength(4);
});

test('an effect that happens to be the same in each seed is no certainty', () => {
  const runs = [1, 2, 3].flatMap((seed) =>
    gridOf(
      seed,
      ({ embedding, head }) =>
        (2031 + 7 * seed + (embedding ? 3 : 0)) / 2500 + (head ? seed / 900 : 0),
    ),
  );
  const [embedding, , head] = fitFactorial(runs)?.terms ?? [];
  expect(embedding?.test).toBeNull();
  expect(embedding?.effect).toBeCloseTo(3 / 2500, 12);
  expect(head?.test?.p).toBeGreaterThan(0.01);
});

describe('where cells are near copies and no factor does anything', () => {
  it.each([2, 3, 5, 8])('%d seeds find a false term as often as they say', (seeds) => {
    const { overSeeds, pooled } = simulateGrids(1000, { seeds, isNearCopy: true });
    expect(overSeeds.falseTerms).toBeLessThanOrEqual(0.065);
    expect(overSeeds.coverage).toBeGreaterThan(0.935);
    // The reason why one pooled error term judges nothing.
    expect(pooled.falseTerms).toBeGreaterThan(0.17);
    expect(pooled.coverage).toBeLessThan(0.935);
  });
});

test("p is adjusted by Holm's steps", () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
});

function gridOf(
  seed: number,
  valueOf: (run: Omit<GridRun, 'seed' | 'value'>) => number,
): GridRun[] {
  return [false, true].flatMap((embedding) =>
    [false, true].flatMap((padding) =>
      [false, true].map((head) => {
        const at = { embedding, padding, head };
        return { ...at, seed, value: valueOf(at) };
      }),
    ),
  );
}
