import { fieldsOf, numberBounds, type ConfigFieldName } from '#contract/config-fields.ts';
import type { RunConfig } from '#contract/run-config.ts';

import {
  convPositions,
  embeddingBranches,
  hasCnn,
  hasLstm,
  layerParameters,
  type ModelShape,
} from './shapes.ts';

/** Reviews of one epoch. `evaluated`: validation and test, once where they are the same. */
export type EpochCounts = Readonly<{ train: number; evaluated: number }>;

/** A finished run of this machine on the same backend, or a short measurement of a planned one. */
export type Measured = Readonly<{
  shape: RunConfig;
  trainSamplesPerSecond: number;
  evalSamplesPerSecond: number;
  /** The training process's peak. */
  memoryBytes: number;
}>;

/**
 * Multiplications and additions of one review. The convolution's gradient is taken at the winning positions only, which costs next
 * to nothing; the LSTM's costs twice its forward pass.
 */
export function flopsPerReview(shape: ModelShape): Readonly<{ train: number; evaluate: number }> {
  const { embeddingDim: e, hiddenUnits: h, filters: f, kernelSize: k, maxLength: t } = shape;
  const conv = hasCnn(shape) ? 2 * k * e * f * convPositions(shape) : 0;
  const dense = hasCnn(shape) && shape.cnnHead === 'dense' ? 2 * f * h : 0;
  const lstm = hasLstm(shape) ? 2 * t * 8 * h * (e + h) + 4 * t * h : 0;
  return { train: conv + 3 * (dense + lstm), evaluate: conv + dense + lstm };
}

/** A run teaches about another only where a step of both is of about the same size: small steps are ruled by fixed costs. */
const comparableWork = 8;

/** The first that made the same step, else the one whose step is nearest in arithmetic; null where none is comparable. */
export function nearestMeasured<M extends Measured>(
  shape: RunConfig,
  measurements: readonly M[],
): M | null {
  const same = measurements.find((one) => isSameStep(one.shape, shape));
  if (same !== undefined) return same;
  const distance = (measured: Measured) =>
    Math.abs(Math.log(stepFlops(measured.shape) / stepFlops(shape)));
  const nearest = measurements.reduce<M | null>(
    (best, one) => (best === null || distance(one) < distance(best) ? one : best),
    null,
  );
  return nearest !== null && distance(nearest) <= Math.log(comparableWork) ? nearest : null;
}

/** Whether a step of both takes the same time and memory. */
export const isSameStep = (a: RunConfig, b: RunConfig): boolean =>
  stepFields.every((field) => costOf(a, field) === costOf(b, field));

const stepFields: readonly ConfigFieldName[] = [
  ...fieldsOf('model'),
  'numWords',
  'maxLength',
  'batchSize',
  'threads',
];

/** A rate costs as much as any other but 0. */
function costOf(config: RunConfig, field: ConfigFieldName): number | string {
  const value = config[field];
  return numberBounds(field)?.isInteger === false ? Math.sign(Number(value)) : value;
}

/** Seconds of an epoch: arithmetic at a rate, plus a fixed cost of every time step of every batch. */
export function estimateEpochSeconds(
  shape: RunConfig,
  counts: EpochCounts,
  machine: Readonly<{ cores: number; backend: 'native' | 'wasm'; measured: Measured | null }>,
): number {
  const { cores, backend, measured } = machine;
  const assumed = secondsPerReview(shape, cores, backend);
  const factors = { train: 1, evaluate: 1 };
  if (measured !== null) {
    const model = secondsPerReview(measured.shape, cores, backend);
    factors.train = 1 / (measured.trainSamplesPerSecond * model.train);
    factors.evaluate = 1 / (measured.evalSamplesPerSecond * model.evaluate);
  }
  return (
    counts.train * assumed.train * factors.train +
    counts.evaluated * assumed.evaluate * factors.evaluate
  );
}

/** Peak memory of the training process, in bytes; scaled by what a measured run took. */
export function estimateMemoryBytes(
  shape: RunConfig,
  datasetTokens: number,
  measured: Measured | null,
): number {
  const model = modelMemory(shape) + datasetTokens * 4;
  if (measured === null) return model;
  const reference = modelMemory(measured.shape) + datasetTokens * 4;
  return (measured.memoryBytes / reference) * model;
}

/** Bytes on disk of a run of `epochs` epochs: weights and optimiser, embedding tables by epoch, predictions, metrics by step. */
export function estimateDiskBytes(
  shape: RunConfig,
  run: Readonly<{
    epochs: number;
    stepsPerEpoch: number;
    evaluated: number;
    snapshotLimitBytes: number;
    snapshots: RunConfig['snapshots'];
  }>,
): number {
  const { embeddings, total } = layerParameters(shape);
  const tables = embeddings.reduce((sum, size) => sum + size * 4, 0);
  // Epoch 0, best and last always stay, best and last perhaps beside those of every n-th epoch.
  const kept =
    run.snapshots === 'every'
      ? run.epochs + 1
      : run.snapshots === 'ends'
        ? 3
        : Math.min(run.epochs + 1, Math.floor(run.epochs / run.snapshots) + 3);
  const snapshots = Math.max(3 * tables, Math.min(kept * tables, run.snapshotLimitBytes));
  // epoch 0 and the last two; best; the checkpoint with Adam's two moments
  const weights = total * 4 * 7;
  const results = run.epochs * (run.evaluated * 8 + run.stepsPerEpoch * 70);
  return weights + snapshots + results;
}

function stepFlops(shape: RunConfig): number {
  return flopsPerReview(shape).train * shape.batchSize;
}

/** Additions and multiplications a second and core, and seconds a time step of a batch, as measured with the native library. */
const flopsPerCore = 45e9;
const stepSeconds = 20e-6;
const wasmSlowness = 14;

function secondsPerReview(
  shape: RunConfig,
  cores: number,
  backend: 'native' | 'wasm',
): Readonly<{ train: number; evaluate: number }> {
  const flops = flopsPerReview(shape);
  // The two directions of the LSTM fill two cores; more help little.
  const rate =
    (flopsPerCore * Math.min(Math.max(cores, 1), 2)) / (backend === 'wasm' ? wasmSlowness : 1);
  const steps = hasLstm(shape) ? (shape.maxLength * stepSeconds) / shape.batchSize : 0;
  return { train: flops.train / rate + steps, evaluate: flops.evaluate / rate + steps / 4 };
}

const libraryBytes = 380e6;
const evaluationBatch = 256;

function modelMemory(shape: RunConfig): number {
  const { embeddingDim: e, hiddenUnits: h, maxLength: t, batchSize } = shape;
  // Floats of a token that wait for the backward pass: each table's rows before and after dropout; of each direction the gates,
  // cell, output and their gradients.
  const kept = 4 * e * embeddingBranches(shape).length + (hasLstm(shape) ? 2 * (12 * h + e) : 0);
  const training = batchSize * t * kept * 4;
  const evaluation = evaluationBatch * t * kept * 4 * 0.27;
  return libraryBytes + Math.max(training, evaluation) + layerParameters(shape).total * 16;
}
