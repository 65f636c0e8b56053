import type { BaselineFit, BaselineReading } from './baseline.ts';
import type { StepFigure } from './metric.ts';
import type { Epoch, Plan, RunProgress } from './run.ts';
import type { RunConfig } from './run-config.ts';

/**
 * What the supervisor and a training child say to each other. The child never sees the database: reviews, checkpoints and
 * weights pass as files, named here by absolute paths.
 */
export type TrainJob = Readonly<{
  kind: 'train';
  runId: string;
  config: RunConfig;
  /** The stored plan on resume; null lets the child choose it. */
  plan: Plan | null;
  /** core/text/encoded-file.ts */
  dataPath: string;
  /** Names the subset and the hold-out. */
  datasetHash: string;
  /** Folder for `last.ckpt`, `best.weights`, `epoch-0.weights`; exists. */
  runFolder: string;
  /** Continue from `last.ckpt`. */
  isResume: boolean;
  /** Weights of another run, in this run's folder, that it starts from; new ones are drawn where it is left out. */
  startPath?: string;
  /** Seconds between checkpoints within an epoch; child/loop.ts has the default. */
  checkpointSeconds?: number;
  /** Cores to plan for where there is no plan yet; those of the machine where it is left out. */
  coreCount?: number;
}>;

/** Repeats a run's first steps from its configuration and stored plan, without writing anything. */
export type VerifyJob = Readonly<{
  kind: 'verify';
  runId: string;
  config: RunConfig;
  plan: Plan;
  dataPath: string;
  datasetHash: string;
  /** At least 1; they may reach into later epochs. */
  steps: number;
  /** As in `TrainJob`. */
  startPath?: string;
}>;

export type PredictJob = Readonly<{
  kind: 'predict';
  runId: string;
  config: RunConfig;
  plan: Plan | null;
  weightsPath: string;
  /** Encoded and padded, row-major [count, maxLength]. */
  ids: Int32Array;
  count: number;
}>;

/** The test reviews that a run uses: one pass with its weights, then one with each table in the place of one of its embeddings. */
export type EvaluateJob = Readonly<{
  kind: 'evaluate';
  runId: string;
  config: RunConfig;
  plan: Plan | null;
  dataPath: string;
  datasetHash: string;
  weightsPath: string;
  /** Of the tensor whose values the tables replace. */
  embedding: string;
  /** float32, in its shape. */
  tablePaths: readonly string[];
}>;

/** The bag-of-words baseline of a configuration (core/baseline); needs no backend. */
export type BaselineJob = Readonly<{
  kind: 'baseline';
  runId: string;
  config: RunConfig;
  reading: BaselineReading;
  dataPath: string;
  datasetHash: string;
}>;

/** Tries the native library: the process that loads it may be ended by it (a processor without AVX). */
export type ProbeJob = Readonly<{ kind: 'probe'; runId: string }>;

/** Times a few steps and evaluation batches of a run that is only planned, without writing anything. */
export type MeasureJob = Readonly<{
  kind: 'measure';
  runId: string;
  config: RunConfig;
  dataPath: string;
  datasetHash: string;
}>;

export type ChildJob =
  TrainJob | VerifyJob | PredictJob | EvaluateJob | BaselineJob | ProbeJob | MeasureJob;

export type ToChild =
  | Readonly<{ type: 'job'; job: ChildJob }>
  /** The epoch's rows are in the database; only then the checkpoint may move on to it. */
  | Readonly<{ type: 'stored'; epoch: number }>
  | Readonly<{ type: 'stop' }>
  | Readonly<{ type: 'pause' }>
  /** The end may leave out the train accuracy. */
  | Readonly<{ type: 'hurry' }>;

/** Metrics of successive steps of one epoch: parallel arrays. */
export type StepsBatch = Readonly<Record<StepFigure, Float32Array>> &
  Readonly<{
    epoch: number;
    steps: Int32Array;
    /** Seconds of training since the run's first start. */
    seconds: Float64Array;
  }>;

/** Every message carries the run and a number that grows by one. */
export type FromChild = Readonly<{ runId: string; seq: number }> & FromChildBody;

/** A sentence as its kind and its facts (core/wording/sayings.ts). */
export type Saying = Readonly<{ kind: string }>;

export type FromChildBody =
  | Readonly<{
      type: 'started';
      plan: Plan;
      parameters: number;
      tensorflow: string | null;
      tfjs: string;
      stepsPerEpoch: number;
      /** Rows of the splits actually used, after limit and hold-out. */
      counts: { train: number; validation: number; test: number };
    }>
  /** A sign of life, with what has come since the last one: one message for all, since each costs training time. */
  | Readonly<{ type: 'news'; steps: StepsBatch | null; progress: RunProgress | null }>
  | Readonly<{ type: 'log'; level: 'info' | 'warning' | 'error'; saying: Saying }>
  /** Sent for epoch 0 too (before training), without figures: its weights file holds the embedding tables of epoch 0. */
  | Readonly<{
      type: 'epoch';
      epoch: number;
      figures: Epoch | null;
      isBest: boolean;
      /** Weights after this epoch (child/checkpoint.ts format), stays until the next epoch message. */
      weightsPath: string;
      /** Probabilities over the dataset's test rows `testRows` (indices in the full split); null for epoch 0. */
      test: { rows: Int32Array; probabilities: Float32Array } | null;
      validation: { rows: Int32Array; probabilities: Float32Array } | null;
      /** Resident memory of the child, and tensors that its backend holds. */
      memoryBytes: number;
      tensorCount?: number;
    }>
  | Readonly<{
      type: 'ended';
      state: 'finished' | 'stopped' | 'paused' | 'diverged' | 'failed';
      reason: Saying | null;
      weightsHash: string | null;
      bestWeightsHash: string | null;
      bestTrainAccuracy: number | null;
      lastTrainAccuracy: number | null;
    }>
  | Readonly<{ type: 'predicted'; probabilities: Float32Array }>
  /** How much of the passes is done, from 0 to 1. */
  | Readonly<{ type: 'evaluating'; share: number }>
  /** By weights; `rows` of the full test split. */
  | Readonly<{
      type: 'evaluated';
      rows: Int32Array;
      passes: readonly Readonly<{ accuracy: number; loss: number; probabilities: Float32Array }>[];
    }>
  /** `test`: rows of the full split, and P(positive) of each. */
  | (BaselineFit &
      Readonly<{
        type: 'baseline';
        seconds: number;
        test: { rows: Int32Array; probabilities: Float32Array };
      }>)
  /** By step, and the hash of the weights after the last one. */
  | Readonly<{
      type: 'verified';
      loss: Float32Array;
      gradientNorm: Float32Array;
      weightsHash: string;
      tensorflow: string | null;
    }>
  /** Samples a second after the graphs are prepared; the process's peak of resident memory. */
  | Readonly<{
      type: 'measured';
      backend: Plan['backend'];
      trainSamplesPerSecond: number;
      evalSamplesPerSecond: number;
      memoryBytes: number;
    }>
  /** `tensorflow` is null where the native library is not to be had, for this reason. */
  | Readonly<{ type: 'probed'; tensorflow: string | null; tfjs: string; reason: string | null }>;
