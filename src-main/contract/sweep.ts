import { z } from 'zod';

import * as m from '#messages';

import { boundsText } from './config-fields.ts';
import { experimentSchema } from './experiment.ts';
import { workSchema } from './queue.ts';
import { runConfigInputSchema } from './run-config.ts';
import { startSchema } from './start.ts';

const values = z
  .array(z.unknown(), { error: () => m.sweep_values() })
  .min(1, { error: () => m.sweep_values() });
const fields = <T extends z.ZodType>(value: T, error: () => string) =>
  z.record(z.string(), value, { error });
/** What is no object, and keys that nobody knows. */
const objectError =
  (shape: () => string): z.core.$ZodErrorMap =>
  (issue) =>
    issue.code === 'unrecognized_keys'
      ? m.sweep_unknown_keys({ keys: issue.keys.map((key) => JSON.stringify(key)).join(', ') })
      : shape();
const wholeFromOne = () => {
  const error = () =>
    m.config_use({
      range: boundsText({ min: 1, max: Infinity, isInteger: true, isMinExclusive: false }),
    });
  return z.number({ error }).int({ error }).min(1, { error });
};
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
export const sweepSchema = z.strictObject(
  {
    base: runConfigInputSchema.default({}),
    /** Every combination of the values; `factors`: all eight of embedding, convPadding and cnnHead. */
    grid: z
      .union([z.literal('factors'), fields(values, m.sweep_grid)], { error: () => m.sweep_grid() })
      .optional(),
    random: z
      .strictObject(
        {
          count: wholeFromOne(),
          /** Of the draws; the same seed draws the same configurations. */
          seed: wholeFromOne().default(1),
          fields: fields(distributionSchema, m.sweep_random_fields),
        },
        { error: objectError(m.sweep_random) },
      )
      .optional(),
    list: z
      .array(fields(z.unknown(), m.sweep_list), { error: () => m.sweep_list() })
      .min(1, { error: () => m.sweep_list() })
      .optional(),
    seeds: z
      .array(z.unknown(), { error: () => m.sweep_seeds() })
      .min(1, { error: () => m.sweep_seeds() })
      .optional(),
  },
  { error: objectError(m.sweep_shape) },
);
export type Sweep = z.infer<typeof sweepSchema>;
export type SweepInput = z.input<typeof sweepSchema>;

/** What `sweep FILE` reads. */
export const sweepFileSchema = sweepSchema.extend({
  ...startSchema.omit({ datasetId: true }).shape,
  /** Id, unique prefix of it, or name. */
  dataset: z.string({ error: () => m.sweep_needs_dataset() }),
});

export const maxSweepRuns = 1000;

export const sweepCalls = {
  'sweeps.start': {
    input: startSchema.extend({ sweep: sweepSchema }),
    output: experimentSchema,
  },
  'sweeps.estimate': { input: startSchema.extend({ sweep: sweepSchema }), output: workSchema },
} as const;
