import * as tf from '@tensorflow/tfjs';

import { sigmoid } from '#core/model/sigmoid.ts';

import {
  allocate,
  asTensor,
  floats,
  multiply,
  release,
  reshaped,
  transposed,
} from './wasm-kernels-heap.ts';

/** Gates i, f, c, o in every last axis of 4H, as Keras has them. */
export type LstmWeights = Readonly<{
  /** [E, 4H] */
  kernel: tf.Tensor2D;
  /** [H, 4H] */
  recurrent: tf.Tensor2D;
  /** [4H] */
  bias: tf.Tensor1D;
}>;
export type LstmOptions = Readonly<{ isReversed: boolean; activation: 'tanh' | 'relu' }>;

/**
 * One direction of an LSTM, all time steps: [B, T, E] -> [B, T, H], differentiable once. Reversed, it reads from the last step
 * to the first and answers in the input's order. A matrix product a step runs in the backend, the cell in one loop here.
 */
export function lstm(x: tf.Tensor3D, weights: LstmWeights, options: LstmOptions): tf.Tensor3D {
  const apply = tf.customGrad((...inputs) => {
    const [input, kernel, recurrent, bias, save] = inputs as LstmInputs;
    const { gates, cells, outputs } = runForward(input, { kernel, recurrent, bias }, options);
    const states = asTensor<tf.Rank.R3>(outputs);
    save([input, kernel, recurrent, asTensor(gates), asTensor(cells), states]);
    return {
      value: states,
      gradFunc: (gradient, saved) =>
        runBackward(gradient as tf.Tensor3D, saved as unknown as SavedTensors, options),
    };
  });
  return apply(x, weights.kernel, weights.recurrent, weights.bias) as tf.Tensor3D;
}

type LstmInputs = [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.GradSaveFunc];
/** Input, kernel, recurrent kernel, gates after activation [B, T, 4H], cell states and outputs [B, T, H]. */
type SavedTensors = [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];

function runForward(
  x: tf.Tensor3D,
  { kernel, recurrent, bias }: LstmWeights,
  { isReversed, activation }: LstmOptions,
): Readonly<{ gates: tf.TensorInfo; cells: tf.TensorInfo; outputs: tf.TensorInfo }> {
  const [batch, steps, dims] = x.shape;
  const units = recurrent.shape[0];
  // What the input adds to the gates, for all steps at once; activated in place step by step.
  const gates = multiply(reshaped(x, [batch * steps, dims]), kernel);
  const cells = allocate([batch, steps, units]);
  const outputs = allocate([batch, steps, units]);
  const carried = allocate([batch, units]);
  floats(carried).fill(0);
  const noCells = new Float32Array(units);

  for (let count = 0; count < steps; count += 1) {
    const step = isReversed ? steps - 1 - count : count;
    const before = isReversed ? step + 1 : step - 1;
    const fromState = multiply(carried, recurrent);
    const [z, r, b] = [floats(gates), floats(fromState), floats(bias)];
    const [c, h, carry] = [floats(cells), floats(outputs), floats(carried)];
    for (let sample = 0; sample < batch; sample += 1) {
      const row = sample * steps + step;
      const previous =
        count === 0
          ? noCells
          : c.subarray((sample * steps + before) * units, (sample * steps + before + 1) * units);
      for (let unit = 0; unit < units; unit += 1) {
        const at = row * 4 * units + unit;
        const from = sample * 4 * units + unit;
        const i = sigmoid((z[at] ?? 0) + (r[from] ?? 0) + (b[unit] ?? 0));
        const f = sigmoid((z[at + units] ?? 0) + (r[from + units] ?? 0) + (b[unit + units] ?? 0));
        const candidate =
          (z[at + 2 * units] ?? 0) + (r[from + 2 * units] ?? 0) + (b[unit + 2 * units] ?? 0);
        const g = activation === 'tanh' ? tanh(candidate) : relu(candidate);
        const o = sigmoid(
          (z[at + 3 * units] ?? 0) + (r[from + 3 * units] ?? 0) + (b[unit + 3 * units] ?? 0),
        );
        const cell = f * (previous[unit] ?? 0) + i * g;
        const output = o * (activation === 'tanh' ? tanh(cell) : relu(cell));
        z[at] = i;
        z[at + units] = f;
        z[at + 2 * units] = g;
        z[at + 3 * units] = o;
        c[row * units + unit] = cell;
        h[row * units + unit] = output;
        carry[sample * units + unit] = output;
      }
    }
    release(fromState);
  }
  release(carried);
  return { gates: reshaped(gates, [batch, steps, 4 * units]), cells, outputs };
}

/** Gradients of the input and of the three weights. */
function runBackward(
  gradient: tf.Tensor3D,
  [x, kernel, recurrent, gates, cells, outputs]: SavedTensors,
  { isReversed, activation }: LstmOptions,
): tf.Tensor[] {
  const [batch, steps, dims] = x.shape;
  const units = recurrent.shape[0];
  const rows = batch * steps;
  const back = transposed(recurrent);
  // Gradients before activation, of all steps and of the one at hand.
  const all = allocate([rows, 4 * units]);
  const current = allocate([batch, 4 * units]);
  // From the step after: the gradient of its state and, here, of its cell.
  let fromNext = allocate([batch, units]);
  floats(fromNext).fill(0);
  const cellGradient = new Float32Array(batch * units);

  for (let count = steps - 1; count >= 0; count -= 1) {
    const step = isReversed ? steps - 1 - count : count;
    const before = isReversed ? step + 1 : step - 1;
    const [dy, next] = [floats(gradient), floats(fromNext)];
    const [a, c] = [floats(gates), floats(cells)];
    const [dAll, dCurrent] = [floats(all), floats(current)];
    for (let sample = 0; sample < batch; sample += 1) {
      const row = sample * steps + step;
      const rowBefore = sample * steps + before;
      for (let unit = 0; unit < units; unit += 1) {
        const at = row * 4 * units + unit;
        const to = sample * 4 * units + unit;
        const state = sample * units + unit;
        const [i, f] = [a[at] ?? 0, a[at + units] ?? 0];
        const [g, o] = [a[at + 2 * units] ?? 0, a[at + 3 * units] ?? 0];
        const cell = c[row * units + unit] ?? 0;
        const cellBefore = count === 0 ? 0 : (c[rowBefore * units + unit] ?? 0);
        const activated = activation === 'tanh' ? tanh(cell) : relu(cell);
        const dh = (dy[row * units + unit] ?? 0) + (next[state] ?? 0);
        const dc = (cellGradient[state] ?? 0) + dh * o * slope(activated, activation);
        const di = dc * g * i * (1 - i);
        const df = dc * cellBefore * f * (1 - f);
        const dg = dc * i * slope(g, activation);
        const dOut = dh * activated * o * (1 - o);
        dAll[at] = dCurrent[to] = di;
        dAll[at + units] = dCurrent[to + units] = df;
        dAll[at + 2 * units] = dCurrent[to + 2 * units] = dg;
        dAll[at + 3 * units] = dCurrent[to + 3 * units] = dOut;
        cellGradient[state] = dc * f;
      }
    }
    release(fromNext);
    fromNext = multiply(current, back);
  }
  release(fromNext, current, back);

  const forward = transposed(kernel);
  const dx = multiply(all, forward);
  const dBias = sumRows(all, rows, 4 * units);
  const readFrom = inputsTransposed(x, outputs, isReversed);
  // [E + H, 4H]: both weights in one product.
  const dWeights = multiply(readFrom, all);
  release(forward, all, readFrom);
  const dKernel = allocate([dims, 4 * units]);
  const dRecurrent = allocate([units, 4 * units]);
  const split = dims * 4 * units;
  floats(dKernel).set(floats(dWeights).subarray(0, split));
  floats(dRecurrent).set(floats(dWeights).subarray(split));
  release(dWeights);
  return [
    asTensor(reshaped(dx, x.shape)),
    asTensor(dKernel),
    asTensor(dRecurrent),
    asTensor(dBias),
  ];
}

/** What the gates were computed from, [E + H, B * T]: the input, and the state of the step read before (zero at the first). */
function inputsTransposed(
  x: tf.Tensor3D,
  outputs: tf.Tensor3D,
  isReversed: boolean,
): tf.TensorInfo {
  const [batch, steps, dims] = x.shape;
  const units = outputs.shape[2];
  const rows = batch * steps;
  const result = allocate([dims + units, rows]);
  const [to, inputs, states] = [floats(result), floats(x), floats(outputs)];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < dims; column += 1) {
      to[column * rows + row] = inputs[row * dims + column] ?? 0;
    }
    const step = row % steps;
    const isFirst = step === (isReversed ? steps - 1 : 0);
    const before = isReversed ? row + 1 : row - 1;
    for (let unit = 0; unit < units; unit += 1) {
      to[(dims + unit) * rows + row] = isFirst ? 0 : (states[before * units + unit] ?? 0);
    }
  }
  return result;
}

function sumRows(info: tf.TensorInfo, rows: number, columns: number): tf.TensorInfo {
  const result = allocate([columns]);
  const sums = new Float64Array(columns);
  const values = floats(info);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      sums[column] = (sums[column] ?? 0) + (values[row * columns + column] ?? 0);
    }
  }
  floats(result).set(sums);
  return result;
}

/** By one exponential: Math.tanh takes about three times as long; in float64 the difference is far below a float32's last bit. */
const tanh = (x: number): number => 1 - 2 / (Math.exp(2 * x) + 1);
/** NaN stays NaN, so that a diverged run is seen. */
const relu = (x: number): number => (x < 0 ? 0 : x);
/** The activation's derivative, from its value. */
function slope(value: number, activation: LstmOptions['activation']): number {
  if (activation === 'tanh') return 1 - value * value;
  return value > 0 ? 1 : 0;
}
