import { readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { AppError, toFailure } from '#contract/failure.ts';
import { runConfigSchema } from '#contract/run-config.ts';
import { runProgressSchema } from '#contract/run.ts';
import * as m from '#messages';

import { withPath } from '../files/write-file.ts';

/*
 * A job folder on the shared file system. It holds all that its tasks need; what is read there was written under another name first.
 *
 *   job.json                  what it is, for people and tasks: runs with their frozen configurations, by task
 *   job.sh                    what sbatch is given
 *   data/<sha256>.ids         the encoded reviews (core/text/encoded-file.ts), named by their own hash
 *   start/<task>.twofold      the run as it was submitted, a bundle without training
 *   checkpoints/<task>.twofold  how far it is: a bundle to go on from
 *   checkpoints/<task>.ended.twofold  how it ended, where it is run again
 *   bundles/<task>.twofold    how it ended: a bundle to take in
 *   status/<task>.json        what the task said last
 *   logs/<task>.log           what it printed
 */

export const folders = ['data', 'start', 'checkpoints', 'bundles', 'status', 'logs'] as const;
const bundle = (kind: string) => (folder: string, task: number) =>
  path.join(folder, kind, `${task}.twofold`);

export const places = {
  job: (folder: string) => path.join(folder, 'job.json'),
  script: (folder: string) => path.join(folder, 'job.sh'),
  data: (folder: string, sha256: string) => path.join(folder, 'data', `${sha256}.ids`),
  start: bundle('start'),
  checkpoint: bundle('checkpoints'),
  ended: (folder: string, task: number) =>
    path.join(folder, 'checkpoints', `${task}.ended.twofold`),
  bundle: bundle('bundles'),
  status: (folder: string, task: number) => path.join(folder, 'status', `${task}.json`),
  log: (folder: string, task: number) => path.join(folder, 'logs', `${task}.log`),
} as const;

const JOB_FORMAT = 'twofold-slurm-job';
export const JOB_VERSION = 1;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const jobSchema = z.object({
  format: z.literal(JOB_FORMAT),
  version: z.literal(JOB_VERSION),
  twofold: z.string(),
  createdAt: z.string(),
  /** Of the job at Slurm. */
  name: z.string(),
  experiment: z.object({ experimentId: z.string(), name: z.string() }),
  dataset: z.object({ name: z.string(), contentHash: sha256 }),
  /** Of the encoded reviews. */
  dataHash: sha256,
  checkpointSeconds: z.int().min(1),
  /** So many tasks at once; null: as many as Slurm lets. */
  arrayLimit: z.int().min(1).nullable(),
  runs: z
    .array(
      z.object({
        task: z.int().min(1),
        runId: z.string(),
        name: z.string(),
        config: runConfigSchema,
      }),
    )
    .min(1),
});
export type Job = Readonly<z.infer<typeof jobSchema>>;
export type JobRun = Job['runs'][number];

export const toJob = (facts: Omit<Job, 'format' | 'version'>): Job => ({
  format: JOB_FORMAT,
  version: JOB_VERSION,
  ...facts,
});

const headSchema = z.looseObject({ format: z.literal(JOB_FORMAT), version: z.int().min(1) });

/** Throws where the folder is none of a job, or of a newer Twofold. */
export function readJob(folder: string): Job {
  const document = readJson(places.job(folder));
  const head = headSchema.safeParse(document);
  if (head.success && head.data.version > JOB_VERSION) {
    const { version } = head.data;
    throw new AppError('badInput', m.slurm_newer_job({ folder, version, newest: JOB_VERSION }));
  }
  const job = jobSchema.safeParse(document);
  if (!job.success) throw new AppError('badInput', m.slurm_no_job({ folder }));
  return job.data;
}

/** What a task said last. Its clock may differ from ours: `at` is for people. */
const statusSchema = z.object({
  task: z.int(),
  jobId: z.string(),
  /** `left`: told to end, and goes on later. */
  phase: z.enum(['training', 'left', 'ended', 'failed']),
  reason: z.string().nullable(),
  /** Of its last checkpoint. */
  epoch: z.int(),
  step: z.int(),
  /** What a window shows of a run that trains, as it was then. */
  progress: runProgressSchema.nullable().default(null),
  node: z.string(),
  pid: z.int(),
  cores: z.int(),
  at: z.string(),
});
export type Status = Readonly<z.infer<typeof statusSchema>>;

/** Null where there is none that can be read. */
export function readStatus(folder: string, task: number): Status | null {
  const status = statusSchema.safeParse(readJson(places.status(folder, task)));
  return status.success ? status.data : null;
}

/** That a job folder cannot be written, as a failure of the folder that it should stand in. */
export function sharedUnusable(error: unknown, folder: string): AppError {
  // What makes folders speaks of the data folder.
  const cause = error instanceof AppError ? (error.cause ?? error) : error;
  const { kind, message: reason } = toFailure(withPath(cause, folder));
  const parent = path.dirname(folder);
  return new AppError(kind, m.slurm_shared_unusable({ folder: parent, reason }), {
    field: 'shared',
    cause: error,
  });
}

/** Whether what was to be read is not there (any more). */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

export const bytesOf = (document: unknown): Buffer =>
  Buffer.from(`${JSON.stringify(document, null, 1)}\n`);
