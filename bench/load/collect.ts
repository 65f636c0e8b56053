import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { RunConfig } from '#contract/run-config.ts';
import { initialWeights } from '#core/model/initial-weights.ts';
import { encodeWeightsFile, weightsHash } from '#core/model/weights-file.ts';

import { openDatabases, type Databases } from '../../src-main/db/open.ts';
import { openApp, type App } from '../../src-main/features/app.ts';
import { places } from '../../src-main/features/slurm/job-folder.ts';
import { insertTask, setJob } from '../../src-main/features/slurm/store.ts';
import {
  addExperiment,
  addStoredRun,
  addTable,
  judging,
} from '../../src-main/testing/builders/stored-runs.ts';
import { addTestDataset } from '../../src-main/testing/test-dataset.ts';
import { table } from '../speed/markdown.ts';
import { measureScreen } from './collected-screen.ts';
import type { Cost } from './probe.ts';

/*
 * How collecting grows: an experiment whose tasks have all left their bundles, made without a cluster, taken in whole. Time a bundle
 * must not rise with their number. Looked at once more, a folder of bundles that are in costs next to nothing; and the experiment is
 * read as its screen reads it.
 */

const { values } = parseArgs({
  options: { collect: { type: 'boolean' }, bundles: { type: 'string', default: '1000' } },
});
const most = Number(values.bundles);
const sizes = [most / 100, most / 10, most].map((size) => Math.max(1, Math.round(size)));
const epochs = 20;
const reviews = 1000;
const experimentId = 'grid';
const trainerEntry = path.resolve(import.meta.dirname, '../../src-main/trainer/entry.ts');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const rows: string[][] = [];
for (const size of sizes) rows.push(await measure(size));
const header = [
  'bundles',
  'collected, s',
  'a bundle, ms',
  'of it processor, ms',
  'again, ms',
  'experiment read, ms',
  'list of runs, ms',
];
process.stdout.write(`${table(header, rows).join('\n')}\n`);
process.stdout.write(await screen(most));

async function measure(count: number): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-collect-'));
  try {
    process.stderr.write(`${count} bundles of ${epochs} epochs over ${reviews} reviews ...\n`);
    const [home, cluster] = [path.join(folder, 'home'), path.join(folder, 'cluster')];
    mkdirSync(home);
    await make(home, cluster, path.join(folder, 'job'), count);
    const app = openApp({ home, trainerEntry, queue: 'process' });
    const { slurm, experiments, runs } = app.services;
    const collected = await timed(() => slurm.collect({ experimentId }));
    if (collected.value.collected.length !== count) throw new Error('Not all were taken in.');
    const again = await timed(() => slurm.collect({ experimentId }));
    const read = await timed(() => experiments.get({ experimentId }));
    const list = await timed(() => runs.list({}));
    await app.close();
    return [
      String(count),
      (collected.ms / 1000).toFixed(2),
      (collected.ms / count).toFixed(1),
      (collected.cpuMs / count).toFixed(1),
      ...[again, read, list].map(({ ms }) => ms.toFixed(1)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function screen(count: number): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-collect-'));
  try {
    const [home, cluster] = [path.join(folder, 'home'), path.join(folder, 'cluster')];
    mkdirSync(home);
    await make(home, cluster, path.join(folder, 'job'), count);
    const { openedMs, opening, collectedS, collecting } = await measureScreen(home, count);
    const tasks = ({ longTasks }: Cost): string =>
      `${longTasks.length} tasks over 50 ms, the longest ${Math.max(0, ...longTasks).toFixed(0)} ms`;
    return (
      `Runs with an experiment of ${count} on Slurm: shown after ${openedMs.toFixed(0)} ms, ${tasks(opening)}.\n` +
      `While a window takes its bundles in, ${collectedS.toFixed(0)} s from the first: ${tasks(collecting)}.\n`
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A home whose runs are with Slurm, and in the job folder what they have become. */
async function make(home: string, cluster: string, job: string, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, at) => `run${String(at + 1).padStart(5, '0')}`);
  const here = openDatabases(home);
  addTestDataset(here.main, home, { testCount: reviews });
  addExperiment(here, experimentId, 'Grid');
  here.main.transaction(() => {
    for (const [at, runId] of ids.entries()) {
      addStoredRun(here, { runId, config: configOf(at), experimentId, state: 'queued' });
      insertTask(here.main, { runId, folder: job, task: at + 1 });
      setJob(here.main, runId, '1');
    }
    here.main.prepare('UPDATE runs SET supervisor_pid = NULL, supervisor_started_at = NULL').run();
  })();
  here.close();
  cpSync(home, cluster, { recursive: true });
  const there = openDatabases(cluster);
  there.main.prepare('DELETE FROM runs').run();
  there.blobs.transaction(() => {
    there.main.transaction(() => {
      for (const [at, runId] of ids.entries()) train(there, cluster, runId, at);
    })();
  })();
  there.close();
  const app = openApp({ home: cluster, trainerEntry, queue: 'process' });
  await leave(app, job, ids);
  await app.close();
}

function configOf(at: number): { variant: 'A'; seed: number; epochs: number } {
  return { variant: 'A', seed: at + 1, epochs };
}

function train(databases: Databases, home: string, runId: string, at: number): void {
  const probabilities = Array.from({ length: epochs }, (_, epoch) =>
    judging(reviews, (row) => (row + epoch) % 5 > 0, at * epochs + epoch + 1),
  );
  addStoredRun(databases, { runId, config: configOf(at), experimentId, probabilities });
  for (const epoch of [0, epochs]) {
    for (const branch of ['cnn', 'lstm'] as const) {
      const values = Float32Array.from({ length: 200 }, (_, index) => at + epoch + index);
      addTable(databases, runId, { branch, epoch, dims: 2, values });
    }
  }
  const config = JSON.parse(
    String(databases.main.prepare('SELECT config FROM runs WHERE run_id = ?').pluck().get(runId)),
  ) as RunConfig;
  const tensors = initialWeights(config, config.seed);
  const facts = { epoch: epochs, step: epochs };
  const bytes = encodeWeightsFile({ facts, tensors }, sha256);
  mkdirSync(path.join(home, 'runs', runId), { recursive: true });
  for (const name of ['last.ckpt', 'best.weights'])
    writeFileSync(path.join(home, 'runs', runId, name), bytes);
  databases.main
    .prepare(
      'UPDATE runs SET weights_hash = @hash, best_weights_hash = @hash WHERE run_id = @runId',
    )
    .run({ runId, hash: weightsHash(tensors, sha256) });
}

async function leave(app: App, job: string, ids: readonly string[]): Promise<void> {
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  mkdirSync(path.dirname(places.bundle(job, 1)), { recursive: true });
  for (const [at, runId] of ids.entries()) {
    const request = { runIds: [runId], withData: false, isForced: false };
    await app.services.bundles.exportTo({ ...request, path: places.bundle(job, at + 1) }, options);
  }
}

async function timed<T>(
  work: () => T | Promise<T>,
): Promise<{ value: T; ms: number; cpuMs: number }> {
  const beganAt = performance.now();
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, ms: performance.now() - beganAt, cpuMs: (user + system) / 1000 };
}
