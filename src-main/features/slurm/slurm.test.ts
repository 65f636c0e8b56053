import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { experimentSchema } from '#contract/experiment.ts';
import type { Run } from '#contract/run.ts';
import { slurmOptionsSchema } from '#contract/slurm.ts';

import {
  longRun as long,
  openSlurmApp,
  tinyRun as tiny,
  until,
  type SlurmApp,
} from '../../testing/slurm-app.ts';
import { slurmLacks } from '../../testing/slurm-cluster.ts';
import { openTestCli } from '../../testing/test-cli.ts';
import { checkCluster } from './check.ts';
import { createSlurmCommands } from './commands.ts';
import { places, readStatus } from './job-folder.ts';

/** Real trainings, each in a process of its own. */
const limitMs = 300_000;
const lacks = slurmLacks();
/** One that never ends it: the same run four times. */
const patience = ['none', 1000, 999, 998];

const bundleOf = ({ slurm }: Run): string => places.bundle(slurm?.folder ?? '', slurm?.task ?? 0);

describe.skipIf(lacks !== null)(`with Slurm${lacks === null ? '' : `: ${lacks}`}`, () => {
  let on: SlurmApp;
  let cluster: SlurmApp['cluster'];
  let app: SlurmApp['app'];
  let datasetId = '';
  beforeAll(async () => {
    on = await openSlurmApp();
    ({ cluster, app, datasetId } = on);
  }, limitMs);
  afterAll(() => on.remove());

  const submit: SlurmApp['submit'] = (sweep, wishes) => on.submit(sweep, wishes);
  const run: SlurmApp['run'] = (runId) => on.run(runId);
  const collected: SlurmApp['collected'] = (experimentId) => on.collected(experimentId);

  test(
    'disturbed in every way, runs end as if nothing had been',
    async () => {
      const tasks = [1, 2, 3, 4];
      const { runs, slurm } = app.services;
      const sweep = { base: long, grid: { patience } };
      const { experimentId, runs: members, slurm: job } = await submit(sweep);
      const [here] = runs.start({ datasetId, configs: [long] });
      const [killed = '', told = '', cancelled = '', stopped = ''] = members.map(
        ({ runId }) => runId,
      );
      expect(members.map(({ state }) => state)).toEqual(Array(4).fill('queued'));
      const { folder, jobId } = job;
      expect(readdirSync(path.dirname(places.start(folder, 1))).sort()).toEqual(
        tasks.map((task) => `${task}.twofold`),
      );
      await until(() => tasks.every((task) => (readStatus(folder, task)?.epoch ?? 0) > 0));
      process.kill(readStatus(folder, 1)?.pid ?? 0, 'SIGKILL');
      process.kill(readStatus(folder, 2)?.pid ?? 0, 'SIGTERM');
      cluster.run('scancel', `${jobId}_3`);
      await runs.stopAndWait({ runId: stopped });
      expect(run(stopped)).toMatchObject({ state: 'stopped', reason: null });
      expect(run(stopped).epochs.length).toBeGreaterThan(0);

      // Back in the queue Slurm lets it wait for two minutes.
      await until(
        () => cluster.run('squeue', '-h', '-j', `${jobId}_2`, '-o', '%T') === 'PENDING\n',
      );
      expect(readStatus(folder, 2)?.phase).toBe('left');
      cluster.run('scontrol', 'update', `JobId=${jobId}_2`, 'StartTime=now+2');
      expect(await collected(experimentId)).toEqual([told]);
      expect(run(told).state).toBe('finished');
      for (const [runId, reason] of [
        [killed, /killed on the cluster \(signal 9\)/],
        [cancelled, /cancelled on the cluster \(scancel\)/],
      ] as const) {
        expect(run(runId)).toMatchObject({ state: 'interrupted' });
        expect(run(runId).reason).toMatch(reason);
        expect(run(runId).epochs.length).toBeGreaterThan(0);
      }

      expect(await slurm.retry({ experimentId })).toEqual([killed, cancelled]);
      expect(run(killed)).toMatchObject({ state: 'queued', reason: null });
      expect((await collected(experimentId)).sort()).toEqual([killed, cancelled].sort());
      // What was stopped there goes on here.
      runs.resume({ runId: stopped });
      await runs.follow(stopped, () => undefined);
      const { weightsHash } = await runs.follow(here?.runId ?? '', () => undefined);
      expect(weightsHash).toMatch(/^[0-9a-f]{64}$/);
      for (const { runId } of members) {
        expect(run(runId)).toMatchObject({ state: 'finished', weightsHash });
        expect(run(runId).epochs.length).toBe(long.epochs);
      }
      await expect(slurm.retry({ experimentId })).rejects.toThrow(
        /No run of .* has failed on Slurm/,
      );
    },
    limitMs,
  );

  test(
    'a bundle that is cut off or of another run, and a folder that is gone, are told; nothing of them comes in',
    async () => {
      const { slurm } = app.services;
      const {
        experimentId,
        runs: members,
        slurm: job,
      } = await submit({ base: tiny, seeds: [1, 2] });
      const [first = '', second = ''] = members.map(({ runId }) => runId);
      const bundles = [1, 2].map((task) => places.bundle(job.folder, task));
      await until(() => bundles.every((file) => existsSync(file)));
      await until(() => cluster.run('squeue', '-h', '-j', job.jobId).trim() === '');
      const [one = '', two = ''] = bundles;
      truncateSync(one, 5000);
      rmSync(two);
      writeFileSync(two, 'x');
      const bad = await slurm.collect({ experimentId });
      expect(bad).toMatchObject({ collected: [], underway: 0 });
      expect(bad.problems.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/1\.twofold is cut off/),
        expect.stringMatching(/2\.twofold is no bundle/),
      ]);
      expect([run(first).state, run(second).state]).toEqual(['failed', 'failed']);
      await slurm.retry({ experimentId });
      expect((await collected(experimentId)).sort()).toEqual([first, second].sort());
      expect([run(first).state, run(second).state]).toEqual(['finished', 'finished']);
    },
    limitMs,
  );

  test('what Slurm or the disk refuses leaves nothing behind', async () => {
    const before = app.services.runs.list({}).length;
    await expect(submit({ base: tiny }, { partition: 'none' })).rejects.toThrow(
      'Slurm refused it: Invalid partition name specified.',
    );
    await expect(submit({ base: tiny }, { shared: '/proc' })).rejects.toThrow(
      /The shared folder \/proc cannot be used/,
    );
    const { PATH: commands = '' } = process.env;
    process.env['PATH'] = '/nowhere';
    await expect(submit({ base: tiny })).rejects.toThrow(/sbatch is not found here/);
    process.env['PATH'] = commands;
    expect(app.services.runs.list({}).length).toBe(before);
    expect(app.services.experiments.list().length).toBe(
      new Set(app.services.runs.list({}).flatMap(({ experimentId }) => experimentId ?? [])).size,
    );
  });

  test(
    'a node says what it is, by a job of one task of which nothing stays',
    async () => {
      const options = slurmOptionsSchema.parse({ cpus: 1 });
      const watching = { signal: new AbortController().signal, onState: () => undefined };
      const { cores, report } = await app.services.slurm.check(options, watching);
      const here = await app.services.system.info();
      expect(cores).toBe(1);
      expect([report.backend, report.tensorflow]).toEqual([here.backend, here.tensorflow]);
      // It stands there, and a node cannot start it.
      const node = path.join(app.home, 'node');
      writeFileSync(node, '');
      const elsewhere = {
        home: app.home,
        slurm: createSlurmCommands(),
        program: { node, cli: import.meta.filename },
      };
      await expect(checkCluster(elsewhere, options, watching)).rejects.toThrow(
        /could not start Twofold: .*\/node: Permission denied\. .* must lie on the shared/,
      );
      const left = readdirSync(path.join(app.home, 'slurm')).filter((name) => /check/.test(name));
      expect(left).toEqual([]);
    },
    limitMs,
  );

  test(
    'runs of the queue go to it, and wait here again where it refuses them',
    async () => {
      const { runs, queue, slurm } = app.services;
      queue.pause();
      const pair = runs.enqueue({ datasetId, configs: [tiny, { ...tiny, variant: 'B' }] });
      const [single] = runs.enqueue({ datasetId, configs: [{ ...tiny, seed: 5 }] });
      const stays = runs.enqueue({ datasetId, configs: [{ ...tiny, seed: 6 }] });
      const sent = [...pair.map(({ runId }) => runId), single?.runId ?? ''];
      const waiting = () => queue.get().runs.map(({ runId }) => runId);
      const all = waiting();

      const wishes = slurmOptionsSchema.parse({ partition: 'none-such' });
      await expect(slurm.send({ runIds: sent, options: wishes })).rejects.toThrow(/partition/i);
      expect(waiting().toSorted()).toEqual(all.toSorted());
      expect(run(sent[0] ?? '').slurm).toBeUndefined();

      expect(await slurm.send({ runIds: sent, options: slurmOptionsSchema.parse({}) })).toEqual(
        sent,
      );
      expect(waiting()).toEqual(stays.map(({ runId }) => runId));
      expect(sent.map((runId) => run(runId).slurm?.isUnderway)).toEqual([true, true, true]);
      await expect(
        slurm.send({ runIds: sent, options: slurmOptionsSchema.parse({}) }),
      ).rejects.toThrow(/does not wait in the queue/);
      await until(() => sent.every((runId) => existsSync(bundleOf(run(runId)))));
      const { collected: taken } = await slurm.collect({});
      expect(taken.toSorted()).toEqual(sent.toSorted());
      const [local] = runs.start({ datasetId, configs: [tiny] });
      await runs.follow(local?.runId ?? '', () => undefined);
      expect(run(sent[0] ?? '')).toMatchObject({
        state: 'finished',
        weightsHash: run(local?.runId ?? '').weightsHash,
      });
    },
    limitMs,
  );

  test(
    'on the command line, where two programs at once take each run in once',
    async () => {
      const cli = openTestCli();
      try {
        const { twofold, json } = cli;
        await twofold('data', 'sample');
        const file = path.join(cli.folder, 'sweep.json');
        const dataset = app.services.datasets.get({ datasetId }).name;
        writeFileSync(file, JSON.stringify({ dataset, base: tiny, seeds: [1, 2] }));
        const wrong = await twofold('sweep', file, '--on', 'slurm', '--time', 'soon');
        expect([wrong.code, wrong.stderr.split('\n')[0]]).toEqual([
          2,
          '--time: Use a time as sbatch takes it: minutes (90), hours:minutes:seconds (2:30:00) or days-hours (1-12).',
        ]);
        const schema = experimentSchema.extend({
          slurm: z.object({ jobId: z.string(), folder: z.string() }),
        });
        const { experimentId, runs } = await json(schema, 'sweep', file, '--on', 'slurm');
        // Two programs at once.
        const both = await Promise.all(
          [1, 2].map(() =>
            json(
              experimentSchema.extend({ collected: z.array(z.string()) }),
              ...['sweep', 'collect', experimentId, '--watch'],
            ),
          ),
        );
        expect(both.flatMap(({ collected: taken }) => taken).sort()).toEqual(
          runs.map(({ runId }) => runId).sort(),
        );
        for (const { runs: after } of both)
          expect(after.map(({ state }) => state)).toEqual(['finished', 'finished']);
      } finally {
        cli.remove();
      }
    },
    limitMs,
  );
});
