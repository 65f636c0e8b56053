import { z } from 'zod';

import { runConfigSchema } from './run-config.ts';

export const pairedSchema = z.object({
  rows: z.number().int(),
  onlyFirstRight: z.number().int(),
  onlySecondRight: z.number().int(),
  bothRight: z.number().int(),
  bothWrong: z.number().int(),
  /** Exact, two-sided. About these two trained models, not about the variants. Null where nothing can be tested. */
  mcnemarP: z.number().nullable(),
  /** Accuracy of second minus first, a fraction. */
  difference: z.number(),
  /** 95 %, paired bootstrap over reviews, fixed seed. Null where nothing can be tested. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** Why there is neither an interval nor a p. */
  reason: z.string().nullable(),
});
export type Paired = z.infer<typeof pairedSchema>;

const calibrationBinSchema = z.object({
  count: z.number().int(),
  meanProbability: z.number(),
  /** Share of positive reviews among them. */
  positiveShare: z.number(),
});

/** A trained model on its test reviews: these facts, and its figures by their keys (core/metrics/table.ts). */
export const metricsRowSchema = z.looseObject({
  runId: z.string(),
  weights: z.string(),
  trainAccuracy: z.number().nullable(),
  epoch: z.number().int().nullable(),
  secondsPerEpoch: z.number().nullable(),
  parameters: z.number().int(),
  /** Reviews by predicted probability, 15 bins of equal width without the empty ones. */
  calibration: z.array(calibrationBinSchema).nullable(),
  /** Counts at threshold 0.5: [true negative, false positive, false negative, true positive]. */
  confusion: z.array(z.number().int()).nullable(),
  /** Why figures are missing that come from the stored predictions; null where these can be read. */
  reason: z.string().nullable(),
});

export const flipSchema = z.object({
  row: z.number().int(),
  label: z.number().int(),
  probabilities: z.tuple([z.number(), z.number()]),
});

const startableRunSchema = z.object({
  datasetId: z.string(),
  config: runConfigSchema,
  /** Where there is such a run already, with a finished epoch. */
  runId: z.string().nullable(),
});
export type StartableRun = z.infer<typeof startableRunSchema>;

const concernReasonSchema = z.object({
  kind: z.enum([
    'data',
    'reviews',
    'validation',
    'stopping',
    'confounded',
    'unfinished',
    'testChosen',
    'bestOfMany',
  ]),
  sentence: z.string(),
  /** Fields of the configuration that it is about. */
  fields: z.array(z.string()),
});
export type ConcernReason = z.infer<typeof concernReasonSchema>;

/** Why runs must not (`isBarrier`), or hardly, be compared, and what would mend it. */
const concernSchema = z.object({
  /** Two that do not go together, or those with a flaw of their own. */
  runIds: z.array(z.string()),
  isBarrier: z.boolean(),
  reasons: z.array(concernReasonSchema),
  remedy: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('start'), runs: z.array(startableRunSchema) }),
      z.object({ kind: z.literal('resume'), runId: z.string() }),
    ])
    .nullable(),
});
export type Concern = z.infer<typeof concernSchema>;

const comparedPairSchema = z.object({
  runIds: z.tuple([z.string(), z.string()]),
  paired: pairedSchema.nullable(),
  /** Why `paired` is null. */
  reason: z.string().nullable(),
});

export const comparisonSchema = z.object({
  runIds: z.array(z.string()),
  /** Fields that differ, each with the value of every run. */
  configDiff: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.null()]))),
  metrics: z.array(metricsRowSchema),
  paired: pairedSchema.nullable(),
  /** Why `paired` is null. */
  reason: z.string().nullable(),
  /** Each run against the first. */
  pairs: z.array(comparedPairSchema),
  /** The pairs among the others, where there are few runs; empty beyond that. */
  otherPairs: z.array(comparedPairSchema),
  /** Reviews that the first two runs judge differently: by distance, then row. */
  flips: z.array(flipSchema),
  /** What speaks against the comparison; empty where it is fair. */
  concerns: z.array(concernSchema),
});
export type Comparison = z.infer<typeof comparisonSchema>;
