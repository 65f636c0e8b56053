import { adam } from '#core/model/adam.ts';

const { beta1, beta2, epsilon } = adam;

export type Moments = Readonly<{ m: Float32Array; v: Float32Array }>;

export type AdamUpdate = Readonly<{
  learningRate: number;
  /** Counts from 1. */
  step: number;
  /** Factor for the gradient, from clipping. */
  scale: number;
}>;

/** Changes weights and moments in place, as TensorFlow's `ResourceApplyAdam` does: every element at every step. */
export function applyAdam(
  weights: Float32Array,
  gradient: Float32Array,
  { m, v }: Moments,
  { learningRate, step, scale }: AdamUpdate,
): void {
  const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  for (let index = 0; index < weights.length; index += 1) {
    const g = (gradient[index] ?? 0) * scale;
    const first = (m[index] ?? 0) + (g - (m[index] ?? 0)) * (1 - beta1);
    const second = (v[index] ?? 0) + (g * g - (v[index] ?? 0)) * (1 - beta2);
    m[index] = first;
    v[index] = second;
    weights[index] = (weights[index] ?? 0) - (rate * first) / (Math.sqrt(second) + epsilon);
  }
}

/** Over all gradients together, as `clipNorm` means it. */
export function globalNorm(gradients: Iterable<Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients) {
    for (const value of gradient) sum += value * value;
  }
  return Math.sqrt(sum);
}
