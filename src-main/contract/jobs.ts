import { z } from 'zod';

import { bundleExportJobSchema, bundleImportJobSchema } from './bundle.ts';
import { datasetExportJobSchema, datasetImportJobSchema } from './dataset.ts';
import { diffJobSchema } from './embedding-diff.ts';
import { nothing } from './input.ts';
import { reportExportJobSchema } from './report.ts';
import { transplantJobSchema } from './transplant.ts';

/** Whatever takes long, each kind as its noun's file has it. */
export const jobSchema = z.discriminatedUnion('kind', [
  datasetImportJobSchema,
  datasetExportJobSchema,
  bundleExportJobSchema,
  bundleImportJobSchema,
  reportExportJobSchema,
  diffJobSchema,
  transplantJobSchema,
]);
export type Job = z.infer<typeof jobSchema>;
export type JobKind = Job['kind'];
export type JobOf<K extends JobKind> = Extract<Job, { kind: K }>;

const jobId = z.object({ jobId: z.string() });

export const jobCalls = {
  /** Newest first. */
  'jobs.list': { input: nothing, output: z.array(jobSchema) },
  /** One that is over stays as it is. */
  'jobs.cancel': { input: jobId, output: jobSchema },
} as const;

export const jobEvents = { 'jobs.changed': jobId } as const;
