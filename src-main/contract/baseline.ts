import { z } from 'zod';

import { metricsRowSchema, pairedSchema } from './comparison.ts';

/** Logistic regression on a tf-idf bag of words: what the same reviews tell without the order of their words. */
export const baselineSchema = metricsRowSchema
  .pick({
    brier: true,
    calibrationError: true,
    confidenceCalibrationError: true,
    rocArea: true,
    averagePrecision: true,
    confusion: true,
  })
  .extend({
    /** Equal for runs that read the same words of the same reviews. */
    key: z.string(),
    accuracy: z.number(),
    loss: z.number(),
    valAccuracy: z.number(),
    valLoss: z.number(),
    trainAccuracy: z.number(),
    /** Words of the training reviews that it has a weight for. */
    words: z.number().int(),
    seconds: z.number(),
  });
export type Baseline = z.infer<typeof baselineSchema>;

/** A run beside its baseline. */
export const besideBaselineSchema = z.object({
  runId: z.string(),
  baseline: baselineSchema.nullable(),
  /** The baseline is first, the run second. */
  paired: pairedSchema.nullable(),
  /** Why one of them is null. */
  reason: z.string().nullable(),
});
export type BesideBaseline = z.infer<typeof besideBaselineSchema>;
