import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { datasetSchema } from '#contract/dataset.ts';
import { experimentSchema, factorialSchema, verdictSchema } from '#contract/experiment.ts';
import { queueSchema, workSchema } from '#contract/queue.ts';
import { runSchema } from '#contract/run.ts';

import { openTestCli } from '../../testing/test-cli.ts';

/** Each of these starts many processes. */
const limitMs = 300_000;

const cli = openTestCli();
const { json, twofold } = cli;
afterAll(() => {
  cli.remove();
});

const tiny = {
  maxLength: 20,
  numWords: 300,
  embeddingDim: 4,
  hiddenUnits: 4,
  filters: 4,
  batchSize: 100,
  limit: 200,
  epochs: 1,
};
const sweepSchema = experimentSchema.extend({ estimate: workSchema });

function write(sweep: object): string {
  writeFileSync(path.join(cli.folder, 'sweep.json'), JSON.stringify({ base: tiny, ...sweep }));
  return 'sweep.json';
}
const show = (runId: string) => json(runSchema, 'runs', 'show', runId);

let dataset = '';
beforeAll(async () => {
  ({ datasetId: dataset } = await json(datasetSchema, 'data', 'sample'));
});

it(
  'refuses what is no sweep with one sentence',
  async () => {
    const cases: [() => string, string][] = [
      [
        () => 'none.json',
        `${path.join(cli.folder, 'none.json')} cannot be read. Name a JSON file.`,
      ],
      [() => write({}), 'dataset: Name the dataset to train on.'],
      [
        () => write({ dataset: 'none' }),
        'There is no dataset "none". "data list" shows those there are.',
      ],
      [
        () => write({ dataset, grid: { embeddingDim: [8, 1] } }),
        'grid.embeddingDim: 1: Use a whole number from 2 to 1,024.',
      ],
    ];
    for (const [file, sentence] of cases) {
      const { code, stdout, stderr } = await twofold('sweep', file(), '--json');
      expect([code, stdout, stderr.trim()]).toEqual([2, '', sentence]);
    }
    expect((await json(queueSchema, 'queue', 'list')).runs).toEqual([]);
  },
  limitMs,
);

describe('a paused queue', () => {
  let ids: readonly string[] = [];
  beforeAll(async () => {
    await json(queueSchema, 'queue', 'pause');
    const file = write({ dataset, grid: { variant: ['A', 'B'] }, seeds: [1, 2], name: 'pilot' });
    const would = await json(
      workSchema.extend({ experimentId: z.null() }),
      ...['sweep', file, '--dry-run'],
    );
    expect(would.runs).toBe(4);
    expect((await json(queueSchema, 'queue', 'list')).runs).toEqual([]);
    const { code, stdout } = await twofold('sweep', file, '--json');
    expect(code).toBe(0);
    const experiment = sweepSchema.parse(JSON.parse(stdout));
    expect(experiment).toMatchObject({ name: 'pilot', kind: 'seeds', seeds: [1, 2] });
    expect(experiment.estimate.seconds).toEqual(would.seconds);
    ids = experiment.runs.map(({ runId }) => runId);
  }, limitMs);

  it(
    'keeps its runs in an order that can be changed',
    async () => {
      const [a = '', b = '', c = '', d = ''] = ids;
      const order = async (...args: string[]) =>
        (await json(queueSchema, 'queue', ...args)).runs.map(({ runId }) => runId);
      expect(await order('list')).toEqual([a, b, c, d]);
      expect(await order('move', d, '1')).toEqual([d, a, b, c]);
      expect(await order('move', 'pilot B seed 2', 'last')).toEqual([a, b, c, d]);
      expect(await order('remove', b, c)).toEqual([a, d]);
      expect((await show(b)).state).toBe('stopped');
      expect(await order('add', b, c)).toEqual([a, d, b, c]);
      expect((await twofold('queue', 'move', a, '0')).code).toBe(2);
      expect((await twofold('queue', 'add')).code).toBe(2);
      expect((await json(queueSchema, 'queue', 'list')).isPaused).toBe(true);
    },
    limitMs,
  );

  it(
    'is trained where it is started, and gives the experiment its verdict',
    async () => {
      const queue = await json(queueSchema, 'queue', 'start', '--wait');
      expect(queue).toMatchObject({ isPaused: false, runs: [], secondsLeft: [0, 0] });
      const { verdict, seeds } = await json(
        z.object({
          verdict: verdictSchema,
          seeds: z.array(z.number()),
          factorial: factorialSchema.nullable(),
        }),
        ...['experiments', 'show', 'pilot'],
      );
      expect([verdict.seeds, seeds]).toEqual([2, [1, 2]]);
      const [first, last] = [await show(ids[0] ?? ''), await show(ids[2] ?? '')];
      expect([first.state, last.state]).toEqual(['finished', 'finished']);
      expect((first.endedAt ?? '') < (last.startedAt ?? '')).toBe(true);
    },
    limitMs,
  );
});

it(
  'without a window it is trained by a process that is left, also after a run that fails',
  async () => {
    const file = write({
      dataset,
      // Its loss is NaN after a step: the rate is far too high for an unbounded activation.
      list: [
        { learningRate: 1, lstmActivation: 'relu', hiddenUnits: 64, maxLength: 200, epochs: 5 },
        {},
      ],
    });
    const { code, stdout } = await twofold('sweep', file, '--json');
    expect(code).toBe(0);
    const { name, runs } = sweepSchema.parse(JSON.parse(stdout));
    expect(name).toBe('List of 2');
    await expect
      .poll(async () => (await show(runs[1]?.runId ?? '')).state, {
        timeout: limitMs,
        interval: 500,
      })
      .toBe('finished');
    expect((await show(runs[0]?.runId ?? '')).state).toMatch(/diverged|finished/);
    // It has ended with the queue: nobody serves it any more.
    await expect
      .poll(async () => (await json(queueSchema, 'queue', 'list')).isServed, {
        timeout: limitMs,
        interval: 500,
      })
      .toBe(false);
  },
  limitMs,
);

it(
  'adds a single run, to which Ctrl-C gives its place back',
  async () => {
    const endless = [
      '--max-length',
      '60',
      '--epochs',
      '10000',
      '--patience',
      'none',
      '--limit',
      '200',
    ];
    await json(queueSchema, 'queue', 'pause');
    const { added } = await json(
      queueSchema.extend({ added: z.array(z.string()) }),
      ...['queue', 'add', '--dataset', dataset, '--variant', 'B', ...endless],
    );
    const worker = cli.begin('queue', 'start', '--wait');
    await expect
      .poll(async () => (await show(added[0] ?? '')).epochs.length, {
        timeout: limitMs,
        interval: 500,
      })
      .toBeGreaterThan(0);
    worker.child.kill('SIGINT');
    expect((await worker.outcome).code).toBe(0);
    const { runs } = await json(queueSchema, 'queue', 'list');
    expect(runs).toMatchObject([{ runId: added[0], state: 'paused', position: 1 }]);
    expect((await json(queueSchema, 'queue', 'remove', added[0] ?? '')).runs).toEqual([]);
  },
  limitMs,
);
