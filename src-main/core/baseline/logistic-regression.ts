import { sigmoid } from '../model/sigmoid.ts';
import type { SparseRows } from './bag-of-words.ts';

export type LogisticModel = Readonly<{
  /** By column. */
  weights: Float64Array;
  bias: number;
  /** Newton steps that it took. */
  iterations: number;
}>;

export type LogisticOptions = Readonly<{
  /** Of half the squared weights, beside the summed cross-entropy: 1 / C of scikit-learn. The bias is free. */
  penalty: number;
  /** Of the gradient's length, as a share of what it is at weights of 0. */
  tolerance?: number;
  mostIterations?: number;
  /** Where the search begins; weights of 0 where it is left out. The minimum is the same. */
  start?: Pick<LogisticModel, 'weights' | 'bias'>;
}>;

/**
 * Logistic regression with an L2 penalty. The function is convex and has one minimum, which is found to `tolerance` from `start`
 * and without chance, by Newton's method with conjugate gradients inside (Nocedal and Wright 2006, algorithm 7.1).
 */
export function fitLogistic(
  rows: SparseRows,
  labels: ArrayLike<number>,
  { penalty, tolerance = 1e-8, mostIterations = 100, start }: LogisticOptions,
): LogisticModel {
  const problem = createProblem(rows, labels, penalty);
  // The last coordinate is the bias.
  let point: Float64Array = new Float64Array(rows.columnCount + 1);
  let here = problem.evaluate(point);
  const enough = tolerance * lengthOf(here.gradient);
  if (start !== undefined) {
    point = pointOf(start);
    here = problem.evaluate(point);
  }
  let iterations = 0;
  while (iterations < mostIterations && lengthOf(here.gradient) > enough) {
    const direction = newtonDirection(here.gradient, problem.curvatureAt(point));
    const next = step(problem, point, here, direction);
    // No smaller value can be told in double precision.
    if (next === null) break;
    ({ point, here } = next);
    iterations += 1;
  }
  return { weights: point.slice(0, -1), bias: point.at(-1) ?? 0, iterations };
}

/** P(label 1) by row. */
export function logisticProbabilities(
  rows: SparseRows,
  model: Pick<LogisticModel, 'weights' | 'bias'>,
): Float32Array {
  return Float32Array.from(scores(rows, pointOf(model)), sigmoid);
}

function pointOf({ weights, bias }: Pick<LogisticModel, 'weights' | 'bias'>): Float64Array {
  const point = new Float64Array(weights.length + 1);
  point.set(weights);
  point[weights.length] = bias;
  return point;
}

type Value = Readonly<{ value: number; gradient: Float64Array }>;
type Problem = Readonly<{
  evaluate: (point: Float64Array) => Value;
  /** Product of the second derivatives at a point with a vector. */
  curvatureAt: (point: Float64Array) => (vector: Float64Array) => Float64Array;
}>;

function createProblem(rows: SparseRows, labels: ArrayLike<number>, penalty: number): Problem {
  const penalised = (point: Float64Array, sums: Float64Array): Float64Array => {
    for (let column = 0; column < rows.columnCount; column += 1)
      sums[column] = (sums[column] ?? 0) + penalty * (point[column] ?? 0);
    return sums;
  };
  return {
    evaluate(point) {
      const all = scores(rows, point);
      let value = 0;
      for (let column = 0; column < rows.columnCount; column += 1)
        value += (penalty / 2) * (point[column] ?? 0) ** 2;
      const errors = all.map((score, row) => {
        const label = labels[row] ?? 0;
        value += Math.max(score, 0) - score * label + Math.log1p(Math.exp(-Math.abs(score)));
        return sigmoid(score) - label;
      });
      return { value, gradient: penalised(point, columnSums(rows, errors)) };
    },
    curvatureAt(point) {
      const variances = scores(rows, point).map((score) => sigmoid(score) * sigmoid(-score));
      return (vector) => {
        const changes = scores(rows, vector).map((score, row) => score * (variances[row] ?? 0));
        return penalised(vector, columnSums(rows, changes));
      };
    },
  };
}

/** Conjugate gradients, the more exact the nearer the minimum: then Newton's method converges faster than linearly. */
function newtonDirection(
  gradient: Float64Array,
  curvature: (vector: Float64Array) => Float64Array,
): Float64Array {
  const size = lengthOf(gradient);
  const enough = Math.min(0.5, Math.sqrt(size)) * size;
  const direction = new Float64Array(gradient.length);
  const rest = gradient.map((value) => -value);
  let conjugate: Float64Array = rest.slice();
  let restSquared = dot(rest, rest);
  for (let turn = 0; turn < gradient.length && Math.sqrt(restSquared) > enough; turn += 1) {
    const product = curvature(conjugate);
    const bend = dot(conjugate, product);
    if (bend <= 0) break;
    const length = restSquared / bend;
    addScaled(direction, conjugate, length);
    addScaled(rest, product, -length);
    const next = dot(rest, rest);
    conjugate = conjugate.map((value, at) => (rest[at] ?? 0) + (next / restSquared) * value);
    restSquared = next;
  }
  return direction;
}

/** Along the direction, halved until the value falls enough (Armijo 1966). */
function step(
  problem: Problem,
  point: Float64Array,
  here: Value,
  direction: Float64Array,
): Readonly<{ point: Float64Array; here: Value }> | null {
  const slope = dot(here.gradient, direction);
  for (let length = 1; length > 1e-10; length /= 2) {
    const candidate = point.slice();
    addScaled(candidate, direction, length);
    const there = problem.evaluate(candidate);
    if (there.value <= here.value + 1e-4 * length * slope) return { point: candidate, here: there };
  }
  return null;
}

/** Row times point, bias included, by row. */
function scores(
  { starts, columns, values, columnCount }: SparseRows,
  point: Float64Array,
): Float64Array {
  const bias = point[columnCount] ?? 0;
  const result = new Float64Array(starts.length - 1);
  for (let row = 0; row < result.length; row += 1) {
    let sum = bias;
    const end = starts[row + 1] ?? 0;
    for (let at = starts[row] ?? 0; at < end; at += 1)
      sum += (values[at] ?? 0) * (point[columns[at] ?? 0] ?? 0);
    result[row] = sum;
  }
  return result;
}

/** The rows, each times its factor, summed; the last sum is that of the factors. */
function columnSums(
  { starts, columns, values, columnCount }: SparseRows,
  factors: Float64Array,
): Float64Array {
  const sums = new Float64Array(columnCount + 1);
  for (let row = 0; row < factors.length; row += 1) {
    const factor = factors[row] ?? 0;
    const end = starts[row + 1] ?? 0;
    for (let at = starts[row] ?? 0; at < end; at += 1) {
      const column = columns[at] ?? 0;
      sums[column] = (sums[column] ?? 0) + (values[at] ?? 0) * factor;
    }
    sums[columnCount] = (sums[columnCount] ?? 0) + factor;
  }
  return sums;
}

function addScaled(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let at = 0; at < target.length; at += 1)
    target[at] = (target[at] ?? 0) + factor * (vector[at] ?? 0);
}

function dot(first: Float64Array, second: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < first.length; at += 1) sum += (first[at] ?? 0) * (second[at] ?? 0);
  return sum;
}

const lengthOf = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));
