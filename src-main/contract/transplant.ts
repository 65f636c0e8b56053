import { z } from 'zod';

import { jobOf } from './job.ts';

/** A table of a comparison put into the place of another; both are indices of the comparison's tables. */
export const transplantRequestSchema = z.object({
  diffId: z.string(),
  donor: z.number().int().min(0).max(2),
  receiver: z.number().int().min(0).max(2),
});
export type TransplantRequest = z.infer<typeof transplantRequestSchema>;

/** The receiver's model over its test reviews with one of the tables. */
const passSchema = z.object({
  accuracy: z.number(),
  /** Null where it is not finite. */
  loss: z.number().nullable(),
  /** Reviews that are predicted otherwise than with its own table. */
  flips: z.number().int(),
});

export const transplantPassesSchema = z.object({
  own: passSchema,
  /** The donor's rows as they are. */
  raw: passSchema,
  /** Turned into the receiver's frame, as long as its vectors, about its mean. */
  aligned: passSchema,
  /** The receiver's table before training. */
  untrained: passSchema,
});

/** The receiver's model with a table that says what the accuracy of the aligned one means. */
export const transplantControlSchema = passSchema.extend({
  /**
   * `directions`: the aligned table along its k leading shared directions (singular pairs of X^T Y over the compared words); along the
   * others every word has the mean of the receiver's table. The largest k is all of them: the aligned table. `randomRotation`: the
   * donor's table under a random rotation, with the mean and the length of the aligned one. `permutedAxes`: the receiver's own table
   * with its axes in a random order.
   */
  kind: z.enum(['directions', 'randomRotation', 'permutedAxes']),
  /** Of `directions`. */
  k: z.number().int().optional(),
  /** Of the random kinds. */
  seed: z.number().int().optional(),
  /** Reviews that are predicted otherwise than with the aligned table. */
  flipsFromAligned: z.number().int(),
});
export type TransplantControl = z.infer<typeof transplantControlSchema>;

export const transplantSchema = transplantRequestSchema.extend({
  createdAt: z.string(),
  /** Of the test split, as the receiver uses it. */
  reviews: z.number().int(),
  passes: transplantPassesSchema,
  /** Null in transplants of earlier versions, which did not run them. */
  controls: z.array(transplantControlSchema).nullable().default(null),
  wordsMoved: z.number().int(),
  /** The donor lacks them: they keep the receiver's row in every pass. */
  wordsKept: z.object({
    count: z.number().int(),
    /** The first of them. */
    words: z.array(z.string()),
  }),
  /** What has to be known to read it, a sentence each. */
  notes: z.array(z.string()),
  seconds: z.number(),
});
export type Transplant = z.infer<typeof transplantSchema>;

export const transplantJobSchema = jobOf('transplant', {
  subject: transplantRequestSchema,
  phases: ['evaluating'],
  /** It is saved: `transplants.get` has it. */
  result: z.null(),
});

export const transplantCalls = {
  /** One compared table in the place of another, over the receiver's test reviews; evaluated in a process of its own, and saved. */
  'transplants.start': { input: transplantRequestSchema, output: transplantJobSchema },
  /** Null where there is none; the earlier one while it is evaluated again. */
  'transplants.get': { input: transplantRequestSchema, output: transplantSchema.nullable() },
  /** Finished ones between the tables of a comparison, in its numbering; also from other comparisons of the same two tables. */
  'transplants.list': {
    input: transplantRequestSchema.pick({ diffId: true }),
    output: z.array(transplantSchema),
  },
} as const;
