import { z } from 'zod';

import { metricsRowSchema, pairedSchema } from './comparison.ts';

/** `run`: what the run reads of each review (its length, its vocabulary); `whole`: all words of the whole review. */
export const baselineReadingSchema = z.enum(['run', 'whole']);
export type BaselineReading = z.infer<typeof baselineReadingSchema>;

/** What training one has found. */
export const baselineFitSchema = z.object({
  valAccuracy: z.number(),
  valLoss: z.number(),
  trainAccuracy: z.number(),
  /** Words of the training reviews that it has a weight for. */
  words: z.number().int(),
  /** Chosen on the validation split by log loss: the inverse strength of the penalty, and whether n occurrences count as 1 + ln(n). */
  c: z.number(),
  isSublinear: z.boolean(),
});
export type BaselineFit = Readonly<z.infer<typeof baselineFitSchema>>;

/**
 * Logistic regression on a tf-idf bag of words: what the same reviews tell without the order of their words. Its other figures stand
 * beside these, as those of a run do.
 */
export const baselineSchema = z.looseObject({
  ...baselineFitSchema.shape,
  reading: baselineReadingSchema,
  /** Equal for runs that read the same words of the same reviews. */
  key: z.string(),
  confusion: metricsRowSchema.shape.confusion,
  accuracy: z.number(),
  /** 95 %, Wilson's over the test reviews: of other reviews, for this one trained model. */
  accuracyInterval: z.tuple([z.number(), z.number()]),
  loss: z.number(),
  seconds: z.number(),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** A run beside its baselines. */
export const besideBaselineSchema = z.object({
  runId: z.string(),
  /** That which reads what the run reads. */
  baseline: baselineSchema.nullable(),
  /** The baseline is first, the run second. */
  paired: pairedSchema.nullable(),
  /** That which reads whole reviews; null where `baseline` is. */
  whole: z.object({ baseline: baselineSchema, paired: pairedSchema.nullable() }).nullable(),
  /** Why one of them is null. */
  reason: z.string().nullable(),
});
export type BesideBaseline = z.infer<typeof besideBaselineSchema>;
