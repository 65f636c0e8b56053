import { z } from 'zod';

import { hasControls, nameSchema } from './name.ts';

import { besideBaselineSchema } from './baseline.ts';
import { comparisonSchema } from './comparison.ts';
import {
  judgedReviewsSchema,
  occlusionSchema,
  runRankingSchema,
  weightsChoiceSchema,
} from './evaluation.ts';
import { bestOrLast, datasetId, runId, runIds } from './input.ts';
import { curveSchema, curvesRequestSchema, eachEpochFigure, figuresSchema } from './metric.ts';
import { runConfigInputSchema, runConfigSchema } from './run-config.ts';
import { sentenceSourceSchema } from './snapshot.ts';
import { startSchema } from './start.ts';
import { slurmTaskSchema } from './slurm-task.ts';

export const runStates = [
  'queued',
  'running',
  'paused',
  'stopped',
  'finished',
  'diverged',
  'failed',
  'interrupted',
] as const;
export const runStateSchema = z.enum(runStates);
export type RunState = z.infer<typeof runStateSchema>;

/** States in which `resume` goes on from the last checkpoint. */
export const resumableStates: readonly RunState[] = [
  'paused',
  'stopped',
  'diverged',
  'failed',
  'interrupted',
];

/** One complete epoch, counted from 1. Loss and accuracy as taken during the epoch, with dropout, averaged over samples. */
export const epochSchema = z.object({
  epoch: z.number().int(),
  ...eachEpochFigure(() => z.number()),
  trainSeconds: z.number(),
  evalSeconds: z.number(),
  trainSamplesPerSecond: z.number(),
  evalSamplesPerSecond: z.number(),
});
export type Epoch = z.infer<typeof epochSchema>;

/** `best` and `last`; trainAccuracy (a pass without dropout) is there once the run has ended. */
export const markedEpochSchema = epochSchema.extend({ trainAccuracy: z.number().nullable() });
export type MarkedEpoch = z.infer<typeof markedEpochSchema>;

export const planSchema = z.object({
  backend: z.enum(['native', 'wasm']),
  intraOpThreads: z.number().int(),
  interOpThreads: z.number().int(),
  /** Time steps a chunk, by part of the graph. */
  lstmChunk: z.number().int(),
  convChunk: z.number().int(),
  flattenChunk: z.number().int(),
  /** `steps`: LSTMBlockCellGrad a step; `block`: BlockLSTMGrad as a whole; `unrolled`: plain ops (relu). */
  lstmBackward: z.enum(['steps', 'block', 'unrolled']),
});
export type Plan = Readonly<z.infer<typeof planSchema>>;

export const versionsSchema = z.object({
  twofold: z.string(),
  tensorflow: z.string().nullable(),
  tfjs: z.string(),
  node: z.string(),
  /** Of our own numeric code (trainer/engine-version.ts). Not there for runs of older versions, nor for what these began. */
  engine: z.number().int().optional(),
  /** On which it was trained last: "AMD EPYC 7B13, 2 cores, linux x64". Not there for runs of older versions. */
  machine: z.string().optional(),
});

export const runProgressSchema = z.object({
  epoch: z.number().int(),
  step: z.number().int(),
  stepsPerEpoch: z.number().int(),
  loss: z.number().nullable(),
  samplesPerSecond: z.number().nullable(),
  /** At most this long (all epochs), null until 5 steps are measured. */
  secondsLeft: z.number().nullable(),
  phase: z.enum(['preparing', 'training', 'evaluating', 'finishing']),
  at: z.string(),
  /** The child has said nothing since then, for much longer than a batch takes: "not responding". */
  silentSince: z.string().optional(),
});
export type RunProgress = z.infer<typeof runProgressSchema>;

/** A word or a few, without commas: lists of tags are written with them. */
export const tagSchema = z
  .string()
  .trim()
  .min(1)
  .max(50)
  .regex(/^[^,]*$/)
  .refine((tag) => !hasControls(tag));
export const noteSchema = z.string().max(10_000);

/** How an estimate came about, the surest first. */
export const estimateBases = ['probed', 'measured', 'assumed'] as const;

/** What a run is expected to take. */
export const expectedSchema = z.object({
  secondsPerEpoch: z.number(),
  peakMemoryBytes: z.number(),
  diskBytes: z.number(),
  /**
   * `probed`: from a short measurement of a run with these settings; `measured`: from a finished run of this machine, scaled by
   * arithmetic; `assumed`: from the machine's cores alone.
   */
  basis: z.enum(estimateBases),
});
export type Expected = z.infer<typeof expectedSchema>;

export const runSchema = z.object({
  runId: z.string(),
  name: z.string(),
  /** In the order in which they were given. */
  tags: z.array(z.string()),
  note: z.string(),
  isFavourite: z.boolean(),
  state: runStateSchema,
  /** Why it ended as it did: one sentence; null while it runs and after a plain finish. */
  reason: z.string().nullable(),
  /** What kind of reason that is; `text`: an error in the words in which it was stored. */
  reasonKind: z.string().nullable(),
  /** The dataset's id. */
  dataset: z.string(),
  datasetName: z.string(),
  datasetHash: z.string(),
  variant: z.enum(['A', 'B']).nullable(),
  config: runConfigSchema,
  parameters: z.number().int(),
  plan: planSchema.nullable(),
  backend: z.enum(['native', 'wasm']).nullable(),
  versions: versionsSchema.nullable(),
  /** Runs started together (a pair) share it. */
  experimentId: z.string().nullable(),
  /** That a person gave it; null where it is made of its runs, or there is none. */
  experimentName: z.string().nullable(),
  /** 0: planned at the experiment's start; 1, 2 ...: added afterwards. */
  experimentRound: z.number().int(),
  /** So many runs were planned with it that are not in this data folder. */
  experimentAbsent: z.number().int(),
  /** Index into the run colours, stored with the run. */
  colourSlot: z.number().int(),
  epochs: z.array(epochSchema),
  best: markedEpochSchema.nullable(),
  last: markedEpochSchema.nullable(),
  weightsHash: z.string().nullable(),
  bestWeightsHash: z.string().nullable(),
  progress: runProgressSchema.nullable(),
  request: z.enum(['stop', 'pause']).nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** Seconds spent training and evaluating, over all resumes. */
  trainedSeconds: z.number(),
  diskBytes: z.number(),
  /** The training process's peak of resident memory, null before the first epoch. */
  memoryBytes: z.number().nullable(),
  /** What was expected at the start; null for runs of older versions. */
  expected: expectedSchema.nullable(),
  deletedAt: z.string().nullable(),
  /** Of a run that was sent to Slurm. */
  slurm: slurmTaskSchema.optional(),
});
export type Run = z.infer<typeof runSchema>;

/** A row of the runs table: everything but the epochs' list. */
export const runSummarySchema = runSchema.omit({ epochs: true }).extend({
  epochCount: z.number().int(),
  /** The best value of each metric over all epochs; null where no epoch has one. */
  extremes: z.object(eachEpochFigure(() => z.number().nullable())),
  /** What `runs.figures` says of it, where somebody asked. */
  figures: figuresSchema.optional(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const logLineSchema = z.object({
  at: z.string(),
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
});

export const estimateSchema = expectedSchema.extend({
  machineMemoryBytes: z.number(),
  diskFreeBytes: z.number(),
});
export type Estimate = z.infer<typeof estimateSchema>;

export const textPredictionSchema = z.object({
  probability: z.number(),
  /** The prediction, 0 or 1. */
  label: z.number().int(),
  tokens: z.array(z.object({ word: z.string(), id: z.number().int(), oov: z.boolean() })),
});

export const runCalls = {
  'runs.list': {
    input: z.object({
      isTrash: z.boolean().optional(),
      /** Only these, as far as they are there. */
      runIds: z.array(z.string()).max(1000).readonly().optional(),
      /** A page: the newest so many. */
      limit: z.number().int().min(1).max(1000).optional(),
      /** Only runs that came to be before this one, in the trash or not: the last of the page before. */
      before: z.string().optional(),
    }),
    output: z.array(runSummarySchema),
  },
  /** From the predictions of their best epochs, by run; reading them takes some milliseconds a run the first time. */
  'runs.figures': {
    input: z.object({ runIds: z.array(z.string()).max(1000).readonly() }),
    output: z.record(z.string(), figuresSchema),
  },
  'runs.get': { input: runId, output: runSchema },
  /** Queues one run for each configuration; several share an experiment (a pair). */
  'runs.start': {
    input: startSchema.extend({ configs: z.array(runConfigInputSchema).min(1).max(100) }),
    output: z.array(runSummarySchema),
  },
  'runs.stop': { input: runId, output: runSummarySchema },
  'runs.pause': { input: runId, output: runSummarySchema },
  'runs.resume': { input: runId, output: runSummarySchema },
  'runs.rename': {
    input: runId.extend({ name: nameSchema }),
    output: runSummarySchema,
  },
  /** Gives tags to runs and takes others away; a run that has a tag already keeps its place. */
  'runs.tag': {
    input: runIds.extend({
      add: z.array(tagSchema).max(50).readonly().optional(),
      remove: z.array(tagSchema).max(50).readonly().optional(),
    }),
    output: z.array(runSummarySchema),
  },
  /** Drops embedding tables but for epoch 0, best and last, and every n-th; a trial only tells what would go. */
  'runs.thinSnapshots': {
    input: runId.extend({
      every: z.number().int().min(2).max(10_000).nullable().optional(),
      isTrial: z.boolean().optional(),
    }),
    output: z.object({ epochs: z.array(z.number().int()), bytes: z.number() }),
  },
  /** What a limit for the embedding tables of all runs (settings' `snapshotLimitBytes`) would drop at once: runs' epochs, bytes. */
  'runs.snapshotsBeyond': {
    input: z.object({ limitBytes: z.number().int().min(0) }),
    output: z.object({ epochs: z.number().int(), bytes: z.number() }),
  },
  /** An empty note takes it away. */
  'runs.note': { input: runId.extend({ note: noteSchema }), output: runSummarySchema },
  'runs.favourite': {
    input: runIds.extend({ isFavourite: z.boolean() }),
    output: z.array(runSummarySchema),
  },
  'runs.remove': { input: runIds, output: z.object({ runIds: z.array(z.string()).readonly() }) },
  'runs.restore': { input: runIds, output: z.object({ runIds: z.array(z.string()).readonly() }) },
  'runs.curves': { input: curvesRequestSchema, output: z.array(curveSchema) },
  'runs.log': { input: runId, output: z.array(logLineSchema) },
  'runs.estimate': {
    input: datasetId.extend({ config: runConfigInputSchema }),
    output: estimateSchema,
  },
  /** Times a few steps of a planned run, in a process of its own: seconds to a minute. Not while a run trains. */
  'runs.probe': {
    input: datasetId.extend({ config: runConfigInputSchema }),
    output: estimateSchema,
  },
  'runs.predict': {
    input: runId.extend({ text: z.string().max(200_000), weights: bestOrLast }),
    output: textPredictionSchema,
  },
  'runs.compare': {
    input: z.object({
      runIds: z.array(z.string()).min(2).max(50).readonly(),
      weights: weightsChoiceSchema.default('best'),
    }),
    output: comparisonSchema,
  },
  /** Of runs that have judged their reviews; the others are left out. */
  'runs.rankings': {
    input: z.object({
      runIds: z.array(z.string()).min(1).max(50).readonly(),
      weights: weightsChoiceSchema.default('best'),
    }),
    output: z.array(runRankingSchema),
  },
  'runs.reviews': {
    input: runId.extend({ weights: weightsChoiceSchema.default('best') }),
    output: judgedReviewsSchema,
  },
  'runs.occlusion': {
    input: runId.extend({
      source: sentenceSourceSchema,
      weights: bestOrLast.default('best'),
    }),
    output: occlusionSchema,
  },
  /** Trained where it is not there yet: seconds, in a process of its own. */
  'runs.baselines': {
    input: z.object({
      runIds: z.array(z.string()).min(1).max(200).readonly(),
      weights: weightsChoiceSchema.default('best'),
    }),
    output: z.array(besideBaselineSchema),
  },
} as const;

export const runEvents = {
  'runs.changed': runId,
  'metrics.appended': runId,
} as const;
