import { rmSync } from 'node:fs';
import path from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { runSchema, runSummarySchema } from '#contract/run.ts';
import { curveSchema } from '#contract/metric.ts';

import type { FakeScript } from '../../testing/processes/fake-trainer.ts';
import { openTestRuns, tinyConfig, type TestRuns } from '../../testing/test-runs.ts';
import type { RunLine } from '../services.ts';
import type { RunsOptions } from './service.ts';

let runs: TestRuns;
const open = (script: Partial<FakeScript> = {}, options: Partial<RunsOptions> = {}): TestRuns =>
  (runs = openTestRuns(script, options));
afterEach(async () => {
  await runs.remove();
});

/** Starts one run and waits for its end. */
async function train(input: Record<string, unknown> = {}) {
  const [started] = runs.service.start({ datasetId: 'd1', configs: [{ ...tinyConfig, ...input }] });
  if (started === undefined) throw new Error('not started');
  const lines: RunLine[] = [];
  const ended = await runs.service.follow(started.runId, (line) => lines.push(line));
  return { runId: started.runId, lines, ended };
}

const countSteps = (runId: string): number[] => {
  const [curve] = runs.service.curves({
    runIds: [runId],
    resolution: 'step',
    metric: 'loss',
    maxPoints: 1000,
  });
  return curve?.steps ?? [];
};

const snapshotEpochs = (runId: string): number[] =>
  runs.databases.main
    .prepare(
      'SELECT DISTINCT epoch FROM snapshots JOIN runs USING (run_key) WHERE run_id = ? ORDER BY epoch',
    )
    .pluck()
    .all(runId) as number[];

describe('a run', () => {
  test('trains to its end and is stored whole', async () => {
    open();
    const { runId, lines, ended } = await train();
    expect(lines.map((line) => line.event).filter((event) => event !== 'progress')).toEqual([
      'started',
      'epoch',
      'epoch',
      'epoch',
      'ended',
    ]);
    expect(ended).toMatchObject({ state: 'finished', reason: null, weightsHash: 'a'.repeat(64) });
    const run = runSchema.parse(runs.service.get({ runId }));
    expect(run.epochs.map(({ valLoss }) => valLoss)).toEqual([0.5, 0.3, 0.3]);
    // The lowest validation loss, the earliest of equals.
    expect(run.best).toMatchObject({ epoch: 2, trainAccuracy: 0.9 });
    expect(run.last).toMatchObject({ epoch: 3, trainAccuracy: 0.95 });
    expect(ended.best).toEqual(run.best);
    expect(run).toMatchObject({
      state: 'finished',
      progress: null,
      backend: 'wasm',
      colourSlot: 1,
      name: expect.stringContaining('A'),
    });
    expect(run.versions).toMatchObject({ twofold: '0.0.0', node: process.versions.node });
    expect(run.diskBytes).toBeGreaterThan(4 * 2 * 100 * 2 * 4);
    expect(countSteps(runId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(runSummarySchema.parse(runs.service.list({})[0])).toMatchObject({
      runId,
      epochCount: 3,
    });
  });

  test('tables of epoch 0 and every epoch are kept, two for A and one for B', async () => {
    open();
    const { runId: a } = await train({ variant: 'A' });
    const { runId: b } = await train({ variant: 'B' });
    const rows = (runId: string) =>
      runs.databases.main
        .prepare(
          'SELECT s.epoch, s.branch FROM snapshots s JOIN runs USING (run_key) WHERE run_id = ? ORDER BY s.epoch, s.branch',
        )
        .all(runId);
    expect(rows(a)).toEqual(
      [0, 1, 2, 3].flatMap((epoch) => [
        { epoch, branch: 'cnn' },
        { epoch, branch: 'lstm' },
      ]),
    );
    expect(rows(b)).toEqual([0, 1, 2, 3].map((epoch) => ({ epoch, branch: 'shared' })));
    expect(runs.service.get({ runId: b }).colourSlot).toBe(7);
  });

  test.each([
    [3, [0, 3, 5, 6, 8]],
    ['ends', [0, 5, 8]],
  ])(
    'with snapshots %s of eight epochs, the best the fifth, epochs %j stay',
    async (snapshots, kept) => {
      open({ epochs: 8, valLosses: [9, 8, 5, 5, 1, 5, 5, 5] });
      const { runId } = await train({ variant: 'B', epochs: 8, snapshots });
      expect(snapshotEpochs(runId)).toEqual(kept);
      expect(runs.service.get({ runId }).config.snapshots).toBe(snapshots);
    },
  );

  test('beyond the disk limit, tables between epoch 0, best and last go', async () => {
    open(
      { epochs: 8, valLosses: [9, 8, 1, 5, 5, 5, 5, 5] },
      { snapshotLimitBytes: () => 4 * 100 * 2 * 4 },
    );
    const { runId } = await train({ variant: 'B', epochs: 8 });
    const epochs = snapshotEpochs(runId);
    expect(epochs).toHaveLength(4);
    expect(epochs).toEqual(expect.arrayContaining([0, 3, 8]));
  });

  test('NaN stops it as diverged, with the point in the curve and the last good epoch', async () => {
    open({ nanAtStep: 6 });
    const { runId, ended } = await train();
    expect(ended).toMatchObject({ state: 'diverged', reason: 'The loss became NaN.' });
    expect(runs.service.get({ runId }).last?.epoch).toBe(1);
    const [curve] = runs.service.curves({
      runIds: [runId],
      resolution: 'step',
      metric: 'loss',
      maxPoints: 10,
    });
    expect(curveSchema.parse(curve).values.at(-1)).toBe('NaN');
  });

  test('a flood of messages is cut, the run goes on', async () => {
    open({ logLines: 50_000 });
    const { runId, ended } = await train();
    expect(ended.state).toBe('finished');
    const log = runs.service.log({ runId });
    expect(log.length).toBeLessThan(5001);
    expect(log.some(({ text }) => text.includes('left out'))).toBe(true);
  });

  test('what is out of bounds is refused before anything is stored', () => {
    open();
    const start = (input: Record<string, unknown>) => () =>
      runs.service.start({ datasetId: 'd1', configs: [{ ...tinyConfig, ...input }] });
    expect(start({ embeddingDim: 1 })).toThrow(/embeddingDim: Use a whole number from 2 to 1,024/);
    expect(start({ validation: 'own' })).toThrow(/no validation split/);
    expect(start({ wrong: 1 })).toThrow(/no field "wrong"/);
    expect(runs.service.list({})).toEqual([]);
  });
});

describe('several runs', () => {
  test('started together train one after another and share an experiment', async () => {
    open();
    const started = runs.service.start({
      datasetId: 'd1',
      configs: [
        { ...tinyConfig, variant: 'A' },
        { ...tinyConfig, variant: 'B' },
      ],
      name: 'pilot',
    });
    expect(started.map(({ name }) => name)).toEqual(['pilot A', 'pilot B']);
    expect(new Set(started.map(({ experimentId }) => experimentId)).size).toBe(1);
    const ends = await Promise.all(
      started.map(({ runId }) => runs.service.follow(runId, () => undefined)),
    );
    expect(ends.map(({ state }) => state)).toEqual(['finished', 'finished']);
    const [a, b] = started.map(({ runId }) => runs.service.get({ runId }));
    expect((a?.endedAt ?? '') <= (b?.startedAt ?? '')).toBe(true);
    const comparison = await runs.service.compare({
      runIds: [a?.runId ?? '', b?.runId ?? ''],
      weights: 'best',
    });
    expect(comparison.configDiff).toEqual({
      variant: ['A', 'B'],
      embedding: ['separate', 'shared'],
      convPadding: ['same', 'valid'],
      cnnHead: ['none', 'dense'],
    });
    expect(comparison.paired).toMatchObject({
      rows: 4,
      onlyFirstRight: 0,
      onlySecondRight: 0,
      difference: 0,
      mcnemarP: null,
      interval: null,
      reason: expect.stringMatching(/without a disagreement/) as string,
    });
    // Probabilities 0.2, 0.3, 0.4, 0.5 of reviews that are negative, positive, negative, positive.
    expect(comparison.metrics[0]).toMatchObject({
      rocArea: 0.75,
      averagePrecision: expect.closeTo(5 / 6, 10) as number,
    });
    expect(
      comparison.metrics[0]?.calibration?.map((bin) => [bin.count, bin.positiveShare]),
    ).toEqual([
      [1, 0],
      [1, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  test('are told apart by id, prefix and name', async () => {
    open();
    const { runId } = await train();
    expect(runs.service.resolve(runId.slice(0, 6))).toBe(runId);
    expect(runs.service.resolve(runs.service.get({ runId }).name)).toBe(runId);
    expect(() => runs.service.resolve('nothing')).toThrow(/no run "nothing"/);
  });
});

describe('stop, pause and resume', () => {
  test('a stop ends it at once, a resume goes on without counting a step twice', async () => {
    open({ stepMs: 20, epochs: 2, stepsPerEpoch: 10 });
    const [started] = runs.service.start({ datasetId: 'd1', configs: [tinyConfig] });
    const runId = started?.runId ?? '';
    const lines: RunLine[] = [];
    const end = runs.service.follow(runId, (line) => {
      lines.push(line);
      if (line.event === 'epoch') runs.service.stop({ runId });
    });
    expect((await end).state).toBe('stopped');
    expect(runs.service.get({ runId })).toMatchObject({ state: 'stopped', request: null });
    runs.service.resume({ runId });
    const again = await runs.service.follow(runId, () => undefined);
    expect(again.state).toBe('finished');
    expect(countSteps(runId)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(runs.service.get({ runId }).epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    // A finished run has nothing to go on with: it says its end again.
    expect(runs.service.resume({ runId }).state).toBe('finished');
    expect(await runs.service.follow(runId, () => undefined)).toEqual(again);
  });

  test('a pause answers when it is so; a waiting run is paused without ever training', async () => {
    open({ stepMs: 20, epochs: 50 });
    const [first, second] = runs.service.start({
      datasetId: 'd1',
      configs: [tinyConfig, { ...tinyConfig, seed: 2 }],
    });
    expect((await runs.service.pauseAndWait({ runId: second?.runId ?? '' })).state).toBe('paused');
    expect((await runs.service.pauseAndWait({ runId: first?.runId ?? '' })).state).toBe('paused');
    expect((await runs.service.stopAndWait({ runId: first?.runId ?? '' })).state).toBe('paused');
    expect(runs.service.active()).toEqual([]);
  });

  test('a request of another process is seen in the database', async () => {
    open({ stepMs: 20, epochs: 500 });
    const [started] = runs.service.start({ datasetId: 'd1', configs: [tinyConfig] });
    const end = runs.service.follow(started?.runId ?? '', () => undefined);
    runs.databases.main.prepare(`UPDATE runs SET request = 'stop'`).run();
    expect((await end).state).toBe('stopped');
  });

  test('closing pauses what trains; what waits goes on waiting', async () => {
    open({ stepMs: 20, epochs: 500 });
    const started = runs.service.start({
      datasetId: 'd1',
      configs: [tinyConfig, { ...tinyConfig, seed: 2 }],
    });
    const hasBegun = new Promise<void>((resolve) => {
      void runs.service.follow(
        started[0]?.runId ?? '',
        (line) => line.event === 'progress' && resolve(),
      );
    });
    await hasBegun;
    await runs.close('pause');
    expect(runs.service.list({}).map(({ state }) => state)).toEqual(['queued', 'paused']);
  });
});

describe('the trash', () => {
  test('takes ended runs and gives them back; running ones are refused', async () => {
    open({ stepMs: 20, epochs: 500 });
    const [started] = runs.service.start({ datasetId: 'd1', configs: [tinyConfig] });
    const runId = started?.runId ?? '';
    expect(() => runs.service.remove({ runIds: [runId] }).runIds).toThrow(
      /Take it out first.*, then delete/,
    );
    await expect.poll(() => runs.service.summary(runId).state).toBe('running');
    expect(() => runs.service.remove({ runIds: [runId] }).runIds).toThrow(
      /not over yet. Stop it first/,
    );
    await runs.service.stopAndWait({ runId });
    expect(runs.service.remove({ runIds: [runId] }).runIds).toEqual([runId]);
    expect(runs.service.list({})).toEqual([]);
    expect(runs.service.list({ isTrash: true }).map((run) => run.runId)).toEqual([runId]);
    expect(() => runs.service.resolve(runId)).toThrow(/is in the trash/);
    expect(() => runs.service.resume({ runId })).toThrow(/in the trash/);
    expect(runs.service.restore({ runIds: [runId] }).runIds).toEqual([runId]);
    expect(runs.service.list({})).toHaveLength(1);
    expect(() => runs.service.resolve(runId, { isTrash: true })).toThrow(/is not in the trash/);
  });

  test('a run that waits is taken out of the queue first', () => {
    open({}, { queue: 'process' });
    const [waiting] = runs.service.enqueue({ datasetId: 'd1', configs: [tinyConfig] });
    expect(() => runs.service.remove({ runIds: [waiting?.runId ?? ''] }).runIds).toThrow(
      /waits .*"queue remove"/,
    );
  });

  test('a run of a dataset in the trash waits for the dataset', async () => {
    open();
    const { runId } = await train();
    runs.service.remove({ runIds: [runId] });
    runs.databases.main
      .prepare(`UPDATE datasets SET deleted_at = '2026-01-01T00:00:00.000Z'`)
      .run();
    expect(() => runs.service.restore({ runIds: [runId] }).runIds).toThrow(
      /dataset .* is in the trash/,
    );
  });
});

describe('predictions', () => {
  test('are of the best epoch, the last or any, with the truth beside them', async () => {
    open();
    const { runId } = await train();
    const best = await runs.service.predictions(runId);
    expect(best.map(({ row, label }) => [row, label])).toEqual([
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 1],
    ]);
    expect(best[1]?.probability).toBeCloseTo(0.3);
    expect(
      (await runs.service.predictions(runId, { weights: 'last' }))[1]?.probability,
    ).toBeCloseTo(0.4);
    expect(
      (await runs.service.predictions(runId, { weights: { epoch: 1 } }))[1]?.probability,
    ).toBeCloseTo(0.2);
    const validation = await runs.service.predictions(runId, { split: 'validation' });
    expect(validation.map(({ row, label }) => [row, label])).toEqual([
      [5, 1],
      [7, 1],
    ]);
    await expect(runs.service.predictions(runId, { weights: { epoch: 9 } })).rejects.toThrow(
      /has no epoch 9: its last one is 3/,
    );
  });
});

test('texts cannot be judged without the weights, which is said as it is', async () => {
  open();
  const { runId } = await train();
  rmSync(path.join(runs.home, 'runs', runId, 'best.weights'), { force: true });
  await expect(runs.service.predictTexts(runId, ['good'], 'best')).rejects.toThrow(
    /best weights of .* are gone: .*best\.weights is missing/,
  );
  const [queued] = runs.service.start({ datasetId: 'd1', configs: [tinyConfig] });
  await expect(runs.service.predictTexts(queued?.runId ?? '', ['good'], 'best')).rejects.toThrow(
    /no epoch is complete/,
  );
});

test('tags, a note and the mark of a favourite stay with a run', () => {
  open();
  const started = runs.service.start({ datasetId: 'd1', configs: [tinyConfig, tinyConfig] });
  const runIds = started.map(({ runId }) => runId);
  const [first = '', second = ''] = runIds;
  runs.service.tag({ runIds: [first], add: ['pilot'] });
  runs.service.tag({ runIds, add: ['relu', 'pilot'] });
  runs.service.tag({ runIds: [second], remove: ['relu', 'unknown'] });
  runs.service.note({ runId: first, note: '  looks odd\nafter epoch 3 ' });
  runs.service.favourite({ runIds: [second], isFavourite: true });
  expect(runs.service.summary(first)).toMatchObject({
    tags: ['pilot', 'relu'],
    note: 'looks odd\nafter epoch 3',
    isFavourite: false,
  });
  expect(runs.service.get({ runId: second })).toMatchObject({
    tags: ['pilot'],
    note: '',
    isFavourite: true,
  });
  // A name that is wrong leaves all as they were.
  expect(() => runs.service.tag({ runIds: [second, 'none'], add: ['x'] })).toThrow(/no run/);
  expect(runs.service.summary(second).tags).toEqual(['pilot']);
});

test('some runs can be listed alone, with the best of each metric', async () => {
  open();
  const { runId } = await train();
  const { runId: other } = await train();
  const [listed, ...rest] = runs.service.list({ runIds: [runId, 'none'] });
  expect(rest).toEqual([]);
  expect(runSummarySchema.parse(listed).extremes).toMatchObject({ valLoss: 0.3 });
  expect(runs.service.list({}).map((run) => run.runId)).toEqual([other, runId]);
});

test('a name is one line of at most 200 characters', () => {
  open();
  const start = (name: string) =>
    runs.service.start({ datasetId: 'd1', configs: [tinyConfig], name })[0];
  const run = start('  two   words ');
  expect(run?.name).toBe('two words');
  expect(() => start('x'.repeat(201))).toThrow('Use a name of 1 to 200 characters.');
  expect(runs.service.rename({ runId: run?.runId ?? '', name: 'a  b' }).name).toBe('a b');
  for (const bad of [' ', 'x'.repeat(201)]) {
    expect(() => runs.service.rename({ runId: run?.runId ?? '', name: bad })).toThrow(/1 to 200/);
  }
  expect(runs.service.list({})).toHaveLength(1);
});

test('events nudge for every change', async () => {
  open();
  const { runId } = await train();
  expect(runs.events).toContain(`runs.changed ${runId}`);
  expect(runs.events).toContain(`metrics.appended ${runId}`);
});

test('a name is one line of writing', async () => {
  open();
  const { runId } = await train();
  const { name } = runs.service.summary(runId);
  for (const bad of ['two\nlines', 'a\u001B[31m', 'a\u0007', 'evil\u202Etxt']) {
    expect(() => runs.service.rename({ runId, name: bad })).toThrow(/without line breaks/);
    expect(() =>
      runs.service.enqueue({ datasetId: 'd1', configs: [tinyConfig], name: bad }),
    ).toThrow(/without line breaks/);
  }
  expect(() => runs.service.rename({ runId, name: ' \u200B\u2060 ' })).toThrow(
    /Use a name of 1 to 200/,
  );
  expect(runs.service.summary(runId).name).toBe(name);
});

test('what is asked for is refused before it is queued as it would be then', () => {
  open();
  const configs = [{ ...tinyConfig, validation: 'own' }];
  expect(() => runs.service.assertStartable({ datasetId: 'd1', configs })).toThrow(
    /no validation split of its own/,
  );
});
