import { z } from 'zod';

import * as m from '#messages';
import { locales } from '#messages/runtime';

import { nothing } from './input.ts';

/** Percentage points. */
export const marginPointsSchema = pointsTo10();

function pointsTo10() {
  const error = () => m.experiments_margin_bounds();
  return z.number({ error }).min(0, { error }).max(10, { error });
}

export const languageSchema = z.enum(locales);
export type Language = z.infer<typeof languageSchema>;

export const settingsSchema = z.object({
  /** Of windows and of what they write; null: nobody has chosen, the system's. */
  language: languageSchema.nullable(),
  theme: z.enum(['light', 'dark', 'system']),
  /** Differences of accuracy smaller than this many points do not matter to the user; an experiment keeps those of its start. */
  marginPoints: marginPointsSchema,
  /** Disk for embedding snapshots of all runs; beyond it, epochs between epoch 0, best and last are thinned. */
  snapshotLimitBytes: z.number().int().min(0),
  /** How many runs of the queue train at once; `auto`: as many as memory and cores allow. */
  runsAtOnce: z.union([z.literal('auto'), z.number().int().min(1).max(64)]),
  /** Columns of the runs table beside the name, in their order, with widths in px; null: the standard ones. */
  runColumns: z
    .array(z.object({ id: z.string().max(60), width: z.number().int().min(40).max(800) }))
    .max(100)
    .nullable(),
  /** Runs drawn in the charts, and the run that others are compared with; null until somebody has marked some. */
  runMarks: z
    .object({ drawn: z.array(z.string().max(60)).max(2000), pinned: z.string().max(60).nullable() })
    .nullable(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  language: null,
  theme: 'system',
  marginPoints: 0.25,
  snapshotLimitBytes: 2_000_000_000,
  runsAtOnce: 'auto',
  runColumns: null,
  runMarks: null,
};

export const systemInfoSchema = z.object({
  backend: z.enum(['native', 'wasm']),
  /** Why native is not there, and how to get it. */
  backendReason: z.string().nullable(),
  tensorflow: z.string().nullable(),
  tfjs: z.string(),
  node: z.string(),
  sqlite: z.string(),
  electron: z.string().nullable(),
  twofold: z.string(),
  threads: z.number().int(),
  memoryBytes: z.number(),
  memoryFreeBytes: z.number(),
  diskFreeBytes: z.number(),
  /** Of all stored embedding snapshots, those of runs in the trash too. */
  snapshotBytes: z.number(),
  home: z.string(),
});
export type SystemInfo = z.infer<typeof systemInfoSchema>;

export const settingsCalls = {
  'settings.get': { input: nothing, output: settingsSchema },
  'settings.set': { input: settingsSchema.partial(), output: settingsSchema },
} as const;

export const systemCalls = {
  'system.info': { input: nothing, output: systemInfoSchema },
} as const;

export const settingsEvents = {
  'settings.changed': nothing,
} as const;
