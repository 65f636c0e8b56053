import { z } from 'zod';

import { flipSchema } from './comparison.ts';
import { bestOrLast, experimentId, nothing, runIds } from './input.ts';
import { runStateSchema } from './run.ts';
import { marginPointsSchema } from './settings.ts';
import { slurmTaskSchema } from './slurm-task.ts';

export const experimentKinds = ['pair', 'seeds', 'series', 'grid', 'mixed'] as const;
export type ExperimentKind = (typeof experimentKinds)[number];

/** Runs that were started together. */
export const experimentSchema = z.object({
  experimentId: z.string(),
  name: z.string(),
  /** A person gave the name; otherwise it is made of its runs. */
  isNamed: z.boolean(),
  createdAt: z.string(),
  /** By what differs between its runs; `seeds`: several seeds of two configurations, `series`: of one. */
  kind: z.enum(experimentKinds),
  dataset: z.string(),
  datasetName: z.string(),
  /** In the order in which they were started; without those in the trash. */
  runs: z.array(
    z.object({
      runId: z.string(),
      name: z.string(),
      state: runStateSchema,
      variant: z.enum(['A', 'B']).nullable(),
      seed: z.number().int(),
      /** On the test split, at the lowest validation loss. */
      accuracy: z.number().nullable(),
      /** Of a run that was sent to Slurm. */
      slurm: slurmTaskSchema.optional(),
    }),
  ),
  seeds: z.array(z.number().int()),
  /** How often its result is looked at, planned before the start. */
  looks: z.number().int(),
  /** Half width of the band that is too small to matter, fixed before the start; null for experiments of older versions. */
  marginPoints: z.number().nullable(),
});
export type Experiment = z.infer<typeof experimentSchema>;

const intervalSchema = z.tuple([z.number(), z.number()]);

const inferenceSchema = z.object({
  interval95: intervalSchema,
  interval90: intervalSchema,
  p: z.number(),
});

/** docs/statistics.md has the states and their sentences. */
export const verdictSchema = z.object({
  state: z.enum([
    'better',
    'ahead',
    'aheadBelowMargin',
    'alike',
    'leaning',
    'open',
    'tooFewSeeds',
    'notComparable',
    /** Not all of the planned pairs have finished. */
    'pending',
  ]),
  sentence: z.string(),
  ahead: z.enum(['first', 'second']).nullable(),
  /** Mean over seeds of how far the second side is better than the first: of accuracy a fraction; of loss and Brier score first minus second. */
  difference: z.number().nullable(),
  /** The same, second minus first in every measure: above 0 the second side has the higher accuracy, loss or Brier score. */
  secondMinusFirst: z.number().nullable(),
  /** Over seeds, on these reviews; around `difference`, with the coverage that this look asks for. */
  interval95: intervalSchema.nullable(),
  /** Of `interval95`: 0.95 where one look was planned, more at an early look of several. */
  coverage: z.number().nullable(),
  interval90: intervalSchema.nullable(),
  p: z.number().nullable(),
  /** The same over seeds and reviews (two crossed random effects); null where the scores of single reviews are not known. */
  twoWay: inferenceSchema.nullable(),
  /** Over what `state` generalises: new seeds on these reviews, or new seeds and new reviews where that interval is wider by a tenth. */
  generalises: z.enum(['seeds', 'seedsAndReviews']),
  /** Where pairs were added after a look: how likely a difference is found by then where there is none; else null. */
  attainedError: z.number().nullable(),
  /** Half width of the band that is too small to matter, in the unit of `difference`; 0 where there is none. */
  margin: z.number(),
  /** Paired seeds. */
  seeds: z.number().int(),
  /** A number above `planned`: pairs were added after a look. */
  look: z.object({ number: z.number().int(), planned: z.number().int() }),
  /** Where the band comes from: fixed before the start of the experiment, set after its runs had started, only tried, or from a bundle without a plan. */
  marginFrom: z.enum(['plan', 'settings', 'whatIf', 'unknown']),
});
export type Verdict = z.infer<typeof verdictSchema>;

const sideSchema = z.object({ name: z.string(), runIds: z.array(z.string()) });
const bothSides = <T extends z.ZodType>(value: T) => z.tuple([value, value]);

const levelsSchema = z.object({ embedding: z.boolean(), padding: z.boolean(), head: z.boolean() });
const termTestSchema = z.object({
  standardError: z.number(),
  interval: intervalSchema.readonly(),
  p: z.number(),
  /** Holm, over the seven terms. */
  adjustedP: z.number(),
  shareInterval: intervalSchema.readonly(),
});
const { standardError, interval, p, adjustedP, shareInterval } = termTestSchema.shape;

/** Every test is by Student's t over complete seeds; null below two of them, and for an effect that is the same in each, 0 too. */
export const factorialSchema = z.object({
  terms: z
    .array(
      z.object({
        name: z.string(),
        /** Accuracy at B's level minus accuracy at A's, a fraction; of an interaction, how much more the factors do together. */
        effect: z.number(),
        standardError: standardError.nullable(),
        interval: interval.nullable(),
        p: p.nullable(),
        adjustedP: adjustedP.nullable(),
        /** What it adds to B minus A; the shares sum to `difference`. */
        share: z.number(),
        shareInterval: shareInterval.nullable(),
        /** The same test again, under its older key. */
        overSeeds: termTestSchema.nullable(),
      }),
    )
    .readonly(),
  /** Each factor at the four combinations of the others; true is B's level, and the factor's own level means nothing. */
  simpleEffects: z
    .array(
      z.object({
        factor: z.enum(['embedding', 'padding', 'head']),
        at: levelsSchema,
        effect: z.number(),
        interval: intervalSchema.readonly().nullable(),
      }),
    )
    .readonly(),
  difference: z.number(),
  interval: intervalSchema.readonly().nullable(),
  /** `interval` again, under its older key. */
  intervalOverSeeds: intervalSchema.readonly().nullable(),
  /** Of Student's t: complete seeds minus one. */
  degreesOfFreedom: z.number().int(),
  /** Seeds with a run in each of the eight cells. */
  blocks: z.number().int(),
  /** Seeds that have no part in it, with the cells in which they lack a run. */
  leftOut: z
    .array(z.object({ seed: z.number().int(), missing: z.array(levelsSchema).readonly() }))
    .readonly(),
  /** Of these cells, those whose finished run is in the trash: it need not be trained again. */
  leftOutInTrash: z
    .array(levelsSchema.extend({ seed: z.number().int(), runId: z.string(), name: z.string() }))
    .readonly(),
  /** `residualDeviation` of the pooled model again, under its older key. */
  residualDeviation: z.number().nullable(),
  /** One error variance for all terms. It judges nothing: where cells are near copies, its intervals are too narrow. */
  pooled: z
    .object({
      terms: z
        .array(
          z.object({
            name: z.string(),
            standardError: z.number(),
            interval: intervalSchema.readonly(),
          }),
        )
        .readonly(),
      /** Of B minus A. */
      interval: intervalSchema.readonly(),
      /** Standard deviation of one run without what its seed explains. */
      residualDeviation: z.number(),
      degreesOfFreedom: z.number().int(),
      blocks: z.number().int(),
    })
    .nullable(),
  /** Finished ones, those of incomplete seeds too. */
  runs: z.number().int(),
  /** Of those that were planned with them, so many may still finish, or are not here: until then no term is settled. */
  pending: z.number().int(),
  /** So many of these are not in this data folder. */
  notHere: z.number().int(),
  /** Starts that these runs came from; one look is planned, after all of the first. */
  look: z.object({ number: z.number().int(), planned: z.number().int() }),
});
export type Factorial = z.infer<typeof factorialSchema>;

const agreementSchema = z.object({
  /** Two seeds of one side. */
  within: bothSides(z.number().nullable()),
  /** One run of each side, of different seeds: what `within` can be held against. */
  between: z.number(),
  /** One run of each side, of the same seed. */
  sameSeed: z.number(),
});

/** Mean and standard deviation of the number of stable disagreements over ways to make two sides of the same models. */
const divisionsSchema = z.object({ mean: z.number(), sd: z.number() });

const expectedFlipsSchema = divisionsSchema.extend({
  /** Ways to exchange the two models of a seed, with the actual one, which the mean leaves out. */
  divisions: z.number(),
  /** Share of them with at least as many stable disagreements as the actual one. */
  p: z.number(),
  /** So many seeds of one side against as many others of the same side. */
  within: z.object({
    seeds: z.number().int(),
    first: divisionsSchema,
    second: divisionsSchema,
    /** The larger of both: most that is expected where the two sides differ in seed noise alone. */
    limit: z.number(),
  }),
  /** There are more than seeds alone lead to: p is at most 0.05, and so is that of as many where `within.limit` are expected (Poisson). */
  isFinding: z.boolean(),
});

/** What may be said of two configurations from paired seeds. */
export const judgementSchema = z.object({
  runIds: z.array(z.string()),
  weights: bestOrLast,
  /** Null where the runs are not of two configurations. */
  sides: bothSides(sideSchema).nullable(),
  /** Fields of the configuration in which the two sides differ, also where these are compared under several settings. */
  differingSettings: z.array(z.string()).default([]),
  /** About accuracy on the test split. */
  verdict: verdictSchema,
  /** Lower is better: the sign is turned, so that above 0 the second is better. */
  loss: verdictSchema.nullable(),
  brier: verdictSchema.nullable(),
  /** Accuracy again, with the other weights. */
  beside: z.object({ weights: bestOrLast, verdict: verdictSchema }).nullable(),
  seeds: z.array(
    z.object({
      seed: z.number().int(),
      runIds: bothSides(z.string()),
      accuracies: bothSides(z.number()),
      losses: bothSides(z.number()),
      briers: bothSides(z.number()),
      /** Accuracy, second minus first. */
      difference: z.number(),
    }),
  ),
  pairs: z.object({
    planned: z.number().int(),
    /** Planned, not finished, and may still finish. */
    pending: z.number().int(),
    /** Finished, but not among the runs given. */
    leftOut: z.number().int(),
    /** Finished, but a run of it is in the trash. */
    inTrash: z.number().int(),
    /** Finished after the last planned look, and not counted before the next one. */
    later: z.number().int(),
    /** Of which a run is not in this data folder, although it has finished or may finish: nothing is judged without them. */
    notHere: z.number().int(),
  }),
  /** What the verdict would be with the finished pairs that are in the trash, and which runs to bring back; null where there are none. */
  withTrash: z.object({ sentence: z.string(), runIds: z.array(z.string()) }).nullable(),
  /** Planned runs of the same experiments that have no part in it: not finished, in the trash, or not in this data folder. */
  missing: z.array(
    z.object({
      runId: z.string(),
      name: z.string(),
      state: runStateSchema,
      isInTrash: z.boolean(),
      /** False where it stayed behind when a bundle was written; its state is of that time. */
      isHere: z.boolean(),
      variant: z.enum(['A', 'B']).nullable(),
      seed: z.number().int(),
    }),
  ),
  /** False where they came with a bundle of an older version, which says nothing of runs that stayed behind. */
  isPlanKnown: z.boolean(),
  /** Of two models under different settings in the same experiments; one where this is the only one. */
  comparisons: z.number().int(),
  /** All that were planned, with those that were added. */
  plannedRuns: z.number().int(),
  /** Whose runs these are, where all are of one. */
  experimentId: z.string().nullable(),
  /** Of the accuracies of the two sides over seeds. */
  correlation: z.number().nullable(),
  /** Both seeds and reviews as samples (two crossed random effects), at the coverage of the verdict. */
  twoWay: inferenceSchema
    .extend({
      difference: z.number(),
      /** `interval95`, by its older name. */
      interval: intervalSchema,
    })
    .nullable(),
  /** The same by a percentile multi-bootstrap (Sellam et al. 2021): below about ten seeds its interval is far too narrow. */
  bootstrap: z.object({ difference: z.number(), interval: intervalSchema }).nullable(),
  /**
   * How many would show a difference, or that it lies within the margin, in four of five such experiments if mean and spread are as
   * now; 0: that is shown already; null: very many.
   */
  morePairs: z.union([z.number().int(), z.literal('unknown')]).nullable(),
  /** The same with the standard deviation at the ends of its 80 % interval; its end is null where that is very many. */
  morePairsRange: z.tuple([z.number().int(), z.number().int().nullable()]).nullable(),
  /** How likely a difference is found by then where there is none, if these pairs are all added at once; null where they are planned. */
  morePairsRisk: z.number().nullable(),
  /** Student's t: how many standard errors of the mean over these pairs a 95 % interval reaches; null below two. */
  criticalT: z.number().nullable(),
  /**
   * Of the differences over seeds: their skewness, null below 22, which cannot show it; and how often the interval calls equal variants
   * different at that skewness, or at 1 where it is not known. Null without an interval.
   */
  skewness: z.object({ value: z.number().nullable(), error: z.number() }).nullable(),
  /** An epoch was chosen by the split that is reported. */
  isTestChosen: z.boolean(),
  /** Of the training sample and the hold-out: one for all seeds, one for each, both among these runs; `none`: nothing is drawn. */
  trainingDraw: z.enum(['none', 'fixed', 'seed', 'mixed']),
  /** Test reviews that all of them judge. */
  rows: z.number().int(),
  /** Two seeds of one side beside a pair of both. */
  agreement: z
    .object({
      /** Share of reviews that two trained models judge differently. */
      disagreement: agreementSchema,
      /** Mean absolute difference of accuracies. */
      accuracy: agreementSchema,
    })
    .nullable(),
  /** Reviews that flip the same way with every seed; probabilities are means over seeds. */
  stableFlips: z.array(flipSchema),
  /** How many such reviews seeds alone lead to; null below two paired seeds. */
  expectedStableFlips: expectedFlipsSchema.nullable(),
  /** Where two models are trained under several settings: a verdict for each of these. */
  strata: z
    .array(
      z.object({
        /** "rate 0.001" */
        name: z.string(),
        runIds: z.array(z.string()),
        sides: bothSides(z.string()),
        /** Leans at most where p does not stand up to the number of comparisons. */
        verdict: verdictSchema,
        /** Holm, over all of them. */
        adjustedP: z.number().nullable(),
      }),
    )
    .nullable(),
  /** Of a full grid of the three factors. */
  factorial: factorialSchema.nullable(),
});
export type Judgement = z.infer<typeof judgementSchema>;

/** Two configurations that were compared, on the list of what has been answered. */
export const answerSchema = z.object({
  experimentId: z.string(),
  name: z.string(),
  createdAt: z.string(),
  /** Those that are here and have finished. */
  runIds: z.array(z.string()),
  /** Of its runs that are here. */
  planned: z.number().int(),
  /** A run of it waits or trains. */
  isUnderway: z.boolean(),
  /** Without single reviews; null where it was not asked for, or its files are damaged. */
  judgement: judgementSchema.nullable(),
  /** Accuracy of the bag of words that reads what all of its runs read, once it is trained. */
  bagOfWords: z.number().nullable(),
});
export type Answer = z.infer<typeof answerSchema>;

export const experimentCalls = {
  'experiments.list': { input: nothing, output: z.array(experimentSchema) },
  /** Of the newest experiments those that compare two configurations, and what may be said of the first so many. */
  'experiments.answers': {
    input: z.object({ judged: z.number().int().min(0).max(50) }),
    output: z.array(answerSchema),
  },
  'experiments.get': { input: experimentId, output: experimentSchema },
  /** Of any runs: two configurations (or the whole grid) over several seeds. */
  'experiments.judge': {
    input: z.object({
      runIds: z.array(z.string()).min(2).max(200).readonly(),
      weights: bestOrLast.default('best'),
      /** What if that had been the band. */
      marginPoints: marginPointsSchema.optional(),
    }),
    output: judgementSchema,
  },
  /** Queues every configuration of an experiment with more seeds, behind those it has. */
  'experiments.extend': {
    input: experimentId.extend({ seedCount: z.number().int().min(1).max(12) }),
    output: experimentSchema,
  },
  /** Takes back runs that were added to an experiment. */
  'experiments.retract': { input: runIds, output: runIds },
} as const;
