import { z } from 'zod';

import * as m from '#messages';

export const datasetFormats = ['aclimdb', 'keras-npz', 'sample'] as const;
export const splitNames = ['train', 'test', 'validation'] as const;
export const splitNameSchema = z.enum(splitNames);
export type SplitName = z.infer<typeof splitNameSchema>;

export const splitFactsSchema = z.object({ count: z.number().int(), positive: z.number().int() });

/** Facts of an imported dataset; it never changes after its import. */
export const datasetSchema = z.object({
  /** The first 12 hex digits of the content hash. */
  datasetId: z.string(),
  name: z.string(),
  format: z.enum(datasetFormats),
  /** sha256 over texts or ids, labels and splits, hex. */
  contentHash: z.string(),
  splits: z.object({
    train: splitFactsSchema,
    test: splitFactsSchema,
    validation: splitFactsSchema.optional(),
  }),
  warnings: z.array(z.string()),
  /** Whether the original texts are kept (false for a Keras npz, which holds ids only). */
  hasTexts: z.boolean(),
  /** Whether ids can be shown as words. */
  hasWords: z.boolean(),
  vocabularySize: z.number().int(),
  sizeBytes: z.number().int(),
  createdAt: z.string(),
  deletedAt: z.string().nullable(),
  runCount: z.number().int(),
});
export type Dataset = z.infer<typeof datasetSchema>;

const nameLength = { error: () => m.app_name_length() };

export const importRequestSchema = z.object({
  path: z.string().min(1),
  name: z.string().trim().min(1, nameLength).max(200, nameLength).optional(),
  format: z.enum(['aclimdb', 'keras-npz']).optional(),
  wordIndexPath: z.string().optional(),
  ids: z.enum(['ranks', 'encoded']).optional(),
});
export type ImportRequest = z.infer<typeof importRequestSchema>;

/** `total` is null while it is unknown; `done` counts documents in `reading`, else steps of the phase. */
export const importProgressSchema = z.object({
  phase: z.enum(['reading', 'counting', 'encoding', 'storing']),
  done: z.number(),
  total: z.number().nullable(),
});
export type ImportProgress = z.infer<typeof importProgressSchema>;

export const importJobSchema = z.object({
  importId: z.string(),
  source: z.string(),
  state: z.enum(['running', 'finished', 'failed', 'cancelled']),
  progress: importProgressSchema.nullable(),
  ratePerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  datasetId: z.string().nullable(),
  message: z.string().nullable(),
});
export type ImportJob = z.infer<typeof importJobSchema>;

export const coveragePointSchema = z.object({
  maxLength: z.number().int(),
  /** Share of training reviews of at most maxLength tokens, start token counted, in percent to 3 decimals. */
  percent: z.number(),
});

export const lengthHistogramSchema = z.object({
  binWidth: z.number().int(),
  /** Reviews with length in [i * binWidth, (i + 1) * binWidth), train split, start token counted; the last bin holds the rest. */
  counts: z.array(z.number().int()),
  longest: z.number().int(),
  median: z.number(),
  mean: z.number(),
});

/** What a choice of maxLength and numWords does to the training split. */
export const fitSchema = z.object({
  percentWhole: z.number(),
  cutCount: z.number().int(),
  /** Share of the kept tokens (start left out) that become out-of-vocabulary, in percent. */
  oovPercent: z.number(),
});

export const vocabularyRowSchema = z.object({
  word: z.string(),
  /** Frequency rank in the training split, from 1; id = rank + 3. */
  rank: z.number().int(),
  count: z.number().int(),
});

export const encodedTokenSchema = z.object({
  word: z.string(),
  id: z.number().int(),
  kind: z.enum(['word', 'oov', 'start']),
  /** Left out by truncation. */
  isCut: z.boolean(),
});

export const sampleRowSchema = z.object({
  split: splitNameSchema,
  row: z.number().int(),
  label: z.number().int().min(0).max(1),
  rating: z.number().int().nullable(),
  /** The original text, or the words of the ids joined by spaces. */
  text: z.string(),
  length: z.number().int(),
  padCount: z.number().int(),
  tokens: z.array(encodedTokenSchema),
});

export const encodingChoiceSchema = z.object({
  numWords: z.number().int(),
  maxLength: z.number().int(),
  padding: z.enum(['pre', 'post']),
  truncating: z.enum(['pre', 'post']),
});
