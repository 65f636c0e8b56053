import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { AppError } from '#contract/failure.ts';
import type { RunSummary } from '#contract/run.ts';
import type { SlurmOptions } from '#contract/slurm.ts';
import { trainScript } from '#core/slurm/batch-script.ts';

import type { WriteDb } from '../../db/handles.ts';
import { makeFolder } from '../../db/make-folder.ts';
import { digestOf, syncToDisk } from '../datasets/store/place.ts';
import { syncFolder } from '../runs/start/start-weights.ts';
import type { BundlesService, DatasetsPort, RunsService, SlurmProgram } from '../services.ts';
import { writeFileWhole } from '../files/write-file.ts';
import type { SlurmCommands } from './commands.ts';
import { handOver, submitTasks } from './hand-over.ts';
import { bytesOf, folders, places, sharedUnusable, toJob } from './job-folder.ts';
import { commandOf } from './program.ts';
import { insertTask } from './store.ts';

export type SubmitParts = Readonly<{
  db: WriteDb;
  home: string;
  runs: Pick<RunsService, 'elsewhere'>;
  datasets: Pick<DatasetsPort, 'get' | 'encodedPath'>;
  bundles: Pick<BundlesService, 'exportMoment'>;
  slurm: SlurmCommands;
  program: SlurmProgram;
  now: () => Date;
  twofoldVersion: string;
}>;

/**
 * Writes a job folder for runs of one experiment, which are this process's until Slurm has them, and hands it to Slurm. Nothing is left,
 * here or there, where that cannot be done; what becomes of the runs then is the caller's to say.
 */
export async function submitRuns(
  parts: SubmitParts,
  created: readonly RunSummary[],
  options: SlurmOptions,
  onRefused: (runIds: readonly string[]) => void,
): Promise<Readonly<{ folder: string; jobId: string }>> {
  const { db, slurm } = parts;
  const runIds = created.map(({ runId }) => runId);
  const shared = path.resolve(options.shared ?? path.join(parts.home, 'slurm'));
  const name = freeName(shared, created[0]?.experimentId ?? created[0]?.runId ?? '');
  const folder = path.join(shared, name);
  const submitted: string[] = [];
  try {
    await writeJobFolder(parts, created, { folder, name, options });
    db.transaction(() => {
      runIds.forEach((runId, index) => {
        insertTask(db, { runId, folder, task: index + 1 });
      });
    }).immediate();
    const tasks = runIds.map((_, index) => index + 1);
    const jobId = await submitTasks(slurm, folder, tasks, options.arrayLimit);
    submitted.push(jobId);
    handOver(parts, runIds, jobId);
    return { folder, jobId };
  } catch (error) {
    // A job that no run knows of must not go on.
    await slurm.cancel(submitted).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
    onRefused(runIds);
    throw error;
  }
}

/** An experiment may have sent others of its runs before. */
function freeName(shared: string, id: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `twofold-${id}` : `twofold-${id}-${number}`;
    if (!existsSync(path.join(shared, name))) return name;
  }
}

async function writeJobFolder(
  parts: SubmitParts,
  runs: readonly RunSummary[],
  job: Readonly<{ folder: string; name: string; options: SlurmOptions }>,
): Promise<void> {
  const { folder, name, options } = job;
  const program = commandOf(parts.program);
  const [first] = runs;
  if (first === undefined) throw new Error('A job has a run.');
  const encoded = await parts.datasets.encodedPath(first.dataset);
  const { name: datasetName, contentHash } = parts.datasets.get({ datasetId: first.dataset });
  const building = `${folder}.${process.pid}.tmp`;
  try {
    for (const kind of folders) makeFolder(path.join(building, kind));
    sweepHalfWritten(building);
    const dataHash = await digestOf(encoded);
    const data = places.data(building, dataHash);
    await pipeline(createReadStream(encoded), createWriteStream(data));
    await syncToDisk(data);
    const { signal } = new AbortController();
    for (const [index, { runId }] of runs.entries()) {
      const file = places.start(building, index + 1);
      await parts.bundles.exportMoment(
        { runId, path: file },
        { signal, onProgress: () => undefined },
      );
    }
    const document = toJob({
      twofold: parts.twofoldVersion,
      createdAt: parts.now().toISOString(),
      name,
      experiment: {
        experimentId: first.experimentId ?? '',
        name: first.experimentName ?? first.name,
      },
      dataset: { name: datasetName, contentHash },
      dataHash,
      checkpointSeconds: options.checkpointSeconds,
      arrayLimit: options.arrayLimit ?? null,
      runs: runs.map((run, index) => ({
        task: index + 1,
        runId: run.runId,
        name: run.name,
        config: run.config,
      })),
    });
    const script = trainScript({ name, folder, options, program });
    writeFileWhole(places.script(building), [Buffer.from(script)], false);
    writeFileWhole(places.job(building), [bytesOf(document)], false);
    renameSync(building, folder);
    syncFolder(path.dirname(folder));
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    if (error instanceof AppError && error.kind !== 'storage') throw error;
    throw sharedUnusable(error, folder);
  }
}

/** Removes what programs that were killed have left, and were writing a day before this one, by the clock of that file system. */
function sweepHalfWritten(own: string): void {
  const parent = path.dirname(own);
  const dayMs = 24 * 60 * 60 * 1000;
  const { mtimeMs: now } = statSync(own);
  for (const name of readdirSync(parent)) {
    if (!/^twofold-[^.]+\.\d+\.tmp$/.test(name)) continue;
    const folder = path.join(parent, name);
    const madeAt = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - madeAt > dayMs) rmSync(folder, { recursive: true, force: true });
  }
}
