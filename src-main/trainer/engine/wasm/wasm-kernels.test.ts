import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { allocate, release } from './wasm-kernels-heap.ts';
import { globalMax } from './wasm-kernels-global-max.ts';
import { lstm, type LstmOptions } from './wasm-kernels-lstm.ts';
import { openWasm } from './wasm-kernels.ts';

beforeAll(() => {
  // Without the advice that tfjs prints in Node.
  tf.env().set('PROD', true);
});
beforeEach(openWasm);
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

type Differentiable = (...inputs: tf.Tensor[]) => tf.Tensor;
type Input = Readonly<{ shape: readonly number[]; seed: number; scale?: number }>;

describe('UnsortedSegmentSum', () => {
  it('adds the rows of a segment and drops ids outside of it', async () => {
    const sum = async (backend: string): Promise<number[]> => {
      await tf.setBackend(backend);
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
      const ids = tf.tensor1d([2, 0, 2, -1], 'int32');
      return [...tf.unsortedSegmentSum(x, ids, 4).dataSync()];
    };
    expect(await sum('wasm')).toEqual([3, 4, 0, 0, 6, 8, 0, 0]);
    expect(await sum('cpu')).toEqual(await sum('wasm'));
  });

  it('gives the gradient of a lookup with repeated words', async () => {
    const ids = (): tf.Tensor => tf.tensor2d([1, 1, 4, 0, 1, 2], [2, 3], 'int32');
    await expectAgreement((table) => tf.gather(table, ids()), [{ shape: [5, 3], seed: 1 }]);
  });
});

describe('gradients of a convolution', () => {
  it.each([
    { kernel: [3, 1], strides: 1, pad: 'same' },
    { kernel: [3, 1], strides: 1, pad: 'valid' },
    { kernel: [4, 1], strides: 1, pad: 'same' },
    { kernel: [1, 1], strides: 1, pad: 'valid' },
    { kernel: [2, 3], strides: 2, pad: 'same' },
    { kernel: [3, 2], strides: 2, pad: 'valid' },
  ] as const)(
    'agree with the cpu backend: $kernel $strides $pad',
    async ({ kernel, strides, pad }) => {
      await expectAgreement(
        (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad),
        [
          { shape: [2, 7, 4, 3], seed: 2 },
          { shape: [...kernel, 3, 5], seed: 3 },
        ],
      );
    },
  );
});

describe('globalMax', () => {
  it('finds the maximum, negative ones too, and sends its gradient to the first winner alone', () => {
    const x = tf.tensor3d([-3, 1, -2, 5, -2, 5], [1, 3, 2]);
    const { value, grad } = tf.valueAndGrad((input) => globalMax(input as tf.Tensor3D))(
      x,
      tf.tensor2d([10, 20], [1, 2]),
    );
    expect([...value.dataSync()]).toEqual([-2, 5]);
    expect([...grad.dataSync()]).toEqual([0, 0, 10, 20, 0, 0]);
  });
});

describe('lstm', () => {
  it.each([
    { isReversed: false, activation: 'tanh' },
    { isReversed: true, activation: 'tanh' },
    { isReversed: false, activation: 'relu' },
    { isReversed: true, activation: 'relu' },
  ] as const)(
    'agrees with plain operations differentiated by tfjs: $isReversed $activation',
    async (options) => {
      await expectAgreement(
        (x, kernel, recurrent, bias) =>
          lstm(x as tf.Tensor3D, weightsOf(kernel, recurrent, bias), options),
        [
          { shape: [3, 6, 4], seed: 4 },
          { shape: [4, 20], seed: 5 },
          { shape: [5, 20], seed: 6 },
          { shape: [20], seed: 7 },
        ],
        (x, kernel, recurrent, bias) =>
          plainLstm(x as tf.Tensor3D, weightsOf(kernel, recurrent, bias), options),
      );
    },
  );

  it('keeps a NaN in sight with relu', () => {
    const weights = {
      kernel: tf.fill<tf.Rank.R2>([1, 4], Number.NaN),
      recurrent: tf.ones<tf.Rank.R2>([1, 4]),
      bias: tf.zeros<tf.Rank.R1>([4]),
    };
    const states = lstm(tf.ones([1, 2, 1]), weights, { isReversed: false, activation: 'relu' });
    expect([...states.dataSync()]).toEqual([Number.NaN, Number.NaN]);
  });

  it('leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    const inBackend = tf.engine().backend.numDataIds();
    tf.tidy(() => {
      const weights = {
        kernel: tf.ones<tf.Rank.R2>([2, 12]),
        recurrent: tf.ones<tf.Rank.R2>([3, 12]),
        bias: tf.zeros<tf.Rank.R1>([12]),
      };
      tf.grad((x) => lstm(x as tf.Tensor3D, weights, { isReversed: false, activation: 'tanh' }))(
        tf.ones([2, 4, 2]),
      );
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.engine().backend.numDataIds()).toBe(inBackend);
  });
});

describe('memory', () => {
  it('is refused in one sentence where the backend would hand out what is in use', () => {
    const inBackend = tf.engine().backend.numDataIds();
    expect(() => allocate([2 ** 29])).toThrow(/at most 4 GB/);
    const pieces: tf.TensorInfo[] = [];
    expect(() => {
      for (let count = 0; count < 3; count += 1) pieces.push(allocate([2 ** 29 - 1]));
    }).toThrow(/at most 4 GB/);
    expect(pieces).not.toHaveLength(0);
    release(...pieces);
    expect(tf.engine().backend.numDataIds()).toBe(inBackend);
  });
});

/** Value and every gradient of `onWasm` against `onCpu` (by default the same function) with the pure-JS backend. */
async function expectAgreement(
  onWasm: Differentiable,
  inputs: readonly Input[],
  onCpu: Differentiable = onWasm,
): Promise<void> {
  const run = async (backend: string, f: Differentiable): Promise<Float32Array[]> => {
    await tf.setBackend(backend);
    return tf.tidy(() => {
      const tensors = inputs.map(({ shape, seed, scale = 1 }) =>
        tf.randomUniform([...shape], -scale, scale, 'float32', seed),
      );
      const dy = tf.randomUniform(f(...tensors).shape, -1, 1, 'float32', 99);
      const { value, grads } = tf.valueAndGrads(f)(tensors, dy);
      return [value, ...grads].map((tensor) => tensor.dataSync<'float32'>());
    });
  };
  const expected = await run('cpu', onCpu);
  const actual = await run('wasm', onWasm);
  expect(actual).toHaveLength(expected.length);
  actual.forEach((values, index) => {
    expect(largestDifference(values, expected[index]!), `output ${index}`).toBeLessThan(2e-6);
    expect(largestDifference(values, new Float32Array(values.length))).toBeGreaterThan(1e-3);
  });
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}

function weightsOf(kernel?: tf.Tensor, recurrent?: tf.Tensor, bias?: tf.Tensor) {
  return {
    kernel: kernel as tf.Tensor2D,
    recurrent: recurrent as tf.Tensor2D,
    bias: bias as tf.Tensor1D,
  };
}

function plainLstm(
  x: tf.Tensor3D,
  { kernel, recurrent, bias }: ReturnType<typeof weightsOf>,
  { isReversed, activation }: LstmOptions,
): tf.Tensor {
  const [batch, steps] = x.shape;
  const units = recurrent.shape[0];
  const activate = activation === 'tanh' ? tf.tanh : tf.relu;
  let cell: tf.Tensor = tf.zeros([batch, units]);
  let state: tf.Tensor = tf.zeros([batch, units]);
  const inputs = tf.unstack(x, 1);
  const order = isReversed ? inputs.toReversed() : inputs;
  const states = order.map((input) => {
    const z = input.matMul(kernel).add(state.matMul(recurrent)).add(bias);
    const [i, f, c, o] = tf.split(z, 4, 1);
    cell = tf
      .sigmoid(f!)
      .mul(cell)
      .add(tf.sigmoid(i!).mul(activate(c!)));
    state = tf.sigmoid(o!).mul(activate(cell));
    return state;
  });
  expect(states).toHaveLength(steps);
  return tf.stack(isReversed ? states.toReversed() : states, 1);
}
