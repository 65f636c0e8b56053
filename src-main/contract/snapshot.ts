import { z } from 'zod';

import { done, runId } from './input.ts';

export const branchNames = ['cnn', 'lstm', 'shared'] as const;
export const branchSchema = z.enum(branchNames);
export type Branch = z.infer<typeof branchSchema>;

/** An embedding table at the end of an epoch; epoch 0 is before training. */
export const snapshotSchema = z.object({
  snapshotId: z.string(),
  runId: z.string(),
  branch: branchSchema,
  epoch: z.number().int(),
  rows: z.number().int(),
  dims: z.number().int(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

export const sentenceSourceSchema = z.union([
  z.object({ kind: z.literal('text'), text: z.string().max(200_000) }),
  z.object({
    kind: z.literal('review'),
    split: z.enum(['train', 'test', 'validation']),
    row: z.number().int().min(0),
  }),
]);

export type SentenceSource = z.infer<typeof sentenceSourceSchema>;

export const sentenceRequestSchema = z.object({
  runIds: z.array(z.string()).min(1).max(4),
  source: sentenceSourceSchema,
  /** The epoch shown; the latest stored one at or before it. Without it: the best epoch's. */
  epoch: z.number().int().min(0).optional(),
});

/** One panel: a run's table for one branch, looked up for every token. Raw values: not aligned. */
export const sentencePanelSchema = z.object({
  snapshotId: z.string(),
  runId: z.string(),
  variant: z.enum(['A', 'B']).nullable(),
  branch: branchSchema,
  epoch: z.number().int(),
  dims: z.number().int(),
  /** P99 of |value| over the rows of words that the training split has. */
  p99: z.number(),
  /** Row-major [tokens, dims], float32 little-endian, base64. */
  values: z.string(),
});

export const sentenceTokenSchema = z.object({
  /** Index in the padded input of maxLength. */
  position: z.number().int(),
  word: z.string(),
  id: z.number().int(),
  kind: z.enum(['word', 'oov', 'start']),
});

/** Token rows are of the first run's encoding; a run with another vocabulary size marks its own OOV through the id it used. */
export const sentenceSchema = z.object({
  text: z.string(),
  label: z.number().int().nullable(),
  padCount: z.number().int(),
  cutCount: z.number().int(),
  tokens: z.array(sentenceTokenSchema),
  panels: z.array(sentencePanelSchema),
  /** Epochs at which every shown panel has a snapshot. */
  epochs: z.array(z.number().int()),
});

/** Null where it cannot be measured. */
const figure = z.number().nullable();

export const driftSchema = z.array(
  z.object({
    epoch: z.number().int(),
    /** Mean length by which the words moved since the stored epoch before, in root mean squares of the last table's rows. */
    step: figure,
    ckaToFirst: figure,
    ckaToLast: figure,
  }),
);

export const embeddingCalls = {
  'embeddings.list': { input: runId, output: z.array(snapshotSchema) },
  'embeddings.sentence': { input: sentenceRequestSchema, output: sentenceSchema },
  /** Over all stored epochs. */
  'embeddings.drift': { input: runId.extend({ branch: branchSchema }), output: driftSchema },
  /** Ends the computation of a drift, whose call then fails as `cancelled`; where none is under way nothing happens. */
  'embeddings.cancelDrift': { input: runId.extend({ branch: branchSchema }), output: done },
} as const;
