import { z } from 'zod';

import { exportedFileSchema } from './dataset.ts';
import { jobOf } from './job.ts';

/** A bundle: one file with everything of some runs, to go on with them elsewhere. */
export const bundleExportSchema = z.object({
  runIds: z.array(z.string()).min(1).max(1000).readonly(),
  path: z.string().min(1),
  /** The reviews too, not only what tells which they are. */
  withData: z.boolean().default(false),
  /** Replace a file that is there. */
  isForced: z.boolean().default(false),
});
export type BundleExport = Readonly<z.infer<typeof bundleExportSchema>>;

/** What a run of a bundle should have and the bundle does not: whoever trusts it must know. */
export const lackingPartSchema = z.object({
  runId: z.string(),
  name: z.string(),
  /** A file of the run, or its predictions and embedding tables ("blobs"). */
  part: z.enum(['last.ckpt', 'within-epoch.ckpt', 'best.weights', 'start.weights', 'blobs']),
  /** Where the bundle was written; damaged: its hash is not the one that was stored with it. */
  state: z.enum(['missing', 'damaged']),
  /** Of predictions and tables; 1 for a file. */
  count: z.int().min(1),
});
export type LackingPart = Readonly<z.infer<typeof lackingPartSchema>>;

/** `lost`: how many embedding tables and predictions it is without; they are lost or damaged where it was written. */
export const exportedBundleSchema = exportedFileSchema.extend({
  lost: z.int().min(0),
  lacking: z.array(lackingPartSchema),
});
export type ExportedBundle = Readonly<z.infer<typeof exportedBundleSchema>>;

export const bundleImportSchema = z.object({ path: z.string().min(1) });

export const importedBundleSchema = z.object({
  /** Runs that are new here, and those that the bundle has brought further. */
  runs: z.array(z.string()),
  /** Those of `runs` that were here, with less training. */
  updated: z.array(z.string()),
  /** Its list of runs, datasets and plans has a hash of its own; that of the first format has not. */
  isSealed: z.boolean(),
  /** New here, or here with their reviews only now. */
  datasets: z.array(z.string()),
  /** Files that the imported runs should have and the bundle does not. */
  lacking: z.array(lackingPartSchema),
  /** Runs that stay as they are here, each with the reason in a sentence. */
  skipped: z.array(z.object({ runId: z.string(), name: z.string(), reason: z.string() })),
  /** Datasets of the bundle's runs whose reviews are not here. */
  missing: z.array(
    z.object({
      datasetId: z.string(),
      name: z.string(),
      contentHash: z.string(),
      /** The bundle brought the labels of the test reviews, or an earlier one did. */
      hasLabels: z.boolean(),
    }),
  ),
});
export type ImportedBundle = Readonly<z.infer<typeof importedBundleSchema>>;

/** In bytes; `checking`: before anything is written. */
const phases = ['checking', 'writing'] as const;
const subject = z.object({ path: z.string() });
export const bundleExportJobSchema = jobOf('bundleExport', {
  ...{ subject, phases },
  result: exportedBundleSchema,
});
export const bundleImportJobSchema = jobOf('bundleImport', {
  ...{ subject, phases },
  result: importedBundleSchema,
});
export type BundleProgress = NonNullable<z.infer<typeof bundleExportJobSchema>['progress']>;

export const bundleCalls = {
  /** Runs as one file; refuses at once what cannot be written. */
  'bundles.startExport': { input: bundleExportSchema, output: bundleExportJobSchema },
  'bundles.startImport': { input: bundleImportSchema, output: bundleImportJobSchema },
} as const;
