import type { Tensor } from '../graph.ts';
import type { Ops } from '../tensor-ops.ts';

/**
 * Inverted dropout: 1 / (1 - rate) where a unit stays, else 0. Decided by the run's seed, the step and the mask's number alone,
 * so a resumed run draws the same masks. A unit takes 16 random bits, which is half the work of a float32 and keeps the rate to
 * within 0.00001.
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
  // Two units a draw; an odd one leaves half a draw over.
  const count = g.reshape(g.product(shape, [0]), [1]);
  const draws = g.statelessInts(
    g.add(g.floorDiv(g.sub(count, g.int(1)), g.int(2)), g.int(1)),
    draw,
  );
  const units = g.reshape(g.firstRows(g.reshape(g.halves(draws), [-1]), count), shape);
  const threshold = Math.round(rate * 65_536) - 32_768;
  const stays = g.greaterEqual(units, g.int16(threshold));
  return g.mul(g.cast(stays, 'float32'), g.float(1 / (1 - rate)));
}

export const MASKS_PER_STEP = 4;
