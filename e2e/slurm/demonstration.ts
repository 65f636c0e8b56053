import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type { Experiment } from '#contract/experiment.ts';
import type { Run } from '#contract/run.ts';

import { readStatus } from '../../src-main/features/slurm/job-folder.ts';
import { slurmLacks, startSlurmCluster } from '../../src-main/testing/slurm-cluster.ts';
import { table } from '../../bench/speed/markdown.ts';
import { twofold } from '../../bench/load/command.ts';

/*
 * The factor grid with two seeds through a Slurm of one node that is started for it: 16 tasks, one killed (kill -9), one told to end
 * (SIGTERM), one cancelled from outside; then the same sweep on this machine, and the weights of both, run by run.
 */

const { values } = parseArgs({
  options: { epochs: { type: 'string', default: '40' }, cpus: { type: 'string', default: '8' } },
});
const lacks = slurmLacks();
if (lacks !== null) {
  process.stderr.write(`${lacks}\n`);
  process.exit(1);
}
const say = (text: string): void => {
  process.stderr.write(`${((performance.now() - beganAt) / 1000).toFixed(0)} s: ${text}\n`);
};
const beganAt = performance.now();
const cluster = await startSlurmCluster({ cpus: Number(values.cpus) });
const folder = mkdtempSync(path.join(tmpdir(), 'twofold-demonstration-'));
try {
  Object.assign(process.env, cluster.env);
  const home = path.join(folder, 'home');
  const call = async <T>(...args: string[]): Promise<T> =>
    JSON.parse(await twofold(home, [...args, '--json'])) as T;
  const { datasetId } = await call<{ datasetId: string }>('data', 'sample');
  const file = path.join(folder, 'sweep.json');
  const base = {
    ...{ maxLength: 40, numWords: 2000, embeddingDim: 8, hiddenUnits: 8, filters: 8 },
    ...{ batchSize: 16, limit: 320, epochs: Number(values.epochs), patience: 'none' },
  };
  writeFileSync(file, JSON.stringify({ dataset: datasetId, base, grid: 'factors', seeds: [1, 2] }));

  type Submitted = Experiment & { slurm: { jobId: string; folder: string } };
  const there = await call<Submitted>(
    ...['sweep', file, '--on', 'slurm', '--cpus', '2', '--checkpoint-seconds', '1'],
  );
  const { jobId, folder: job } = there.slurm;
  say(`${there.runs.length} tasks are with Slurm as ${jobId}, in ${job}.`);
  const collecting = call<Experiment>('sweep', 'collect', there.experimentId, '--watch');
  const pidOf = (task: number): number => readStatus(job, task)?.pid ?? 0;
  await hasBegun(job, 1);
  process.kill(pidOf(1), 'SIGKILL');
  say('Task 1: kill -9.');
  await hasBegun(job, 2);
  process.kill(pidOf(2), 'SIGTERM');
  say('Task 2: SIGTERM.');
  await hasBegun(job, 3);
  cluster.run('scancel', `${jobId}_3`);
  say('Task 3: scancel from outside.');
  while (cluster.run('squeue', '-h', '-j', `${jobId}_2`, '-o', '%T').trim() !== 'PENDING')
    await pause(200);
  // Slurm lets what was requeued wait for two minutes.
  cluster.run('scontrol', 'update', `JobId=${jobId}_2`, 'StartTime=now');
  say('Task 2 is back in the queue.');
  const first = await collecting;
  for (const { name, state } of first.runs.slice(0, 3)) say(`${name}: ${state}`);
  const { retried } = await call<{ retried: string[] }>('sweep', 'retry', there.experimentId);
  say(`Run again: ${retried.length}.`);
  await call('sweep', 'collect', there.experimentId, '--watch');
  say('All are in. The same sweep on this machine ...');
  const here = await call<Experiment>('sweep', file, '--wait');
  say('Done.');

  let failed = 0;
  const rows: string[][] = [];
  for (const [index, { runId, name }] of there.runs.entries()) {
    const [a, b] = await Promise.all(
      [runId, here.runs[index]?.runId ?? ''].map((id) => call<Run>('runs', 'show', id)),
    );
    const isSame =
      a !== undefined &&
      a.weightsHash !== null &&
      a.weightsHash === b?.weightsHash &&
      JSON.stringify(a.plan) === JSON.stringify(b.plan) &&
      JSON.stringify(a.epochs.map(figures)) === JSON.stringify(b.epochs.map(figures));
    if (!isSame) failed += 1;
    const what = ['kill -9', 'SIGTERM', 'scancel'][index] ?? '';
    const hash = a?.weightsHash?.slice(0, 12) ?? 'none';
    rows.push([name, what, a?.state ?? '', String(a?.epochs.length), hash, isSame ? 'yes' : 'NO']);
  }
  const header = ['run', 'what was done to it', 'state', 'epochs', 'weights', 'identical'];
  process.stdout.write(`${table(header, rows).join('\n')}\n`);
  process.stdout.write(`${there.runs.length - failed} of ${there.runs.length} identical\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** It trains, and has left a checkpoint. */
async function hasBegun(job: string, task: number): Promise<void> {
  while ((readStatus(job, task)?.epoch ?? 0) === 0 || !existsSync(job)) await pause(100);
}

/** What was computed, without what it took. */
function figures(epoch: Run['epochs'][number]): number[] {
  return [
    epoch.epoch,
    epoch.loss,
    epoch.accuracy,
    epoch.valLoss,
    epoch.testLoss,
    epoch.testAccuracy,
  ];
}
