import { z } from 'zod';

import * as m from '#messages';

import { experimentSchema } from './experiment.ts';
import { experimentId, nothing, runIds } from './input.ts';
import { runConfigInputSchema } from './run-config.ts';
import { systemInfoSchema } from './settings.ts';
import { secondsOfSlurmTime } from './slurm-time.ts';
import { startSchema } from './start.ts';
import { maxSweepRuns, sweepSchema } from './sweep.ts';

const whole = (max: number) => {
  const error = () => m.slurm_whole({ max });
  return z.number({ error }).int({ error }).min(1, { error }).max(max, { error });
};

/** What a job array asks of Slurm; what is left out is the cluster's own default. */
export const slurmOptionsSchema = z.object({
  partition: z
    .string()
    .regex(/^[\w.,-]{1,200}$/, { error: () => m.slurm_partition() })
    .optional(),
  /** As sbatch takes it: minutes, hours:minutes:seconds, days-hours. */
  time: z
    .string()
    .refine((text) => secondsOfSlurmTime(text) !== null, { error: () => m.slurm_time() })
    .optional(),
  /** Cores a task: its plan is made for so many. */
  cpus: whole(1024).default(2),
  /** A task, as sbatch takes it: megabytes, or a number with K, M, G or T. */
  memory: z
    .string()
    .regex(/^[1-9]\d{0,8}[KMGT]?$/, { error: () => m.slurm_memory() })
    .optional(),
  /** So many tasks run at once. */
  arrayLimit: whole(1000).optional(),
  /** The folder on the shared file system that gets the job's own folder; the one in the home where it is left out. */
  shared: z.string().min(1).optional(),
  /** How often a task leaves on the shared file system how far it is. */
  checkpointSeconds: whole(86_400).default(120),
});
export type SlurmOptions = Readonly<z.infer<typeof slurmOptionsSchema>>;

/** What a node said that a job of one task asked. */
export const clusterCheckSchema = z.object({
  jobId: z.string(),
  /** That a task is planned for. */
  cores: z.number().int(),
  report: systemInfoSchema,
});
export type ClusterCheck = Readonly<z.infer<typeof clusterCheckSchema>>;

export const partitionSchema = z.object({
  name: z.string(),
  /** Where jobs go that name none. */
  isDefault: z.boolean(),
  isUp: z.boolean(),
  /** As Slurm writes it: "infinite", "1-00:00:00". */
  timeLimit: z.string(),
  /** Of its smallest node. */
  cores: z.number().int(),
  memoryBytes: z.number(),
});
export type Partition = Readonly<z.infer<typeof partitionSchema>>;

/** What this machine can ask of Slurm. */
export const slurmStateSchema = z.object({
  /** Jobs can be submitted here. */
  isHere: z.boolean(),
  partitions: z.array(partitionSchema),
  /** Those of the last job; null before the first. */
  lastOptions: slurmOptionsSchema.nullable(),
  /** Why Slurm, or the folder of a job, could not be reached just now: one sentence. */
  problem: z.string().nullable(),
});
export type SlurmState = Readonly<z.infer<typeof slurmStateSchema>>;

export const collectedTasksSchema = z.object({
  /** Runs whose bundle was taken in now. */
  collected: z.array(z.string()),
  /** Runs whose bundle cannot be taken in, whose folder cannot be read or written, or that Slurm was never handed; they stay as they are. */
  problems: z.array(z.object({ runId: z.string(), name: z.string(), reason: z.string() })),
  /** Runs that Slurm still has. */
  underway: z.number().int(),
});
export type CollectedTasks = Readonly<z.infer<typeof collectedTasksSchema>>;

const onSlurm = startSchema.extend({ options: slurmOptionsSchema });

export const slurmCalls = {
  /** Whether there is a Slurm, and what of it can be chosen. */
  'slurm.state': { input: nothing, output: slurmStateSchema },
  /** The runs as one job array. */
  'slurm.start': {
    input: z.union([
      onSlurm.extend({ sweep: sweepSchema }),
      onSlurm.extend({ configs: z.array(runConfigInputSchema).min(1).max(maxSweepRuns) }),
    ]),
    output: experimentSchema.extend({
      slurm: z.object({ jobId: z.string(), folder: z.string() }),
    }),
  },
  /** Runs that wait in the queue, as a job array for each experiment; their ids. */
  'slurm.send': {
    input: runIds.extend({ options: slurmOptionsSchema }),
    output: z.array(z.string()),
  },
  /** Takes in what is there; without an experiment, of all. */
  'slurm.collect': {
    input: experimentId.partial(),
    output: collectedTasksSchema,
  },
  /** Hands the failed runs to Slurm again; their ids. */
  'slurm.retry': { input: experimentId, output: z.array(z.string()) },
  /** Cancels what Slurm has of it; the ids of the runs, once they have ended. */
  'slurm.stop': { input: experimentId, output: z.array(z.string()) },
} as const;

export const slurmEvents = {
  /** Slurm can be reached again, or not any more. */
  'slurm.changed': nothing,
} as const;
