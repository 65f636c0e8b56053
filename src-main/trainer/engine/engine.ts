import type { Plan } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';

/** A weight or an optimiser slot; names, order and shapes as core/model/weight-layout.ts has them. */
export type TensorData = Readonly<{ name: string; shape: readonly number[]; values: Float32Array }>;

export type TrainBatch = Readonly<{
  /** [count, maxLength], row-major. */
  ids: Int32Array;
  /** [count], 0 or 1. */
  labels: Float32Array;
  count: number;
}>;
export type EvaluationBatch = Omit<TrainBatch, 'labels'>;

export type StepResult = Readonly<{
  /** Binary cross-entropy, mean over the batch, with dropout. */
  loss: number;
  /** Reviews classified right, with dropout. */
  correct: number;
  /** Euclidean norm of all gradients together, before clipping. */
  gradientNorm: number;
  /** The first layer whose output was not finite; null where every one was, or where the backend does not look. */
  brokenLayer: string | null;
}>;

/** A model with its weights and optimiser. `step` counts from 1 over the whole run and decides dropout and Adam's correction. */
export interface Engine {
  readonly backend: Plan['backend'];
  trainStep: (batch: TrainBatch, step: number) => StepResult | Promise<StepResult>;
  /** Reviews in one evaluation from which on more are no faster. */
  readonly evaluationBatch: number;
  /** Logits [count], without dropout. */
  evaluate: (batch: EvaluationBatch) => Float32Array | Promise<Float32Array>;
  readWeights: () => TensorData[];
  /** Adam's first and second moments, named `WEIGHT/m` and `WEIGHT/v`. */
  readOptimizer: () => TensorData[];
  /** Without `optimizer` the moments start at zero. */
  load: (weights: readonly TensorData[], optimizer?: readonly TensorData[]) => void;
  /** Resident memory of the process. */
  memoryBytes: () => number;
  /** Tensors that the backend holds between steps: constant, or something leaks. */
  tensorCount: () => number;
  dispose: () => void;
}

export type CreateEngine = (
  config: RunConfig,
  plan: Plan,
  initial: readonly TensorData[],
) => Promise<Engine>;
