import { z } from 'zod';

import * as m from '#messages';

import { runConfigInputSchema } from './run-config.ts';

const values = z.array(z.unknown()).min(1);
const range = z.tuple([z.number(), z.number()]);

/** Values to draw from, all equally likely; or an interval, of which whole-number fields take both ends. */
export const distributionSchema = z.union(
  [
    values,
    z.strictObject({ uniform: range, step: z.number().positive().optional() }),
    /** The logarithm is uniform: as likely between 0.0001 and 0.001 as between 0.001 and 0.01. */
    z.strictObject({ logUniform: range }),
  ],
  { error: () => m.sweep_distribution() },
);
export type Distribution = z.infer<typeof distributionSchema>;

/**
 * Which configurations to train, each with every seed: those of `grid`, `random` or `list`, or the base alone. With `grid` beside one
 * of the others, each of its configurations is trained with each of theirs.
 */
export const sweepSchema = z.strictObject({
  base: runConfigInputSchema.default({}),
  /** Every combination of the values; `factors`: all eight of embedding, convPadding and cnnHead. */
  grid: z
    .union([z.literal('factors'), z.record(z.string(), values)], { error: () => m.sweep_grid() })
    .optional(),
  random: z
    .strictObject({
      count: z.number().int().min(1),
      /** Of the draws; the same seed draws the same configurations. */
      seed: z.number().int().min(1).default(1),
      fields: z.record(z.string(), distributionSchema),
    })
    .optional(),
  list: z.array(z.record(z.string(), z.unknown())).min(1).optional(),
  seeds: z.array(z.unknown()).min(1).optional(),
});
export type Sweep = z.infer<typeof sweepSchema>;
export type SweepInput = z.input<typeof sweepSchema>;

/** How often the verdict is looked at, equally spaced over the seeds: alpha is spent over these looks (O'Brien and Fleming). */
export const looksSchema = z.number().int().min(1).max(20);

/** What `sweep FILE` reads. */
export const sweepFileSchema = sweepSchema.extend({
  /** Id, unique prefix of it, or name. */
  dataset: z.string({ error: () => m.sweep_needs_dataset() }),
  name: z.string().max(200).optional(),
  looks: looksSchema.optional(),
});

export const maxSweepRuns = 1000;
