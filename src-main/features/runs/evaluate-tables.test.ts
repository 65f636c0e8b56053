import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ChildJob, EvaluateJob, FromChild } from '#contract/trainer.ts';
import { weightLayout } from '#core/weight-layout.ts';
import { decodeWeightsFile, encodeWeightsFile } from '#core/weights-file.ts';

import { addStoredRun, judging } from '../../testing/stored-runs.ts';
import { openTestRuns, type TestRuns } from '../../testing/test-runs.ts';
import { evaluateTables } from './evaluate-tables.ts';
import { bestWeightsFile, runFolder } from './places.ts';
import { findRow } from './store.ts';
import type { Trainer } from './trainer.ts';

let runs: TestRuns;
beforeAll(() => {
  runs = openTestRuns();
  addStoredRun(runs.databases, {
    runId: 'a',
    config: { variant: 'A' },
    probabilities: [judging(4, () => true)],
  });
  const { config } = runs.service.get('a');
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

const values = new Float32Array(200).fill(0.5);
const trial = { epoch: 1, branch: 'lstm', tables: [values] } as const;
const options = { signal: new AbortController().signal, onProgress: () => undefined };

const evaluate = (trainer: Pick<Trainer, 'ask'>, of = trial) =>
  evaluateTables(
    { datasets: runs.datasets, home: runs.home, trainer },
    findRow(runs.databases.main, 'a'),
    of,
    options,
  );

test('only the named table differs between the passes; nothing stays on the disk', async () => {
  let seen: EvaluateJob | undefined;
  const files: ReturnType<typeof decodeWeightsFile>[] = [];
  const trainer = {
    ask(job: ChildJob) {
      seen = job as EvaluateJob;
      for (const file of seen.weightsPaths)
        files.push(decodeWeightsFile(readFileSync(file), sha256));
      return Promise.resolve({ rows: Int32Array.of(0), passes: [] } as unknown as FromChild);
    },
  } as unknown as Pick<Trainer, 'ask'>;
  await evaluate(trainer);
  expect(seen).toMatchObject({ kind: 'evaluate', runId: 'a', datasetHash: 'd1'.padEnd(64, '0') });
  const [own, other] = files;
  expect(own!.tensors.map(({ name }) => name)).toEqual(other!.tensors.map(({ name }) => name));
  const changed = own!.tensors.filter(
    (tensor, index) => tensor.values.join() !== other!.tensors[index]!.values.join(),
  );
  expect(changed.map(({ name }) => name)).toEqual(['embedding/lstm']);
  expect(other!.tensors.find(({ name }) => name === 'embedding/lstm')?.values).toEqual(values);
  const [file = ''] = seen!.weightsPaths;
  expect(existsSync(path.dirname(file))).toBe(false);
});

test('a child that ends leaves nothing either', async () => {
  let file = '';
  const trainer = {
    ask(job: ChildJob) {
      [file = ''] = (job as EvaluateJob).weightsPaths;
      expect(existsSync(file)).toBe(true);
      return Promise.reject(new Error('ended'));
    },
  } as unknown as Pick<Trainer, 'ask'>;
  await expect(evaluate(trainer)).rejects.toThrow('ended');
  expect(existsSync(path.dirname(file))).toBe(false);
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
