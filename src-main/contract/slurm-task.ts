import { z } from 'zod';

/** A run's task in a job array. */
export const slurmTaskSchema = z.object({
  /** Null where it was not handed over: its program ended before Slurm had answered. */
  jobId: z.string().nullable(),
  task: z.number().int(),
  folder: z.string(),
  /** Slurm's own words, as last read. */
  state: z.string().nullable(),
  reason: z.string().nullable(),
  /** Slurm has the run: no process of this home trains it, or will. */
  isUnderway: z.boolean(),
});
export type SlurmTask = Readonly<z.infer<typeof slurmTaskSchema>>;
