import type { Tensor } from '../../native/graph.ts';
import type { Ops } from '../../native/tensor-ops.ts';

/** Numbers of the masks of a step; they never change, because they decide the draws. */
export const maskNumbers = { cnn: 0, lstm: 1, shared: 0, dense: 2 } as const;

/**
 * Inverted dropout: 1 / (1 - rate) where a unit stays, else 0. Decided by the run's seed, the step and the mask's number alone,
 * so a resumed run draws the same masks.
 *
 * @param shape int32 vector
 * @param step int32 scalar, from 1
 */
export function dropoutMask(
  g: Ops,
  shape: Tensor,
  rate: number,
  { seed, step, mask }: { seed: number; step: Tensor; mask: number },
): Tensor {
  const draw = g.stack([g.int(seed), g.add(g.mul(step, g.int(MASKS_PER_STEP)), g.int(mask))]);
  const stays = g.greaterEqual(g.statelessUniform(shape, draw), g.float(rate));
  return g.mul(g.cast(stays, 'float32'), g.float(1 / (1 - rate)));
}

const MASKS_PER_STEP = 4;
