import { z } from 'zod';

import { bestOrLast } from './input.ts';

/** Which weights a question is about: the best, the last, or those of an epoch. */
export const weightsChoiceSchema = z.union([
  bestOrLast,
  z.object({ epoch: z.number().int().min(1) }),
]);

/**
 * All test reviews of a run as it judges them, with what is known of each: columns of one length, ascending by row. What only the texts
 * tell is null where a bundle left them behind.
 */
export const judgedReviewsSchema = z.object({
  runId: z.string(),
  epoch: z.number().int(),
  /** Indices in the dataset's full test split. */
  rows: z.array(z.number().int()),
  labels: z.array(z.number().int()),
  /** P(positive) */
  probabilities: z.array(z.number()),
  /** Tokens of the whole review, start token counted. */
  lengths: z.array(z.number().int()).nullable(),
  /** Share of them that the run never reads. */
  cutShares: z.array(z.number()).nullable(),
  /** Share of the words it reads that are out of vocabulary. */
  oovShares: z.array(z.number()).nullable(),
  /** Null where the corpus has none; a review without one has null. */
  ratings: z.array(z.number().nullable()).nullable(),
});
export type JudgedReviews = z.infer<typeof judgedReviewsSchema>;

const rankingCurveSchema = z.object({ x: z.array(z.number()), y: z.array(z.number()) });

/** How a run orders the test reviews, over all thresholds: as many points as can be told apart. */
export const runRankingSchema = z.object({
  runId: z.string(),
  /** False positive rate against true positive rate. */
  roc: rankingCurveSchema,
  /** Recall against precision. */
  precisionRecall: rankingCurveSchema,
  /** Null where a class is missing. */
  rocArea: z.number().nullable(),
  averagePrecision: z.number().nullable(),
  positiveShare: z.number(),
});
export type RunRanking = z.infer<typeof runRankingSchema>;

/** What each word of a sentence does to what a run says of it. */
export const occlusionSchema = z.object({
  runId: z.string(),
  /** P(positive) of the whole sentence. */
  probability: z.number(),
  /** What the run reads of it, in order. */
  tokens: z.array(
    z.object({
      word: z.string(),
      /** P(positive) with the word minus P(positive) with it out of vocabulary; null where it is so anyway. */
      change: z.number().nullable(),
    }),
  ),
});
export type Occlusion = z.infer<typeof occlusionSchema>;
