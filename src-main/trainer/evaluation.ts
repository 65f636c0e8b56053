import { sigmoid } from '#core/model/sigmoid.ts';

import type { Engine } from './engine/engine.ts';
import type { Rows } from './data.ts';

export type Evaluation = Readonly<{
  /** Binary cross-entropy, mean over rows. */
  loss: number;
  accuracy: number;
  /** By position in `rows`. */
  probabilities: Float32Array;
}>;

/**
 * All rows without dropout, shortest first: reviews that begin with pads share what pads compute.
 *
 * @param between awaited between batches with the rows done; false ends the pass
 * @returns null where `between` ended it
 */
export async function evaluateRows(
  engine: Engine,
  rows: Rows,
  between: (doneCount: number) => Promise<boolean>,
): Promise<Evaluation | null> {
  const probabilities = new Float32Array(rows.count);
  let lossSum = 0;
  let correct = 0;
  for (let begin = 0; begin < rows.count; begin += engine.evaluationBatch) {
    const positions = rows.byLength.subarray(begin, begin + engine.evaluationBatch);
    const logits = await engine.evaluate(rows.batch(positions));
    positions.forEach((position, index) => {
      const logit = logits[index] ?? Number.NaN;
      const label = rows.labelOf(position);
      lossSum += Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit)));
      correct += logit > 0 === label > 0.5 ? 1 : 0;
      probabilities[position] = sigmoid(logit);
    });
    if (!(await between(begin + positions.length))) return null;
  }
  return { loss: lossSum / rows.count, accuracy: correct / rows.count, probabilities };
}
