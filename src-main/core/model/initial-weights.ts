import { randomStream, type RandomStream } from '../util/random.ts';
import type { ModelShape } from './shapes.ts';
import { sizeOf, weightLayout, type WeightShape } from './weight-layout.ts';

export type InitialWeight = Readonly<{
  name: string;
  shape: readonly number[];
  values: Float32Array;
}>;

/**
 * A model's weights before training, in the order of core/model/weight-layout.ts, as Keras draws them: embeddings uniform(-0.05, 0.05),
 * kernels Glorot uniform, recurrent kernels orthogonal, biases zero but one for the forget gate. Every weight draws from a stream
 * of its own name, so two variants of one seed start with the same convolution and the same LSTM.
 */
export function initialWeights(model: ModelShape, seed: number): readonly InitialWeight[] {
  return weightLayout(model).map((weight) => ({
    name: weight.name,
    shape: weight.shape,
    values: drawWeight(weight, randomStream(seed, `weights/${weight.name}`)),
  }));
}

function drawWeight({ shape, start }: WeightShape, random: RandomStream): Float32Array {
  const size = sizeOf(shape);
  switch (start) {
    case 'zeros':
      return new Float32Array(size);
    case 'forgetBias':
      // Gates i, f, c, o: the second quarter is ones.
      return new Float32Array(size).fill(1, size / 4, size / 2);
    case 'embedding':
      return uniform(size, 0.05, random);
    case 'glorot':
      return uniform(size, glorotLimit(shape), random);
    case 'orthogonal':
      return orthogonal(shape[0] ?? 0, shape[1] ?? 0, random);
  }
}

/** sqrt(6 / (fanIn + fanOut)); a convolution's receptive field multiplies both. */
function glorotLimit(shape: readonly number[]): number {
  const field = sizeOf(shape.slice(0, -2));
  const fanIn = (shape.at(-2) ?? 1) * field;
  const fanOut = (shape.at(-1) ?? 1) * field;
  return Math.sqrt(6 / (fanIn + fanOut));
}

function uniform(size: number, limit: number, random: RandomStream): Float32Array {
  const values = new Float32Array(size);
  for (let index = 0; index < size; index += 1) values[index] = (2 * random.uniform() - 1) * limit;
  return values;
}

/**
 * [rows, columns] with rows <= columns and orthonormal rows, uniform over all of them: Gram-Schmidt on normal draws, which is
 * the QR factorisation with a positive diagonal. Such draws are so well conditioned that one pass keeps 1e-12.
 */
function orthogonal(rows: number, columns: number, random: RandomStream): Float32Array {
  const basis: Float64Array[] = [];
  for (let row = 0; row < rows; row += 1) {
    const vector = Float64Array.from({ length: columns }, random.normal);
    for (const other of basis) {
      const overlap = dot(vector, other);
      for (let index = 0; index < columns; index += 1) {
        vector[index] = (vector[index] ?? 0) - overlap * (other[index] ?? 0);
      }
    }
    const length = Math.sqrt(dot(vector, vector));
    for (let index = 0; index < columns; index += 1) vector[index] = (vector[index] ?? 0) / length;
    basis.push(vector);
  }
  const values = new Float32Array(rows * columns);
  basis.forEach((vector, row) => {
    values.set(vector, row * columns);
  });
  return values;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
