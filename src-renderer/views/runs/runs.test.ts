import { afterEach, describe, expect, it } from 'vitest';

import type { Curve } from '#contract/metric.ts';

import { buildEpoch, buildRun } from '../../testing/build-run.ts';
import { curveLine, timeUnit } from '../../parts/curves/curve-lines.ts';
import { inLanguage, setLanguage } from '#core/wording/language.ts';
import {
  configurationNames,
  labelsOf,
  sharedSettings,
  shortLabelsOf,
  withoutVariant,
} from '#core/config/run-labels.ts';
import { automaticName } from '#core/config/run-name.ts';
import {
  againstBaseline,
  baselineOf,
  bestLoss,
  flatGroup,
  groupRuns,
  hasStoppedEarly,
  sortRuns,
  spreadOf,
  bestConfiguration,
} from '../../parts/runs/rows.ts';

const sort = { key: 'created', direction: 'ascending' } as const;

afterEach(() => {
  setLanguage('en');
});

describe('labels', () => {
  it('say differences only', () => {
    const runs = [
      buildRun({ runId: 'a', config: { maxLength: 200 } }),
      buildRun({ runId: 'b', variant: 'B', config: { maxLength: 200, seed: 2 } }),
    ];
    expect([...labelsOf(runs).values()]).toEqual(['A seed 1', 'B seed 2']);
    const other = buildRun({ runId: 'c', config: { maxLength: 300 } });
    expect([...labelsOf([...runs, other]).values()]).toEqual([
      'A len 200 seed 1',
      'B len 200 seed 2',
      'A len 300 seed 1',
    ]);
    expect(sharedSettings(runs)).toBe('len 200');
    expect([...shortLabelsOf(runs).values()]).toEqual(['A', 'B']);
    expect([...shortLabelsOf([...runs, other]).values()]).toEqual([
      ...labelsOf([...runs, other]).values(),
    ]);
  });

  it('say no more than tells the runs apart where much differs', () => {
    const small = { maxLength: 40, embeddingDim: 16, hiddenUnits: 8, filters: 16, batchSize: 100 };
    const runs = [
      buildRun({ runId: 'a' }),
      buildRun({ runId: 'b', config: small }),
      buildRun({ runId: 'c', config: { ...small, lstmActivation: 'relu' } }),
    ];
    expect([...labelsOf(runs).values()]).toEqual([
      'A seed 1',
      'A len 40 seed 1',
      'A len 40 relu seed 1',
    ]);
  });

  it('keep a given name, behind its variant', () => {
    const labels = labelsOf([
      buildRun({ runId: 'a', name: 'relu LSTM' }),
      buildRun({ runId: 'b', name: 'pilot A' }),
      buildRun({ runId: 'c', name: 'A seed 1 (2)' }),
    ]);
    expect([...labels.values()]).toEqual(['A relu LSTM', 'pilot A', 'A seed 1']);
    const twice = ['A seed 1', 'A seed 1 (2)', 'A seed 1 again'].map((name) =>
      buildRun({ runId: name, name }),
    );
    expect([...labelsOf(twice).values()]).toEqual(twice.map(({ name }) => name));
    const pilot = (runId: string, name: string, experimentName: string | null) =>
      buildRun({ runId, name, experimentName });
    const named = [
      pilot('a', 'pilot A seed 1', 'pilot'),
      pilot('b', 'pilot A seed 2', 'pilot'),
      pilot('c', 'pilot A seed 3', null),
    ];
    expect([...labelsOf(named).values()]).toEqual(['A seed 1', 'A seed 2', 'pilot A seed 3']);
    const alike = [
      pilot('a', 'pilot A seed 1', 'pilot'),
      pilot('b', 'main A seed 1', 'main'),
      buildRun({ runId: 'c', name: 'A seed 1' }),
    ];
    expect([...labelsOf(alike).values()]).toEqual(['pilot A seed 1', 'main A seed 1', 'A seed 1']);
    expect(withoutVariant('A relu LSTM', 'A')).toBe('relu LSTM');
    expect(withoutVariant('Alpha', 'A')).toBe('Alpha');
  });

  it.each(['en', 'ko'] as const)(
    'are short for runs that were named in another language: %s',
    (named) => {
      const small = {
        maxLength: 32,
        embeddingDim: 8,
        hiddenUnits: 8,
        filters: 8,
        patience: 'none' as const,
        limit: 400,
      };
      const runs = [1, 2, 2].map((seed, index) => {
        const run = buildRun({ runId: String(index), config: { ...small, seed } });
        return {
          ...run,
          name: inLanguage(named, () => automaticName(run.config)) + (index === 2 ? ' (2)' : ''),
        };
      });
      const shown = () => [...labelsOf(runs).values()];
      expect(shown()).toEqual(['A seed 1', 'A seed 2', 'A seed 2 (2)']);
      setLanguage('ko');
      expect(shown()).toEqual(['A 시드 1', 'A 시드 2', 'A 시드 2 (2)']);
    },
  );

  it('are whole in Korean', () => {
    setLanguage('ko');
    const small = { maxLength: 32, patience: 'none', limit: 400 } as const;
    const runs = [
      buildRun({ runId: 'a', config: small }),
      buildRun({ runId: 'b', config: { ...small, seed: 2 } }),
    ];
    expect(sharedSettings(runs)).toBe('길이 32 인내 없음 리뷰 400');
    expect(sharedSettings([buildRun({ runId: 'a' })])).toBe('');
    expect(
      configurationNames([runs, [buildRun({ runId: 'c', config: { ...small, limit: 40 } })]]),
    ).toEqual(['A 리뷰 400', 'A 리뷰 40']);
    const custom = buildRun({
      runId: 'd',
      config: { variant: null, embedding: 'shared', cnnHead: 'none' },
    });
    const label = labelsOf([custom]).get('d') ?? '';
    expect(withoutVariant(label, null)).toBe('shared same 없음 시드 1');
  });
});

describe('rows', () => {
  const a = buildRun({ runId: 'a', experimentId: 'e1', createdAt: '2026-02-01T00:00:00Z' });
  const b = buildRun({
    runId: 'b',
    variant: 'B',
    experimentId: 'e1',
    createdAt: '2026-02-01T00:00:01Z',
    best: buildEpoch({ testAccuracy: 0.8702, valLoss: 0.3 }),
  });
  const alone = buildRun({
    runId: 'c',
    createdAt: '2026-02-02T00:00:00Z',
    best: null,
    last: null,
    state: 'queued',
  });

  it('group by experiment, newest first', () => {
    const groups = groupRuns([a, b, alone], sort);
    expect(groups.map((group) => [group.kind, group.runs.map((run) => run.runId)])).toEqual([
      ['single', ['c']],
      ['pair', ['a', 'b']],
    ]);
    expect(flatGroup([a, b], sort)).toMatchObject({
      kind: 'all',
      states: [{ state: 'finished', count: 2 }],
    });
  });

  it('group by configuration, in the order of the means over its seeds', () => {
    const of = (runId: string, maxLength: number, seed: number, valLoss: number) =>
      buildRun({ runId, config: { maxLength, seed }, best: buildEpoch({ valLoss }) });
    const runs = [
      of('a1', 200, 1, 0.3),
      of('a2', 200, 2, 0.5),
      of('b1', 300, 1, 0.2),
      of('b2', 300, 2, 0.4),
    ];
    const groups = groupRuns(
      runs,
      { key: 'atBest.valLoss', direction: 'ascending' },
      'configuration',
    );
    expect(groups.map((group) => [group.settings, ...group.runs.map((run) => run.runId)])).toEqual([
      ['A len 300', 'b1', 'b2'],
      ['A len 200', 'a1', 'a2'],
    ]);
    const spread = spreadOf(groups[1]?.runs ?? [], bestLoss);
    expect(spread?.mean).toBeCloseTo(0.4, 12);
    expect(spread?.deviation).toBeCloseTo(Math.SQRT2 / 10, 12);
    expect(spreadOf([alone], bestLoss)).toBeNull();
  });

  it('mark the configuration with the highest mean accuracy, where they share their data', () => {
    const of = (maxLength: number, seed: number, valAccuracy: number, datasetName = 'IMDB') =>
      buildRun({
        runId: `${maxLength}-${seed}`,
        datasetName,
        config: { maxLength, seed },
        best: buildEpoch({ valAccuracy }),
      });
    const sort = { key: 'name', direction: 'ascending' } as const;
    const bestOf = (runs: Parameters<typeof groupRuns>[0]) => {
      const groups = groupRuns(runs, sort, 'configuration');
      const best = bestConfiguration(groups);
      return groups.find(({ groupId }) => groupId === best)?.settings ?? null;
    };
    const short = [of(200, 1, 0.9), of(200, 2, 0.8)];
    const long = [of(300, 1, 0.88), of(300, 2, 0.86)];
    expect(bestOf([...short, ...long])).toBe('A len 300');
    expect(bestOf(short)).toBeNull();
    expect(bestOf([...short, of(300, 1, 0.88, 'Amazon')])).toBeNull();
  });

  it('sort with missing figures last both ways', () => {
    const ids = (direction: 'ascending' | 'descending') =>
      sortRuns([alone, a, b], { key: 'atBest.testAccuracy', direction }).map((run) => run.runId);
    expect(ids('descending')).toEqual(['b', 'a', 'c']);
    expect(ids('ascending')).toEqual(['a', 'b', 'c']);
  });

  it('sort by any setting, words after numbers', () => {
    const runs = ([5, 'none', 12] as const).map((patience) =>
      buildRun({ runId: String(patience), config: { patience } }),
    );
    const ids = (direction: 'ascending' | 'descending') =>
      sortRuns(runs, { key: 'patience', direction }).map((run) => run.runId);
    expect(ids('ascending')).toEqual(['5', '12', 'none']);
    expect(ids('descending')).toEqual(['none', '12', '5']);
  });

  it('keep the order in which runs of one moment were started, whatever their ids', () => {
    const listed = ['m', 'z', 'a'].map((runId) =>
      buildRun({ runId, createdAt: '2026-01-01T00:00:00.000Z' }),
    );
    expect(sortRuns(listed, sort).map((run) => run.runId)).toEqual(['a', 'z', 'm']);
  });

  it('compare with the pinned run, on the same data, when it has stopped', () => {
    expect(baselineOf([b, a], null)).toBeNull();
    expect(baselineOf([b, a], 'b')?.runId).toBe('b');
    expect(baselineOf([{ ...b, state: 'running' }, a], 'b')).toBeNull();
    expect(baselineOf([alone, a], 'c')).toBeNull();
    expect(againstBaseline(a, a)).toEqual({ kind: 'baseline' });
    const against = againstBaseline(b, a);
    expect(against.kind === 'difference' && against.difference).toBeCloseTo(0.0046, 10);
    expect(againstBaseline({ ...b, datasetHash: 'x' }, a)).toEqual({ kind: 'otherData' });
    const changed = (config: Partial<typeof b.config>) =>
      againstBaseline({ ...b, config: { ...b.config, ...config } }, a).kind;
    expect(changed({ limit: 2000 })).toBe('otherReviews');
    expect(changed({ validation: 'test' })).toBe('otherValidation');
    expect(againstBaseline({ ...b, config: { ...b.config, validation: 0.2 } }, a).kind).toBe(
      'difference',
    );
    expect(againstBaseline({ ...b, state: 'running' }, a)).toEqual({ kind: 'soFar' });
    expect(againstBaseline(alone, a)).toEqual({ kind: 'none' });
  });

  it('know an early stop', () => {
    expect(hasStoppedEarly(a)).toBe(true);
    expect(hasStoppedEarly(buildRun({ config: { epochs: 7 } }))).toBe(false);
  });
});

describe('curve lines', () => {
  const curve: Curve = {
    runId: 'a',
    epochs: [1, 2, 3],
    steps: [10, 20, 30],
    seconds: [60, 120, 180],
    values: [0.5, 0.4, 0.45],
    smoothed: [],
    totalPoints: 3,
  };
  const style = { colour: 'a', dash: [], mark: 'circle', isLegibleAsText: true } as const;
  const part = {
    curve,
    label: 'A',
    style,
    role: 'validation',
    axis: 'epoch',
    secondsPerUnit: 60,
    isByEpoch: true,
    brokenLabel: (step: number) => `NaN at step ${step}`,
  } as const;

  it('put the best mark and the end on the raw values', () => {
    const line = curveLine({ ...part, run: buildRun() });
    expect(line).toMatchObject({ x: [1, 2, 3], bestIndex: 1, end: 'earlyStop' });
    expect(curveLine({ ...part, run: buildRun(), axis: 'time' }).x).toEqual([1, 2, 3]);
    expect(curveLine({ ...part, run: buildRun(), axis: 'step' }).x).toEqual([10, 20, 30]);
  });

  it('say where the loss became NaN', () => {
    const run = buildRun({
      state: 'diverged',
      progress: {
        epoch: 4,
        step: 35,
        stepsPerEpoch: 10,
        loss: null,
        samplesPerSecond: null,
        secondsLeft: null,
        phase: 'training',
        at: '',
      },
    });
    expect(curveLine({ ...part, run }).broken).toEqual({ x: 3.5, label: 'NaN at step 35' });
  });

  it('keep non-finite values', () => {
    const line = curveLine({
      ...part,
      curve: { ...curve, values: [0.5, 'NaN', 'Infinity'] },
      run: buildRun(),
    });
    expect(line.y).toEqual([0.5, NaN, Infinity]);
    expect(line.gaps).toEqual([2, 3]);
    expect(line.broken).toEqual({ x: 2, label: 'NaN at step 20' });
  });

  it('put steps at their share of an epoch, where the last epoch is not complete too', () => {
    const steps = [5, 10, 15, 20, 24];
    const byStep = {
      ...curve,
      steps,
      epochs: [1, 1, 2, 2, 3],
      seconds: steps,
      values: steps.map(() => 0.4),
    };
    const line = curveLine({
      ...part,
      run: buildRun({ state: 'stopped' }),
      curve: { ...byStep, epochs: [1, 1, 2, 3, 3] },
      isByEpoch: false,
    });
    expect(line.x.at(-1)).toBeCloseTo(3.2, 10);
    const whole = curveLine({
      ...part,
      run: buildRun(),
      curve: { ...byStep, epochs: [1, 1, 2, 2, 3] },
      isByEpoch: false,
    });
    expect(whole.x.at(-1)).toBe(3);
  });

  it('choose the unit of time by the longest', () => {
    expect(timeUnit(100).unit).toBe('seconds');
    expect(timeUnit(2460)).toEqual({ unit: 'minutes', seconds: 60 });
    expect(timeUnit(20_000).unit).toBe('hours');
  });
});
