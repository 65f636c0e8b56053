import { z } from 'zod';

import { datasetFormats, importFormats } from './dataset-formats.ts';
import { datasetId, nothing } from './input.ts';
import { jobOf } from './job.ts';
import { nameSchema } from './name.ts';

export const exportFormats = ['jsonl', 'parquet'] as const;
export const splitNames = ['train', 'test', 'validation'] as const;
export const splitNameSchema = z.enum(splitNames);
export type SplitName = z.infer<typeof splitNameSchema>;

/** How texts become words. Part of a dataset's identity: other words are other data. */
export const textPipelineSchema = z.object({
  /** `stripped`: tags become a space, entities their characters. */
  html: z.enum(['kept', 'stripped']),
  /** Normalisation form of the Unicode Standard (Annex 15). */
  unicode: z.enum(['kept', 'nfc', 'nfkc']),
  /** At spaces, as Keras does, or by Unicode's word segmentation with dictionaries, for languages written without spaces. */
  words: z.enum(['spaces', 'segmenter']),
});
export type TextPipeline = Readonly<z.infer<typeof textPipelineSchema>>;

export const splitFactsSchema = z.object({ count: z.number().int(), positive: z.number().int() });

export const reviewPlaceSchema = z.object({ split: splitNameSchema, row: z.number().int() });
export type ReviewPlace = z.infer<typeof reviewPlaceSchema>;

/** What an import noticed; `findings` of a dataset carry it, `warnings` are their sentences. */
export const findingKinds = [
  'contradictions', // the same words with both labels
  'copies', // reviews of another split that are in train word for word
  'nearCopies', // nearly so
  'copiesOfTest', // validation reviews that are in test word for word
  'nearCopiesOfTest',
  'copiesWithin', // repeat an earlier review of their own split
  'nearCopiesWithin',
  'empty', // no words
  'oneClass',
  'givenAway', // one word tells the label
  'lengths', // splits of very unlike length
  'dropped', // left out on request
  'drawn', // a test split was drawn where the file did not say
  'split', // how else the splits were made
  'encoding', // guessed
  'html', // tags in the texts
  'unspaced', // texts without spaces between their words
  'hangul', // Korean, split at spaces
  'foreign', // folders that are no part of the layout
  'note',
] as const;
export const findingSchema = z.object({
  kind: z.enum(findingKinds),
  /** One sentence a person can act on. */
  text: z.string(),
  /** How many reviews it is about; 0 where it is about the whole. */
  count: z.number().int(),
  /** Those that give the label away, the most frequent first, and what they tell. */
  words: z
    .array(
      z.object({
        word: z.string(),
        count: z.number().int(),
        label: z.enum(['negative', 'positive']),
      }),
    )
    .optional(),
  /** The only one of them, in datasets of older versions. */
  word: z.string().optional(),
  /** Of which `rows` are; left out where they are of several, and in datasets of older versions. */
  split: splitNameSchema.optional(),
  /** The first of them, of copies with the review that each repeats (or contradicts). */
  rows: z
    .array(reviewPlaceSchema.extend({ of: reviewPlaceSchema.optional() }))
    .max(20)
    .optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** A review that a finding is about. */
export const findingRowSchema = reviewPlaceSchema.extend({
  label: z.number().int().min(0).max(1),
  of: reviewPlaceSchema.extend({ label: z.number().int().min(0).max(1) }).nullable(),
});
export type FindingRow = z.infer<typeof findingRowSchema>;

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
  /** The sentences of `findings`. */
  warnings: z.array(z.string()),
  findings: z.array(findingSchema),
  /** Whether the original texts are kept (false for a Keras npz, which holds ids only). */
  hasTexts: z.boolean(),
  pipeline: textPipelineSchema,
  /** Whether ids can be shown as words. */
  hasWords: z.boolean(),
  vocabularySize: z.number().int(),
  /** False where a bundle brought runs of it without its reviews: which they are is known, and no more. */
  isHere: z.boolean(),
  /** On this disk. */
  sizeBytes: z.number().int(),
  createdAt: z.string(),
  deletedAt: z.string().nullable(),
  runCount: z.number().int(),
});
export type Dataset = z.infer<typeof datasetSchema>;

/** What an import can leave out on request; of copies in several splits the one in train stays, else the first. */
export const dropKinds = [
  'contradictions', // reviews whose words carry both labels, all of them
  'duplicates', // later copies of a text
  'nearCopies', // and those that are nearly so, word for word copies among them
  'empty', // rows without a text or without words
  'unlabelled', // rows without a label
] as const;

export const importRequestSchema = z.object({
  path: z.string().min(1),
  name: nameSchema.optional(),
  format: z.enum(importFormats).optional(),
  wordIndexPath: z.string().optional(),
  ids: z.enum(['ranks', 'encoded']).optional(),
  /** Columns by name, or by number from 1. */
  textColumn: z.string().min(1).max(200).optional(),
  labelColumn: z.string().min(1).max(200).optional(),
  /** Null: none, even where one is found; a test split is drawn then. */
  splitColumn: z.string().min(1).max(200).nullable().optional(),
  /** The two labels, where they are not well known. */
  positive: z.string().min(1).max(200).optional(),
  negative: z.string().min(1).max(200).optional(),
  /** For ratings: this and above is positive. */
  threshold: z.number().optional(),
  /** Labels whose rows are left out, such as "neutral". */
  dropLabels: z.array(z.string().min(1).max(200)).max(1000).optional(),
  /** Words whose reviews are left out, such as one that gives the label away. */
  dropWords: z.array(z.string().min(1).max(1000)).max(1000).optional(),
  /** A name of the Encoding Standard, such as utf-8, windows-1252 or euc-kr. */
  encoding: z.string().min(1).max(40).optional(),
  /** One character, or `tab`. */
  delimiter: z.string().min(1).max(5).optional(),
  header: z.enum(['yes', 'no']).optional(),
  /** How texts become words; what is left out is as Keras does it. */
  pipeline: textPipelineSchema.partial().optional(),
  /** Reviews to leave out. */
  drop: z.array(z.enum(dropKinds)).optional(),
});
export type ImportRequest = z.infer<typeof importRequestSchema>;

export const importQuestionKinds = [
  'textColumn',
  'labelColumn',
  'labels', // which of two values is positive: `positive` and `negative`
  'threshold', // ratings: from which number on they are positive
  'rows', // one of the rows looked at would stop the import
] as const;

/** A value of a label column and what it becomes; null where that is open. */
const labelMeaningSchema = z.object({
  value: z.string(),
  count: z.number().int(),
  meaning: z.enum(['negative', 'positive', 'dropped']).nullable(),
});
export type LabelMeaning = z.infer<typeof labelMeaningSchema>;

/** How a source was read: what was asked for, and what was found out for the rest. */
export const readingSchema = z.object({
  format: z.enum(datasetFormats),
  encoding: z.string().nullable(),
  delimiter: z.string().nullable(),
  hasHeader: z.boolean().nullable(),
  textColumn: z.string().nullable(),
  labelColumn: z.string().nullable(),
  splitColumn: z.string().nullable(),
  /** Numbers that are kept beside the label. */
  ratingColumn: z.string().nullable(),
  /** What each label became. */
  labels: z.array(labelMeaningSchema),
  /** Of a Keras npz: what its numbers were taken for. */
  ids: z.enum(['ranks', 'encoded']).nullable(),
  /** Parts of the source that are never read, with what they hold. */
  leftOut: z.array(z.string()),
});
export type Reading = z.infer<typeof readingSchema>;

/** Where a dataset comes from: what its last import was asked for and how it read the source; null where that is not known. */
export const originSchema = z.object({
  request: importRequestSchema.nullable(),
  reading: readingSchema.nullable(),
});
export type Origin = z.infer<typeof originSchema>;

/** What a file looks like before it is imported, with what an import of the same request would do. */
export const importPreviewSchema = z.object({
  format: z.enum(importFormats),
  encoding: z.string().nullable(),
  delimiter: z.string().nullable(),
  hasHeader: z.boolean().nullable(),
  columns: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['text', 'number', 'boolean', 'list', 'other', 'empty']),
      /** The first few different values, cut short. */
      examples: z.array(z.string()),
    }),
  ),
  /** The first rows, a cell a column, cut short; null where there is no value. */
  rows: z.array(z.array(z.string().nullable())),
  textColumn: z.string().nullable(),
  labelColumn: z.string().nullable(),
  splitColumn: z.string().nullable(),
  /** Numbers that are kept beside the label. */
  ratingColumn: z.string().nullable(),
  /** The values of the label column among the rows looked at, the most frequent first, and what they become. */
  labels: z.array(labelMeaningSchema),
  /** Rows of each value of the split column; null where the import draws a test split. */
  splits: z
    .array(
      z.object({ value: z.string(), count: z.number().int(), split: splitNameSchema.nullable() }),
    )
    .nullable(),
  /** How many rows were looked at for all this. */
  rowsSeen: z.number().int(),
  /** All rows, estimated where the file was not read to its end; null where nothing tells. */
  rowCount: z.number().int().nullable(),
  /** What must still be decided, and with which values it could be; empty where the import can start. */
  questions: z.array(
    z.object({
      kind: z.enum(importQuestionKinds),
      text: z.string(),
      choices: z.array(z.string()),
    }),
  ),
  /** What the import will decide by itself, in sentences. */
  notes: z.array(z.string()),
  /** What would spoil a result, as the findings of an import are. */
  warnings: z.array(z.string()),
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;

export const exportRequestSchema = z.object({
  datasetId: z.string(),
  format: z.enum(exportFormats),
  path: z.string().min(1),
  /** Replace a file that is there. */
  isForced: z.boolean().default(false),
});
export const exportedFileSchema = z.object({ path: z.string(), bytes: z.number().int() });
export const datasetExportJobSchema = jobOf('datasetExport', {
  subject: z.object({ datasetId: z.string(), path: z.string() }),
  /** In reviews. */
  phases: ['writing'],
  result: exportedFileSchema,
});

export const datasetImportJobSchema = jobOf('datasetImport', {
  /** The whole path of the file, or `synthetic`. */
  subject: z.object({ source: z.string() }),
  /** In documents, then in steps of the phase. */
  phases: ['reading', 'counting', 'encoding', 'storing'],
  result: z.object({
    datasetId: z.string(),
    /** What there is to say beside the dataset's own warnings. */
    notes: z.string().nullable(),
  }),
});
export type ImportProgress = NonNullable<z.infer<typeof datasetImportJobSchema>['progress']>;

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
  /** Above 0 for words of positive reviews (core/text/log-odds.ts); null where nothing can be said. */
  logOdds: z.number().nullable(),
  /** The log-odds in standard errors. */
  zScore: z.number().nullable(),
});

/** From the most frequent or the rarest word, or from that end of the z-scores. */
export const vocabularyOrders = ['frequent', 'rare', 'positive', 'negative'] as const;

export const unknownShareSchema = z.object({
  numWords: z.number().int(),
  /** Share of all tokens of the training split (start left out) that are out of vocabulary, in percent to 3 decimals. */
  percent: z.number(),
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
  rating: z.number().nullable(),
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

export const datasetCalls = {
  'datasets.list': {
    input: z.object({ isTrash: z.boolean().optional() }),
    output: z.array(datasetSchema),
  },
  'datasets.get': { input: datasetId, output: datasetSchema },
  /** Reads the beginning of a file; writes nothing. */
  'datasets.preview': { input: importRequestSchema, output: importPreviewSchema },
  'datasets.startImport': { input: importRequestSchema, output: datasetImportJobSchema },
  'datasets.origin': { input: datasetId, output: originSchema },
  'datasets.rename': {
    input: datasetId.extend({ name: nameSchema }),
    output: datasetSchema,
  },
  'datasets.startSample': { input: nothing, output: datasetImportJobSchema },
  'datasets.coverage': {
    input: datasetId.extend({
      from: z.number().int().min(1),
      to: z.number().int().max(100_000),
      step: z.number().int().min(1),
    }),
    output: z.array(coveragePointSchema),
  },
  'datasets.lengths': {
    input: datasetId.extend({ binWidth: z.number().int().min(1), bins: z.number().int().max(500) }),
    output: lengthHistogramSchema,
  },
  'datasets.fit': {
    input: datasetId.extend({ maxLength: z.number().int(), numWords: z.number().int() }),
    output: fitSchema,
  },
  'datasets.vocabulary': {
    input: datasetId.extend({
      offset: z.number().int().min(0),
      count: z.number().int().min(1).max(1000),
      search: z.string().max(200).optional(),
      order: z.enum(vocabularyOrders).optional(),
      /** Only words whose ids are below it. */
      numWords: z.number().int().min(1).optional(),
    }),
    output: z.object({ total: z.number().int(), rows: z.array(vocabularyRowSchema) }),
  },
  'datasets.unknown': {
    input: datasetId.extend({ numWords: z.array(z.number().int().min(1)).min(1).max(500) }),
    output: z.array(unknownShareSchema),
  },
  'datasets.samples': {
    input: datasetId.extend({
      split: splitNameSchema,
      offset: z.number().int().min(0),
      count: z.number().int().min(1).max(200),
      encoding: encodingChoiceSchema,
      search: z.string().max(200).optional(),
    }),
    output: z.object({ total: z.number().int(), rows: z.array(sampleRowSchema) }),
  },
  /** Rows of all reviews that hold what is searched, as `datasets.samples` searches. */
  'datasets.find': {
    input: datasetId.extend({ split: splitNameSchema, search: z.string().trim().min(1).max(200) }),
    output: z.object({ rows: z.array(z.number().int()) }),
  },
  /** The reviews of a finding; of a dataset of an older version only the first ones. */
  'datasets.findingRows': {
    input: datasetId.extend({
      kind: z.enum(findingKinds),
      /** Null for a finding about several splits. */
      split: splitNameSchema.nullable(),
      offset: z.number().int().min(0),
      count: z.number().int().min(1).max(1000),
    }),
    output: z.object({ total: z.number().int(), rows: z.array(findingRowSchema) }),
  },
  'datasets.startExport': { input: exportRequestSchema, output: datasetExportJobSchema },
  'datasets.remove': {
    input: datasetId.extend({ withRuns: z.boolean() }),
    output: z.object({ runIds: z.array(z.string()) }),
  },
  'datasets.restore': { input: datasetId, output: datasetSchema },
} as const;

export const datasetEvents = {
  'datasets.changed': datasetId,
} as const;
