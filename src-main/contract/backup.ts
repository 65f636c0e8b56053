import { z } from 'zod';

import { nothing } from './input.ts';

/** Why a copy was made: by itself once a day, before the database was brought to a newer format, or because somebody asked. */
export const backupReasons = ['daily', 'upgrade', 'request'] as const;

/** What a database that stands in for another does not have, or does not find on the disk. */
export const missingSchema = z.object({
  /** Runs with files on the disk that the database does not know: they are newer. */
  newerRuns: z.array(z.string()),
  /** Runs whose checkpoint is further than their figures: epochs between are lost. */
  shorterRuns: z.array(
    z.object({
      runId: z.string(),
      name: z.string(),
      epoch: z.number(),
      checkpointEpoch: z.number(),
    }),
  ),
  /** Embedding tables, predictions and the like that it refers to and that are not in blobs.sqlite any more. */
  blobs: z.number().int(),
  /** Checkpoints and weights that were there when the copy was made and are not any more. */
  files: z.number().int(),
  /** Names of datasets whose reviews are not in the data folder. */
  datasets: z.array(z.string()),
});
export type Missing = z.infer<typeof missingSchema>;

/** A database that can be put in place of the present one: a backup, or what a restore replaced. */
export const backupSchema = z.object({
  backupId: z.string(),
  kind: z.enum(['backup', 'replaced']),
  /** Null for what a restore replaced. */
  reason: z.enum(backupReasons).nullable(),
  createdAt: z.string(),
  /** File name, from the data folder. */
  file: z.string(),
  bytes: z.number(),
  /** Of a replaced one that could not be read: null, as the counts are. */
  schemaVersion: z.number().int().nullable(),
  runs: z.number().int().nullable(),
  datasets: z.number().int().nullable(),
  /** That it refers to. */
  blobs: z.number().int().nullable(),
  checkpoints: z.number().int().nullable(),
  /** Counts the backups of a data folder from 1, whatever the clock said; 0 from versions that did not count, null for what a restore replaced. */
  sequence: z.number().int().nullable(),
  /** Of a replaced one: what stood in for it, and what that did not have; `empty` for a new database. */
  replacedBy: z.object({ backupId: z.string(), missing: missingSchema }).nullable(),
  /** Of a backup: its file is gone, or told to be another by its size or its first bytes. A restore checks all of it. */
  isDamaged: z.boolean(),
});
export type Backup = z.infer<typeof backupSchema>;

/** What a restore did. */
export const restoredSchema = z.object({
  backupId: z.string(),
  /** The id that puts the replaced database back; null where there was none. */
  replacedId: z.string().nullable(),
  /** What waited in a backup may have been trained since. */
  isQueuePaused: z.boolean(),
  missing: missingSchema,
});
export type Restored = z.infer<typeof restoredSchema>;

/** What is wrong with the files of a data folder, each with its way out. */
export const problemKinds = ['database', 'log', 'blobs', 'backup'] as const;
export const problemSchema = z.object({ kind: z.enum(problemKinds), message: z.string() });
export type Problem = z.infer<typeof problemSchema>;

export const homeStateSchema = z.object({
  /** False where the database cannot be opened: there is nothing but backups then. */
  isOpen: z.boolean(),
  problems: z.array(problemSchema),
});
export type HomeState = z.infer<typeof homeStateSchema>;

/** What was taken over when a damaged blobs.sqlite was set aside. */
export const setAsideSchema = z.object({
  /** Its new name, in the data folder. */
  file: z.string(),
  kept: z.number().int(),
  lost: z.number().int(),
});
export type SetAside = z.infer<typeof setAsideSchema>;

export const backupCalls = {
  /** With the databases that a restore replaced, newest first. */
  'backups.list': { input: nothing, output: z.array(backupSchema) },
  'backups.create': { input: nothing, output: backupSchema },
} as const;

export const homeCalls = {
  /** Puts one in place of the database, which is kept; `empty`: a new database. The workbench opens anew then. */
  'home.restore': {
    input: z.object({ backupId: z.string().min(1).max(60) }),
    output: restoredSchema,
  },
  /** Whether the data folder could be opened, and what is wrong with its files. */
  'home.state': { input: nothing, output: homeStateSchema },
  /** Takes over what is whole of a damaged blobs.sqlite, and keeps the file under another name. */
  'home.setAsideBlobs': { input: nothing, output: setAsideSchema },
} as const;

export const backupEvents = {
  'backups.changed': nothing,
  /** Another database is open now, or another problem was found. */
  'home.changed': z.object({ isOtherDatabase: z.boolean() }),
} as const;
