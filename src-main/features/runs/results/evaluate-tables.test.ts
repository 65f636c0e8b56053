import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ChildJob, EvaluateJob, FromChild } from '#contract/trainer.ts';
import { weightLayout } from '#core/model/weight-layout.ts';
import { decodeWeightsFile, encodeWeightsFile } from '#core/model/weights-file.ts';

import { addStoredRun, judging } from '../../../testing/builders/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../../testing/test-runs.ts';
import { evaluateTables } from './evaluate-tables.ts';
import { bestWeightsFile, runFolder } from '../store/places.ts';
import { findRow } from '../store/store.ts';
import type { Trainer } from '../train/trainer.ts';

let runs: TestRuns;
beforeAll(() => {
  runs = openTestRuns();
  addStoredRun(runs.databases, {
    runId: 'a',
    config: { variant: 'A' },
    probabilities: [judging(4, () => true)],
  });
  const { config } = runs.service.get({ runId: 'a' });
  const tensors = weightLayout(config).map(({ name, shape }, index) => ({
    name,
    shape,
    values: new Float32Array(shape.reduce((size, of) => size * of, 1)).fill(index),
  }));
  mkdirSync(runFolder(runs.home, 'a'), { recursive: true });
  writeFileSync(
    bestWeightsFile(runs.home, 'a'),
    encodeWeightsFile({ facts: { epoch: 1 }, tensors }, sha256),
  );
});
afterAll(() => runs.remove());

const trial = { epoch: 1, branch: 'lstm', tablePaths: ['a', 'b'] } as const;
const options = { signal: new AbortController().signal, onProgress: () => undefined };

const evaluate = (trainer: Pick<Trainer, 'ask'>, of = trial) =>
  evaluateTables(
    { datasets: runs.datasets, home: runs.home, trainer },
    findRow(runs.databases.main, 'a'),
    of,
    options,
  );

test('the weights of the epoch and the tables go to the child; nothing stays on the disk', async () => {
  let seen: EvaluateJob | undefined;
  let file: ReturnType<typeof decodeWeightsFile> | undefined;
  const trainer = {
    ask(job: ChildJob) {
      seen = job as EvaluateJob;
      file = decodeWeightsFile(readFileSync(seen.weightsPath), sha256);
      return Promise.resolve({ rows: Int32Array.of(0), passes: [] } as unknown as FromChild);
    },
  } as unknown as Pick<Trainer, 'ask'>;
  await evaluate(trainer);
  expect(seen).toMatchObject({
    ...{ kind: 'evaluate', runId: 'a', datasetHash: 'd1'.padEnd(64, '0') },
    ...{ embedding: 'embedding/lstm', tablePaths: ['a', 'b'] },
  });
  expect(file?.tensors.find(({ name }) => name === seen?.embedding)?.values).toHaveLength(200);
  expect(existsSync(path.dirname(seen?.weightsPath ?? ''))).toBe(false);
});

test('a child that ends leaves nothing either', async () => {
  let file = '';
  const trainer = {
    ask(job: ChildJob) {
      file = (job as EvaluateJob).weightsPath;
      expect(existsSync(file)).toBe(true);
      return Promise.reject(new Error('ended'));
    },
  } as unknown as Pick<Trainer, 'ask'>;
  await expect(evaluate(trainer)).rejects.toThrow('ended');
  expect(existsSync(path.dirname(file))).toBe(false);
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
