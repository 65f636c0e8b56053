import { z } from 'zod';

import { done, nothing } from './input.ts';
import { jobOf } from './job.ts';
import { branchSchema, sentenceSourceSchema, sentenceTokenSchema } from './snapshot.ts';

/*
 * Comparing embedding tables. Wherever a figure is null it is undefined (a row of zeros, a denominator of 0, too few words): never
 * NaN. By word: jaccard and secondOrder are similarities, as alignedCosine is; alignedL2 is a distance.
 */

export const wordMeasures = [
  'alignedCosine',
  'alignedL2',
  'jaccard10',
  'jaccard50',
  'jaccard250',
  'secondOrder',
] as const;
export type WordMeasure = (typeof wordMeasures)[number];

/**
 * `procrustesDistance` is the squared distance, as it was first stored: 2 - 2 tr S of centred tables at Frobenius norm 1, from 0 to 2.
 * `procrustesDistanceRoot` is its root, from 0 to 1.41, which is what screens and reports call the Procrustes distance.
 */
export const tableMeasures = [
  'fittedCosine',
  'heldOutCosine',
  'procrustesDistance',
  'procrustesDistanceRoot',
  'debiasedCka',
  'rsa',
  'meanJaccard10',
  'meanJaccard50',
  'meanJaccard250',
  'meanSecondOrder',
] as const;
export type TableMeasure = (typeof tableMeasures)[number];
export type ShownTableMeasure = Exclude<TableMeasure, 'procrustesDistance'>;
/** In this order on screens and in reports. */
export const shownTableMeasures = tableMeasures.filter(
  (measure): measure is ShownTableMeasure => measure !== 'procrustesDistance',
);

/** Why a word is not compared, the first that holds. */
export const dropReasons = ['missing', 'untrained', 'rare', 'repeated'] as const;
/**
 * Why a pair has no noise floor: no other seed has been trained; both are seeds of one variant, and are the noise; both are of one run;
 * one comes from outside.
 */
export const floorGaps = ['oneSeed', 'sameVariant', 'sameRun', 'outside'] as const;

const figure = z.number().nullable();
const recordOf = <const K extends string>(keys: readonly K[]) =>
  z.object(Object.fromEntries(keys.map((key) => [key, figure])) as Record<K, typeof figure>);
export const wordFiguresSchema = recordOf(wordMeasures);
export const tableFiguresSchema = recordOf(tableMeasures);

/** A run's table: of the asked epoch, or the latest stored one before it; of the best epoch where none is asked. */
export const tableChoiceSchema = z.union([
  z.object({
    kind: z.literal('run'),
    runId: z.string(),
    branch: branchSchema,
    epoch: z.number().int().min(0).optional(),
  }),
  z.object({ kind: z.literal('snapshot'), snapshotId: z.string() }),
  z.object({ kind: z.literal('outside'), tableId: z.string() }),
]);
export type TableChoice = z.infer<typeof tableChoiceSchema>;

/** A comparison keeps all its tables in memory, and compares all pairs of seeds. */
export const mostSeeds = 32;
export const defaultSeeds = 8;

export const diffRequestSchema = z.object({
  tables: z.array(tableChoiceSchema).min(2).max(3),
  /** Of the tables, the one whose frame all are turned into; null: none is favoured (generalised Procrustes). */
  reference: z.number().int().min(0).max(2).nullable().default(null),
  /** The tables, or what training has added to them: E_T - E_0. */
  subject: z.enum(['table', 'movement']).default('table'),
  /** Every run has read a ranked word so often in training, after truncation. Default 200; lower so that at least 500 words stay. */
  minCount: z.number().int().min(1).max(1_000_000_000).optional(),
  /** Words that count as neighbours. Default 100, lowered alike; never above `minCount`. */
  minNeighbourCount: z.number().int().min(1).max(1_000_000_000).optional(),
  /** `mean`: the mean of the compared words is taken away before aligning. Neighbours and RSA always take rows as they are. */
  centring: z.enum(['mean', 'none']).default('mean'),
  /** Of each variant so many seeds at most, the shown one among them: for the noise floor and the reliability of the ranking. */
  seeds: z.number().int().min(1).max(mostSeeds).optional(),
});
export type DiffRequest = z.output<typeof diffRequestSchema>;

export const diffStartSchema = diffRequestSchema.extend({
  /** Somebody asked for it: it is kept and listed. Others are a cache, of which the latest stay. */
  isKept: z.boolean().default(true),
});
export type DiffStart = z.input<typeof diffStartSchema>;

export const diffJobSchema = jobOf('diff', {
  subject: z.object({
    /** Decided by what is compared and how: the same request has the same id, and is not computed twice. */
    diffId: z.string(),
    isKept: z.boolean(),
  }),
  phases: ['comparing'],
  /** It is saved: `diffs.get` has it. */
  result: z.null(),
});

export const diffTableSchema = z.object({
  kind: z.enum(['run', 'outside']),
  /** A run's name, or the outside table's. */
  name: z.string(),
  runId: z.string().nullable(),
  snapshotId: z.string().nullable(),
  tableId: z.string().nullable(),
  variant: z.enum(['A', 'B']).nullable(),
  seed: z.number().int().nullable(),
  branch: branchSchema.nullable(),
  epoch: z.number().int().nullable(),
  rows: z.number().int(),
  dims: z.number().int(),
  /** sha256 of its values, and of those before training where they are stored. */
  hash: z.string(),
  startHash: z.string().nullable(),
  /** Of the compared words, after centring. */
  frobenius: z.number(),
  /** Of the words' places on the sentiment axis with their log-odds in the labels, without the pole words. */
  axisCorrelation: figure,
  /** Names of the runs whose tables stand for it with other seeds. */
  otherSeeds: z.array(z.string()),
});

const reliabilitySchema = z.object({ mean: z.number(), least: z.number(), most: z.number() });

/**
 * Split-half reliability of the ranking by excess: Spearman's correlation of the rankings of two disjoint halves of the seeds, its mean
 * and range over `splits` ways to halve them. Of half the seeds: not stepped up by the Spearman-Brown formula.
 */
export const rankingReliabilitySchema = z.object({
  /** Of the first table's variant, and of the second's. */
  seeds: z.tuple([z.number().int(), z.number().int()]),
  splits: z.number().int(),
  measures: z.object(
    Object.fromEntries(wordMeasures.map((key) => [key, reliabilitySchema.nullable()])) as Record<
      WordMeasure,
      z.ZodNullable<typeof reliabilitySchema>
    >,
  ),
});

export const diffPairSchema = z.object({
  /** Indices into `tables`. */
  first: z.number().int(),
  second: z.number().int(),
  /** Two epochs of one run's table: compared as they are, without a rotation. */
  isSameFrame: z.boolean(),
  /** Length of the second table by that of the first. */
  lengthRatio: figure,
  figures: tableFiguresSchema,
  /** What unrelated tables of this size would give: of the second table's words in other orders. */
  chance: tableFiguresSchema,
  /**
   * Of the held-out cosine over random halves, and of `chance` over random orders: the standard deviation by the root of their number.
   * Null where a figure is exact; absent in comparisons of earlier versions.
   */
  standardErrors: z.object({ heldOutCosine: figure, chance: tableFiguresSchema }).optional(),
  /**
   * `sides`: means over pairs of two seeds of the first table's variant, and of the second's, null where it has one seed; `within`: the
   * mean of both; `across`: over pairs of the variants, with different seeds on both sides (two branches of one run are paired as they
   * are). Only what `across` shows beyond `within` is a difference of the variants.
   */
  floor: z
    .object({
      within: tableFiguresSchema,
      /** Absent in comparisons of earlier versions. */
      sides: z.tuple([tableFiguresSchema.nullable(), tableFiguresSchema.nullable()]).optional(),
      across: tableFiguresSchema,
      withinPairs: z.number().int(),
      acrossPairs: z.number().int(),
      /** Two seeds of a variant agree no better than chance: a ranking of words means nothing. */
      isAtChance: z.boolean(),
    })
    .nullable(),
  floorGap: z.enum(floorGaps).nullable(),
  /** Null with fewer than four seeds of a variant; absent in comparisons of earlier versions. */
  rankingReliability: rankingReliabilitySchema.nullable().optional(),
  /** What has to be known to read it, a sentence each. */
  notes: z.array(z.string()),
});

/** A comparison as it is saved. Alignments are fitted on the vocabulary, never on a sentence. */
export const diffSchema = z.object({
  diffId: z.string(),
  createdAt: z.string(),
  request: diffRequestSchema,
  tables: z.array(diffTableSchema),
  pairs: z.array(diffPairSchema),
  /** Ranked and measured. */
  words: z.number().int(),
  /** Ranked words and those that are only neighbours. */
  neighbourWords: z.number().int(),
  minCount: z.number().int(),
  minNeighbourCount: z.number().int(),
  /** The runs read little: the floors are below what was asked for. */
  isLowered: z.boolean(),
  dropped: z.array(
    z.object({
      reason: z.enum(dropReasons),
      count: z.number().int(),
      /** The first of them. */
      words: z.array(z.string()),
    }),
  ),
  neighbourCounts: z.array(z.number().int()),
  /** Words whose cosines RSA took; fewer than `words` in a large vocabulary. */
  rsaWords: z.number().int(),
  /** Of the common frame: its principal axes with their share of the variance, all of them. */
  axisShares: z.array(z.number()),
  /** Words that stand for either end of the sentiment axis. */
  poles: z.object({ positive: z.array(z.string()), negative: z.array(z.string()) }),
  /** Of halves, permutations and samples. */
  seed: z.number().int(),
  seconds: z.number(),
});
export type Diff = z.infer<typeof diffSchema>;

export const diffSummarySchema = diffSchema.pick({
  diffId: true,
  createdAt: true,
  request: true,
  tables: true,
  words: true,
  neighbourCounts: true,
});

export const diffWordSchema = z.object({
  word: z.string(),
  /** In the first table. */
  id: z.number().int(),
  /** How often the runs read it in training, the least of them; of the whole training split in comparisons of earlier versions. */
  count: z.number().int(),
  logOdds: figure,
  /** In the order of the diff's pairs. */
  pairs: z.array(
    wordFiguresSchema.extend({
      floor: z.object({ within: wordFiguresSchema, across: wordFiguresSchema }).nullable(),
    }),
  ),
  /** In the order of the diff's tables. */
  tables: z.array(
    z.object({
      /** How far training has moved it. */
      movement: figure,
      /** Less the mean of its ten nearest neighbours. */
      relativeMovement: figure,
      /** On the sentiment axis, above 0 towards positive. */
      axis: figure,
    }),
  ),
});
export type DiffWord = z.infer<typeof diffWordSchema>;

/** `change`: those that changed most first. */
export const diffOrders = ['change', 'same', 'frequent', 'rare', 'word'] as const;

export const diffWordsRequestSchema = z.object({
  diffId: z.string(),
  pair: z.number().int().min(0).default(0),
  measure: z.enum(wordMeasures).default('alignedCosine'),
  /** By the excess over the noise floor where there is one, else by the plain measure. */
  order: z.enum(diffOrders).default('change'),
  search: z.string().max(200).optional(),
  /** None but these: a selection. */
  only: z.array(z.string()).max(200_000).optional(),
  offset: z.number().int().min(0).default(0),
  count: z.number().int().min(1).max(1000).default(100),
});

/** One pair's measure of every word, in the order of `words`: for a scatter. */
export const diffColumnsSchema = z.object({
  words: z.array(z.string()),
  counts: z.array(z.number().int()),
  /** As it is measured. */
  values: z.array(figure),
  /** Turned so that more is more change: what `across` shows beyond `within`; null without a floor. */
  excess: z.array(figure).nullable(),
});

export const wordNeighboursSchema = z.object({
  word: z.string(),
  /** By table, nearest first, at most 50. */
  tables: z.array(
    z.array(
      z.object({
        word: z.string(),
        similarity: z.number(),
        /** Indices of the tables that have it among theirs: all is common, one is "only here". */
        tables: z.array(z.number().int()),
      }),
    ),
  ),
});

/** Rows in the common frame have a root mean square length of 1 in every table. */
export const diffProjectionSchema = z.object({
  words: z.array(z.string()),
  /** Shares of variance of the asked axes. */
  shares: z.array(z.number()),
  /** By table: row-major [words, axes], float32 little-endian, base64. */
  tables: z.array(z.string()),
  /** By table: the stored epoch that is shown; null for one from outside. */
  epochs: z.array(z.number().int().nullable()),
});

/**
 * A run's table keeps its frame while it is trained: other epochs are laid into the frame of a comparison by the map that was fitted at
 * the compared one.
 */
export const diffTrajectoriesSchema = z.object({
  /** Those of the asked words that are ranked. */
  words: z.array(z.string()),
  /** By table. One from outside stands still: its only epoch is null. */
  tables: z.array(
    z.object({
      epochs: z.array(z.number().int().nullable()),
      /** Row-major [words, epochs, axes], float32 little-endian, base64. */
      values: z.string(),
    }),
  ),
});

const similarWordSchema = z.object({ word: z.string(), similarity: z.number() });

/** The nearest words of one word by the cosine of rows as they are, which needs no alignment. */
export const neighbourChangesSchema = z.object({
  word: z.string(),
  /** So many nearest are held against each other. */
  k: z.number().int(),
  /** By table, each at the asked epoch and at the stored one before it. */
  tables: z.array(
    z.object({
      epoch: z.number().int().nullable(),
      /** Null: there is none before. */
      before: z.number().int().nullable(),
      stayed: z.array(similarWordSchema),
      entered: z.array(similarWordSchema),
      /** With the similarity that they have now. */
      left: z.array(similarWordSchema),
    }),
  ),
});

export const diffSentenceSchema = z.object({
  text: z.string(),
  label: z.number().int().nullable(),
  tokens: z.array(
    sentenceTokenSchema.extend({
      /** By table: whether it has a row for the word that training has touched; another row is not to be read. */
      isKnown: z.array(z.boolean()),
      /** By pair: cosine of the aligned rows, null where either is not known. */
      cosines: z.array(figure),
    }),
  ),
  padCount: z.number().int(),
  cutCount: z.number().int(),
  /** The frame's first axes with their share of the variance; raw columns where all tables are of one run's branch. */
  axes: z.array(z.object({ share: z.number() })),
  isAligned: z.boolean(),
  /** P99 of |value| over the compared words: one scale for all tables, and one for all differences. */
  tableScale: z.number(),
  differenceScale: z.number(),
  /** By table: row-major [tokens, axes], float32 little-endian, base64. */
  tables: z.array(z.string()),
  /** By pair: second minus first, alike. */
  differences: z.array(z.string()),
  /** What has to be known to read it, a sentence each. */
  notes: z.array(z.string()),
});

/** Test reviews that both runs of a pair have judged: columns of one length, ascending by row. */
export const reviewDifferencesSchema = z.object({
  /** Whose predictions are compared: those of the tables' own epochs. */
  epochs: z.tuple([z.number().int(), z.number().int()]),
  /** Indices in the dataset's full test split. */
  rows: z.array(z.number().int()),
  labels: z.array(z.number().int()),
  /** P(positive) of the pair's first and second run. */
  first: z.array(z.number()),
  second: z.array(z.number()),
  /**
   * Mean distance of the two tables' rows over what the model reads of a review, in the common frame, where rows have a root mean square
   * length of 1; null where no word is known to both.
   */
  distances: z.array(figure),
  /** Mean of them where the second table's words stand in another order: how far apart unrelated rows lie. */
  chanceDistance: figure,
  /** Tokens that the first run's model reads, and those of them that both tables know. */
  tokens: z.array(z.number().int()),
  known: z.array(z.number().int()),
  /** Of distances with |first - second|: Spearman's and Pearson's. */
  rankCorrelation: figure,
  correlation: figure,
  /** Indices into the columns, those first whose two ranks lie farthest apart: embeddings agree there ... */
  predictionsDiffer: z.array(z.number().int()),
  /** ... and here predictions do. */
  embeddingsDiffer: z.array(z.number().int()),
  notes: z.array(z.string()),
});
export type ReviewDifferences = z.infer<typeof reviewDifferencesSchema>;

export const outsideTableSchema = z.object({
  tableId: z.string(),
  name: z.string(),
  format: z.enum(['word2vec', 'glove', 'tsv']),
  rows: z.number().int(),
  dims: z.number().int(),
  /** Lines beyond the limit, repeated words. */
  leftOut: z.number().int(),
  createdAt: z.string(),
});
export type OutsideTable = z.infer<typeof outsideTableSchema>;

/** `leftOut` is of the file that was read. */
export const importedOutsideSchema = outsideTableSchema.extend({
  /** The same words and values were there before. */
  isKnown: z.boolean(),
  /** What has to be known of the file, a sentence each. */
  notes: z.array(z.string()),
});
export type ImportedOutside = z.infer<typeof importedOutsideSchema>;

export const diffExportFormats = ['json', 'csv', 'projector'] as const;

export const diffSentenceRequestSchema = z.object({
  diffId: z.string(),
  source: sentenceSourceSchema,
  /** Rows of this epoch, or of the latest stored one before it, in the frame and on the scales of the comparison. */
  epoch: z.number().int().min(0).optional(),
  /** `shown`: the first 32, as they are drawn; `all`: every axis, for exact numbers. */
  axes: z.enum(['shown', 'all']).default('shown'),
});

const diffId = z.object({ diffId: z.string() });
const tableId = z.object({ tableId: z.string() });
const epoch = z.number().int().min(0);
const projectedAxes = z.array(z.number().int().min(0)).min(1).max(3).default([0, 1]);
const ofPair = diffId.extend({ pair: z.number().int().min(0).default(0) });

export const diffCalls = {
  /** Compares two or three tables in a process of its own; one that was compared before is finished at once. */
  'diffs.start': { input: diffStartSchema, output: diffJobSchema },
  /** Those that are kept, newest first. */
  'diffs.list': { input: nothing, output: z.array(diffSummarySchema) },
  'diffs.get': { input: diffId, output: diffSchema },
  'diffs.words': {
    input: diffWordsRequestSchema,
    output: z.object({ total: z.number().int(), rows: z.array(diffWordSchema) }),
  },
  'diffs.columns': {
    input: ofPair.extend({
      measure: z.enum(wordMeasures).default('alignedCosine'),
    }),
    output: diffColumnsSchema,
  },
  'diffs.neighbours': {
    input: diffId.extend({ word: z.string().min(1).max(200) }),
    output: wordNeighboursSchema,
  },
  'diffs.projection': {
    input: diffId.extend({ axes: projectedAxes, epoch: epoch.optional() }),
    output: diffProjectionSchema,
  },
  /** Stored epochs by table; none of one from outside. */
  'diffs.epochs': { input: diffId, output: z.array(z.array(z.number().int())) },
  /** Words over all stored epochs, along axes of the common frame. */
  'diffs.trajectories': {
    input: diffId.extend({
      words: z.array(z.string().min(1).max(200)).max(20),
      axes: projectedAxes,
    }),
    output: diffTrajectoriesSchema,
  },
  'diffs.neighbourChanges': {
    input: diffId.extend({ word: z.string().min(1).max(200), epoch: epoch.optional() }),
    output: neighbourChangesSchema,
  },
  'diffs.reviews': {
    input: ofPair,
    output: reviewDifferencesSchema,
  },
  /** Of what is under way; whoever waits for the reviews hears `cancelled`. */
  'diffs.cancelReviews': {
    input: ofPair,
    output: done,
  },
  'diffs.sentence': { input: diffSentenceRequestSchema, output: diffSentenceSchema },
  /** `projector`: a pair of files for TensorBoard's projector, `PATH-vectors.tsv` and `PATH-metadata.tsv`. */
  'diffs.export': {
    input: diffId.extend({
      format: z.enum(diffExportFormats),
      path: z.string().min(1),
      isForced: z.boolean().default(false),
    }),
    output: z.object({ paths: z.array(z.string()), bytes: z.number().int() }),
  },
  'diffs.remove': { input: diffId, output: done },
  /** Of one that was removed since the program started. */
  'diffs.restore': { input: diffId, output: done },
} as const;

export const outsideTableCalls = {
  /** Tables of word vectors from outside, to compare with. */
  'outsideTables.list': { input: nothing, output: z.array(outsideTableSchema) },
  'outsideTables.import': {
    input: z.object({
      path: z.string().min(1),
      name: z.string().trim().min(1).max(200).optional(),
    }),
    output: importedOutsideSchema,
  },
  'outsideTables.remove': { input: tableId, output: done },
  'outsideTables.restore': { input: tableId, output: done },
} as const;

export const diffEvents = {
  /** Or a transplant between its tables. */
  'diffs.changed': diffId,
} as const;
