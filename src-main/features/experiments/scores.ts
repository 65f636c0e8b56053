import { clippedLoss } from '#core/comparison/figures.ts';

import type { JudgedRun } from './judged-cache.ts';

export type Measure = 'accuracy' | 'loss' | 'brier';

/** Its mean over the reviews, higher is better: the sign of loss and Brier score is turned. */
export const meanScore = (measure: Measure, { figures }: JudgedRun): number =>
  measure === 'accuracy' ? figures.accuracy : -figures[measure];

/** What a trained model scores on each review, higher is better. */
export function scoresOf(
  measure: Measure,
  { right, judged: { labels, probabilities } }: JudgedRun,
): ArrayLike<number> {
  if (measure === 'accuracy') return right;
  return Float64Array.from(probabilities, (p, row) => {
    const label = labels[row] === 1 ? 1 : 0;
    return measure === 'loss' ? -clippedLoss(p, label) : -((p - label) ** 2);
  });
}
