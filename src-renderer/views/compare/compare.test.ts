import { SvelteSet } from 'svelte/reactivity';
import { describe, expect, it } from 'vitest';

import type { Comparison } from '#contract/comparison.ts';
import { formats } from '#core/metrics/format.ts';

import { buildJudgement } from '../../testing/build-judgement.ts';
import { buildRun } from '../../testing/build-run.ts';
import { against, excludesZero, measures, measuresOf, shownDifference } from './measures.ts';
import { nextSeed } from '../../parts/runs/next-seed.ts';
import { isSeries, overSeeds, stripRows } from './series.ts';
import { firstPair, offeredRuns, openingRuns } from '../../parts/runs/pick.ts';

const paired = {
  rows: 25_000,
  onlyFirstRight: 1204,
  onlySecondRight: 1319,
  bothRight: 20_436,
  bothWrong: 2041,
  mcnemarP: 0.022,
  reason: null,
  difference: 0.0046,
  interval: [0.0007, 0.0086] as [number, number],
};
const metrics = (
  override: Partial<Comparison['metrics'][number]> = {},
): Comparison['metrics'][number] => ({
  runId: 'a',
  weights: 'best',
  accuracy: 0.8656,
  loss: 0.3218,
  valAccuracy: 0.87,
  valLoss: 0.31,
  trainAccuracy: 0.9986,
  brier: 0.1,
  calibrationError: 0.061,
  confidenceCalibrationError: 0.058,
  rocArea: 0.94,
  averagePrecision: 0.93,
  calibration: [
    { count: 1000, meanProbability: 0.1, positiveShare: 0.12 },
    { count: 1000, meanProbability: 0.9, positiveShare: 0.85 },
  ],
  epoch: 6,
  secondsPerEpoch: 224,
  parameters: 1_151_833,
  confusion: null,
  reason: null,
  ...override,
});
const a = buildRun({ runId: 'a' });
const b = buildRun({ runId: 'b', variant: 'B' });

it('an interval excludes 0 on either side of it', () => {
  expect(excludesZero(paired)).toBe(true);
  expect(excludesZero({ interval: [-0.001, 0.002] })).toBe(false);
  expect(excludesZero({ interval: [-0.002, -0.001] })).toBe(true);
  expect(excludesZero({ interval: null })).toBe(false);
});

describe('nextSeed', () => {
  it('is the first after the pair that neither has been trained with on its data', () => {
    expect(nextSeed([a, b], a, b)).toBe(2);
    const b2 = buildRun({ runId: 'b2', variant: 'B', config: { seed: 2 } });
    const elsewhere = buildRun({ runId: 'x', datasetHash: 'x', config: { seed: 3 } });
    const longer = buildRun({ runId: 'y', config: { seed: 3, maxLength: 400 } });
    expect(nextSeed([a, b, b2, elsewhere, longer], a, b)).toBe(3);
  });
});

describe('measures', () => {
  const measure = (name: string) => {
    const found = measures.find((candidate) => candidate.key === name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  it('follow the goal, not the sign', () => {
    const other = metrics({ accuracy: 0.8702, loss: 0.314, calibrationError: 0.068 });
    expect(against(measure('accuracy'), metrics(), other, paired)).toMatchObject({
      direction: 'better',
      isSettled: true,
    });
    expect(against(measure('loss'), metrics(), other, paired)).toMatchObject({
      direction: 'better',
      isSettled: false,
    });
    expect(against(measure('calibrationError'), metrics(), other, paired)?.direction).toBe('worse');
    expect(
      against(measure('parameters'), metrics(), metrics({ parameters: 1 }), paired)?.direction,
    ).toBe('none');
  });

  it('stay hollow where the interval holds 0, and empty where a figure is missing', () => {
    const open = { ...paired, interval: [-0.0004, 0.0096] as [number, number] };
    expect(
      against(measure('accuracy'), metrics(), metrics({ accuracy: 0.87 }), open)?.isSettled,
    ).toBe(false);
    expect(against(measure('accuracy'), metrics(), metrics({ accuracy: 0.87 }), null)).toBeNull();
    expect(
      against(measure('parameters'), metrics(), metrics({ parameters: 1 }), null)?.difference,
    ).toBe(-1_151_832);
    expect(against(measure('gap'), metrics(), metrics({ trainAccuracy: null }), paired)).toBeNull();
  });
});

it('a time from fewer than three epochs is a fact, not a score', () => {
  const goalOf = (...counts: number[]) =>
    measuresOf(counts.map((epochCount) => ({ epochCount }))).find(
      (of) => of.key === 'secondsPerEpoch',
    )?.goal;
  expect(goalOf(3, 7)).toBe('lower');
  expect(goalOf(2, 7)).toBe('none');
});

it('offers the newest runs of thousands, with those that are marked or chosen, in their order', () => {
  const runs = Array.from({ length: 1000 }, (_, index) =>
    buildRun({ runId: `run${1000 - index}` }),
  );
  const marks = {
    drawn: new SvelteSet(['run7', 'gone']),
    selected: new SvelteSet(['run5', 'run999']),
  };
  const offered = offeredRuns(runs, ['run6'], marks).map(({ runId }) => runId);
  expect(offered.slice(0, 2)).toEqual(['run1000', 'run999']);
  expect(offered.slice(199)).toEqual(['run801', 'run7', 'run6', 'run5']);
  const few = runs.slice(0, 200);
  expect(offeredRuns(few, [], marks)).toBe(few);
  const all = {
    drawn: new SvelteSet(runs.map(({ runId }) => runId)),
    selected: new SvelteSet<string>(),
  };
  expect(offeredRuns(runs, [], all)).toHaveLength(200);
});

describe('firstPair', () => {
  it('opens with A and B of one seed from the newest experiment', () => {
    const of = (runId: string, variant: 'A' | 'B', seed: number) =>
      buildRun({ runId, variant, experimentId: 'e', config: { seed } });
    const runs = [of('b2', 'B', 2), of('a2', 'A', 2), of('b1', 'B', 1), of('a1', 'A', 1)];
    expect(firstPair(runs)).toEqual(['a1', 'b1']);
  });

  it('falls back to two runs on the same data, or to none', () => {
    expect(firstPair([buildRun({ runId: 'new' }), buildRun({ runId: 'old' })])).toEqual([
      'old',
      'new',
    ]);
    expect(
      firstPair([buildRun({ runId: 'new' }), buildRun({ runId: 'old', datasetHash: 'x' })]),
    ).toEqual([]);
    expect(firstPair([buildRun({ best: null })])).toEqual([]);
  });
});

it('takes differences from what is shown, but of accuracies as they are', () => {
  expect(shownDifference('seconds', 0.56, 0.64)).toBe(0);
  expect(shownDifference('seconds', 11.6, 12.4)).toBe(0);
  expect(shownDifference('decimal', 0.46824, 0.55716)).toBeCloseTo(0.089, 12);
  expect(shownDifference('share', 0.84254, 0.84356)).toBeCloseTo(0.00102, 12);
  expect(shownDifference('decimal', null, 0.5)).toBeNull();
  expect(formats.decimal.writeDifference(0.089)).toBe('+0.0890');
  expect(formats.seconds.writeDifference(-12)).toBe('−12 s');
});

it('opens with what is marked on the runs screen, or with a pair', () => {
  const runs = [3, 2, 1].map((seed) => buildRun({ runId: `a${seed}`, config: { seed } }));
  const marked = (count: number) => ({
    chosenOf: () => ({ from: 'drawn' as const, runs: runs.slice(0, count).reverse() }),
  });
  expect(openingRuns(runs, marked(3))).toEqual(['a1', 'a2', 'a3']);
  expect(openingRuns(runs, marked(1))).toEqual(firstPair(runs));
});

describe('several seeds', () => {
  const judgement = buildJudgement({ differences: [0.01, 0.012, 0.014] });
  const seeds = [1, 2, 3];
  const rows = seeds.flatMap((seed, index) => [
    metrics({ runId: `a${seed}`, loss: 0.3 + index / 10 }),
    metrics({ runId: `b${seed}`, loss: 0.29 + index / 10, trainAccuracy: null }),
  ]);
  const measure = (name: string) => measures.find((of) => of.key === name)!;

  it('are compared where two sides share more than one', () => {
    expect(isSeries(judgement)).toBe(true);
    expect(isSeries(buildJudgement({ differences: [0.01] }))).toBe(false);
    expect(isSeries({ ...judgement, sides: null })).toBe(false);
    expect(isSeries(undefined)).toBe(false);
  });

  it('have means, and a difference settled by its interval over seeds', () => {
    const loss = overSeeds(measure('loss'), judgement, rows);
    expect(loss?.means[0]).toBeCloseTo(0.4, 10);
    expect(loss?.spreads[0]).toBeCloseTo(0.1, 10);
    expect(loss?.against).toMatchObject({ direction: 'better', isSettled: true });
    const accuracy = overSeeds(measure('accuracy'), judgement, rows);
    expect(accuracy?.against).toMatchObject({ direction: 'equal', difference: 0 });
    expect(overSeeds(measure('gap'), judgement, rows)).toBeNull();
    const pending = { ...judgement, verdict: { ...judgement.verdict, state: 'pending' as const } };
    expect(overSeeds(measure('loss'), pending, rows)?.against.isSettled).toBe(false);
  });

  it('have a dot each, on one line where there are many', () => {
    expect(stripRows(judgement).map((row) => row.dots)).toEqual([
      undefined,
      undefined,
      [1],
      [1.2],
      [1.4000000000000001],
    ]);
    const many = buildJudgement({
      differences: Array.from({ length: 9 }, (_, seed) => 0.01 + seed / 10_000),
    });
    expect(stripRows(many).map((row) => row.dots?.length)).toEqual([undefined, undefined, 9]);
    const early = { ...judgement, verdict: { ...judgement.verdict, interval95: null } };
    expect(stripRows(early)[0]?.dots).toHaveLength(1);
  });
});
