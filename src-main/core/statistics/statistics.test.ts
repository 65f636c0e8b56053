import { describe, expect, it, test } from 'vitest';

import { randomStream } from '../random.ts';
import { fitFactorial, holm, termNames } from './factorial.ts';
import fixtures from './fixtures/statistics.json' with { type: 'json' };
import { boundaryConstant, lookLevels } from './looks.ts';
import { meanOf } from './mean.ts';
import { multiBootstrap, type SeedPair } from './multi-bootstrap.ts';
import { calibrationBins, rankingOf } from './ranking.ts';
import { correlation, intervalAround, meanP } from './student.ts';
import { verdictOf } from './verdict.ts';

describe('means', () => {
  test.each(fixtures.means)(
    'interval and p agree with SciPy ($values.length values)',
    (fixture) => {
      const estimate = meanOf(fixture.values);
      expect(meanP(estimate)).toBeCloseTo(fixture.p, 10);
      intervalAround(estimate.mean, estimate.standardError, estimate.count - 1, 0.95).forEach(
        (end, i) => expect(end).toBeCloseTo(fixture.interval95[i] ?? 0, 10),
      );
      intervalAround(estimate.mean, estimate.standardError, estimate.count - 1, 0.9).forEach(
        (end, i) => expect(end).toBeCloseTo(fixture.interval90[i] ?? 0, 10),
      );
    },
  );

  it('needs two values', () => {
    expect(meanOf([0.1]).standardError).toBeNaN();
    expect(meanP(meanOf([0.1]))).toBeNull();
  });

  test.each(fixtures.correlations)('correlation agrees with SciPy', ({ first, second, r }) => {
    expect(correlation(first, second)).toBeCloseTo(r, 10);
  });

  it('knows no correlation of two pairs, or of a side that does not vary', () => {
    expect(correlation([1, 2], [1, 2])).toBeNull();
    expect(correlation([1, 1, 1], [1, 2, 3])).toBeNull();
    // Whose sum of products is a little more than their scale.
    expect(correlation([0.1, 0.2, 0.4], [0.1, 0.2, 0.4])).toBeLessThanOrEqual(1);
  });
});

describe('looks', () => {
  // Jennison and Turnbull, Group Sequential Methods (2000), table 2.3, alpha 0.05.
  test.each([
    [1, 1.96],
    [2, 1.977],
    [3, 2.004],
    [4, 2.024],
    [5, 2.04],
    [10, 2.087],
  ])('%i looks have the constant %d', (looks, constant) => {
    expect(boundaryConstant(looks, 0.05)).toBeCloseTo(constant, 3);
  });

  it('spends next to nothing early and nearly all at the end', () => {
    const [first, second, third] = lookLevels(3);
    expect(first).toBeCloseTo(0.000519, 5);
    expect(second).toBeCloseTo(0.01411, 4);
    expect(third).toBeCloseTo(0.04507, 4);
    expect(lookLevels(1)).toEqual([expect.closeTo(0.05, 10)]);
    expect(() => lookLevels(0)).toThrow('from 1 to 20');
  });
});

describe('multi-bootstrap', () => {
  const rows = 2000;
  const model = (right: number, seed: number) => {
    const random = randomStream(seed, 'model');
    return Uint8Array.from({ length: rows }, () => (random.uniform() < right ? 1 : 0));
  };
  const uniform = () => {
    const random = randomStream(7, 'bootstrap');
    return () => random.uniform();
  };
  const estimate = (pairs: readonly SeedPair[]) => {
    const parts = multiBootstrap(pairs, uniform());
    for (;;) {
      const { done, value } = parts.next();
      if (done === true) return value;
    }
  };

  it('has the mean difference, and an interval as wide as its two sources', () => {
    const pairs = [1, 2, 3, 4, 5].map((seed) => ({
      first: model(0.8, seed),
      second: model(0.85, seed + 100),
    }));
    const { difference, interval } = estimate(pairs);
    const mean = meanOf(pairs.map(({ first, second }) => (sum(second) - sum(first)) / rows));
    expect(difference).toBeCloseTo(mean.mean, 12);
    // Independent models: a review's difference has the variance p q + p' q' a seed, and a seed is drawn w times, E w^2 = 2 - 1 / 5.
    const variance =
      (1.8 * (0.8 * 0.2 + 0.85 * 0.15)) / (rows * 5) + (mean.standardDeviation ** 2 * 4) / 25;
    expect((interval[1] - interval[0]) / (2 * 1.96 * Math.sqrt(variance))).toBeGreaterThan(0.9);
    expect((interval[1] - interval[0]) / (2 * 1.96 * Math.sqrt(variance))).toBeLessThan(1.1);
    expect(estimate(pairs)).toEqual(estimate(pairs));
  });

  it('is nothing for the same models', () => {
    const one = model(0.8, 1);
    expect(estimate([{ first: one, second: one }])).toMatchObject({
      difference: 0,
      interval: [0, 0],
    });
    expect(estimate([]).replicates).toBe(0);
  });

  const sum = (values: Uint8Array) => values.reduce((a, b) => a + b, 0);
});

describe('factorial', () => {
  test.each(fixtures.factorials)('agrees with statsmodels ($runs.length runs)', (fixture) => {
    const fit = fitFactorial(fixture.runs);
    expect(fit?.terms.map(({ name }) => name)).toEqual(termNames);
    fit?.terms.forEach((term, index) => {
      expect(term.effect).toBeCloseTo(fixture.effects[index] ?? 0, 10);
      expect(term.standardError).toBeCloseTo(fixture.errors[index] ?? 0, 10);
      expect(term.p).toBeCloseTo(fixture.p[index] ?? 0, 8);
      expect(term.adjustedP).toBeCloseTo(fixture.adjusted[index] ?? 0, 8);
      expect(term.interval[0]).toBeCloseTo(fixture.intervals[index]?.[0] ?? 0, 8);
    });
    expect(fit?.difference).toBeCloseTo(fixture.difference, 10);
    expect(fit?.interval[1]).toBeCloseTo(fixture.interval[1] ?? 0, 8);
    expect(fit).toMatchObject({
      blocks: fixture.blocks,
      degreesOfFreedom: fixture.degreesOfFreedom,
    });
    const simple = fit?.simpleEffects.find(
      ({ factor, at }) => factor === 'embedding' && !at.padding && at.head,
    );
    [simple?.effect, ...(simple?.interval ?? [])].forEach((value, index) =>
      expect(value).toBeCloseTo(fixture.simple[index] ?? Number.NaN, 8),
    );
  });

  it('splits "B minus A" into main effects and a quarter of the three-way term', () => {
    const [fixture] = fixtures.factorials;
    const fit = fitFactorial(fixture?.runs ?? []);
    const shares = fit?.terms.reduce((total, { share }) => total + share, 0);
    expect(shares).toBeCloseTo(fit?.difference ?? 0, 12);
    const mean = (isB: boolean) => {
      const values = (fixture?.runs ?? [])
        .filter((run) => [run.embedding, run.padding, run.head].every((level) => level === isB))
        .map(({ value }) => value);
      return meanOf(values).mean;
    };
    expect(fit?.difference).toBeCloseTo(mean(true) - mean(false), 12);
  });

  it('needs every cell, and one of them twice', () => {
    const [fixture] = fixtures.factorials;
    const runs = fixture?.runs ?? [];
    expect(fitFactorial(runs.filter((_, index) => index % 2 === 0))).toBeNull();
    expect(fitFactorial(runs.slice(2))).toBeNull();
    expect(fitFactorial([])).toBeNull();
  });

  it('keeps what the runs of a seed have in common out of the spread', () => {
    const paired = fixtures.factorials.find(({ blocks }) => blocks > 0);
    const runs = paired?.runs ?? [];
    const shifted = runs.map((run) => ({ ...run, value: run.value + run.seed * 0.05 }));
    expect(fitFactorial(shifted)?.residualDeviation).toBeCloseTo(
      fitFactorial(runs)?.residualDeviation ?? 0,
      10,
    );
    const unpaired = fitFactorial(shifted.map((run, index) => ({ ...run, seed: index })));
    expect(unpaired?.blocks).toBe(0);
    expect(unpaired?.residualDeviation).toBeGreaterThan(0.03);
  });

  it('has each term by its own spread over seeds too, and B minus A as the verdict has it', () => {
    const runs = fixtures.factorials.find(({ blocks }) => blocks === 3)?.runs ?? [];
    const fit = fitFactorial(runs);
    const valueOf = (seed: number, isB: boolean) =>
      runs.find(
        (run) =>
          run.seed === seed && run.embedding === isB && run.padding === isB && run.head === isB,
      )?.value ?? 0;
    const pairs = [0, 1, 2].map((seed) => valueOf(seed, true) - valueOf(seed, false));
    const { interval95 } = verdictOf(pairs, 0.0025);
    interval95?.forEach((end, index) =>
      expect(fit?.intervalOverSeeds?.[index]).toBeCloseTo(end, 12),
    );
    const embedding = [0, 1, 2].map((seed) => {
      const mean = (isB: boolean) =>
        meanOf(
          runs
            .filter((run) => run.seed === seed && run.embedding === isB)
            .map(({ value }) => value),
        ).mean;
      return mean(true) - mean(false);
    });
    expect(fit?.terms[0]?.overSeeds?.p).toBeCloseTo(meanP(meanOf(embedding)) ?? 0, 12);
    expect(fit?.terms[0]?.effect).toBeCloseTo(meanOf(embedding).mean, 12);
    // No effect on average, and not the same with every seed.
    const mixed = runs.map((run) => ({ ...run, value: run.padding ? 1 - run.seed : 0 }));
    const padding = fitFactorial(mixed)?.terms[1];
    expect(padding?.share).toBeCloseTo(0, 12);
    expect(padding?.overSeeds?.shareInterval[1]).toBeCloseTo(2.484, 3);
    const holed = fixtures.factorials.find(({ blocks }) => blocks === 4)?.runs ?? [];
    expect(fitFactorial(holed)?.terms[0]?.overSeeds).toBeNull();
    expect(fitFactorial(holed)?.intervalOverSeeds).toBeNull();
  });

  it("adjusts by Holm's steps", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });
});

describe('ranking', () => {
  test.each(fixtures.rankings)(
    'areas agree with scikit-learn ($labels.length reviews)',
    (fixture) => {
      const ranking = rankingOf(fixture.labels, fixture.probabilities);
      expect(ranking.rocArea).toBeCloseTo(fixture.rocArea, 12);
      expect(ranking.averagePrecision).toBeCloseTo(fixture.averagePrecision, 12);
      expect(ranking.points.at(-1)).toMatchObject({
        truePositives: ranking.positives,
        falsePositives: ranking.negatives,
      });
    },
  );

  it('has no area without one of the classes', () => {
    expect(rankingOf([1, 1], [0.2, 0.3]).rocArea).toBeNaN();
  });

  it('bins reviews by probability', () => {
    expect(calibrationBins([1, 0, 1], [0.95, 0.05, 1], 10)).toEqual([
      { count: 1, meanProbability: 0.05, positiveShare: 0 },
      { count: 2, meanProbability: 0.975, positiveShare: 1 },
    ]);
  });
});
