import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { datasetSchema } from '#contract/dataset.ts';
import { experimentSchema } from '#contract/experiment.ts';
import { runSchema } from '#contract/run.ts';

import { slurmLacks, startSlurmCluster, type SlurmCluster } from '../testing/slurm-cluster.ts';
import { openTestCli } from '../testing/test-cli.ts';

/** Each of these starts many processes. */
const limitMs = 300_000;
const lacks = slurmLacks();
const tiny = {
  ...{ maxLength: 20, numWords: 300, embeddingDim: 4, hiddenUnits: 4, filters: 4 },
  ...{ batchSize: 100, limit: 200, epochs: 2 },
};

describe.skipIf(lacks !== null)(`a sweep on Slurm${lacks === null ? '' : ` (${lacks})`}`, () => {
  const cli = openTestCli();
  const { json, twofold } = cli;
  let cluster: SlurmCluster;
  let dataset = '';
  beforeAll(async () => {
    cluster = await startSlurmCluster();
    Object.assign(process.env, cluster.env);
    ({ datasetId: dataset } = await json(datasetSchema, 'data', 'sample'));
  }, limitMs);
  afterAll(async () => {
    await cluster.stop();
    cli.remove();
  });

  const write = (name: string, sweep: object): string => {
    writeFileSync(path.join(cli.folder, name), JSON.stringify({ dataset, base: tiny, ...sweep }));
    return name;
  };
  const submittedSchema = experimentSchema.extend({
    slurm: z.object({ jobId: z.string(), folder: z.string() }),
  });
  const collectedSchema = experimentSchema.extend({
    collected: z.array(z.string()),
    problems: z.array(z.unknown()),
    underway: z.number(),
  });
  const onSlurm = ['--on', 'slurm', '--cpus', '2'];
  const hashesOf = async (runIds: readonly string[]): Promise<(string | null)[]> => {
    const hashes: (string | null)[] = [];
    for (const runId of runIds) {
      hashes.push((await json(runSchema, 'runs', 'show', runId)).weightsHash);
    }
    return hashes;
  };

  it(
    'trains what a sweep here trains, and takes each run in once',
    async () => {
      const file = write('pair.json', { list: [{ variant: 'A' }, { variant: 'B' }], seeds: [3] });
      const here = await json(experimentSchema, 'sweep', file, '--wait');
      const there = await json(submittedSchema, 'sweep', file, ...onSlurm);
      expect(there.runs.map(({ state }) => state)).toEqual(['queued', 'queued']);
      const collected = await json(
        collectedSchema,
        ...['sweep', 'collect', there.experimentId, '--watch'],
      );
      expect(collected.runs.map(({ state }) => state)).toEqual(['finished', 'finished']);
      expect(collected).toMatchObject({ problems: [], underway: 0 });
      expect([...collected.collected].sort()).toEqual(there.runs.map(({ runId }) => runId).sort());
      const hashes = await hashesOf(there.runs.map(({ runId }) => runId));
      expect(hashes).toEqual(await hashesOf(here.runs.map(({ runId }) => runId)));
      expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
      const again = await json(collectedSchema, 'sweep', 'collect', there.experimentId);
      expect(again.collected).toEqual([]);
    },
    limitMs,
  );

  it(
    'leaves nothing behind of what Slurm refuses',
    async () => {
      const before = await json(z.array(runSchema.omit({ epochs: true })), 'runs', 'list');
      const file = write('refused.json', { seeds: [1] });
      const { code, stderr } = await twofold('sweep', file, ...onSlurm, '--partition', 'none');
      expect([code, stderr.trim()]).toEqual([
        1,
        'Slurm refused it: Invalid partition name specified.',
      ]);
      const after = await json(z.array(runSchema.omit({ epochs: true })), 'runs', 'list');
      expect(after.length).toBe(before.length);
    },
    limitMs,
  );
});
