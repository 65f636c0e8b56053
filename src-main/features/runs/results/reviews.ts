import type { JudgedReviews } from '#contract/evaluation.ts';

import type { WeightsChoice } from '../../services.ts';
import { readPredictions, type PredictionSource } from './predictions.ts';
import { toRun, type RunRow } from '../store/rows.ts';

/** The test reviews as a run judges them, with the facts of each by which they can be sliced, where the reviews are here. */
export async function judgedReviews(
  source: PredictionSource,
  row: RunRow,
  weights: WeightsChoice,
): Promise<JudgedReviews> {
  const { config } = toRun(row, []);
  const judged = await readPredictions(source, row, { split: 'test', weights });
  const { isHere } = source.datasets.get({ datasetId: row.dataset_id });
  const facts = isHere ? await source.datasets.reviewFacts(row.dataset_id, 'test', config) : null;
  const rows = Array.from(judged.rows);
  const ratings = facts?.ratings ?? null;
  const columnOf = (values: ArrayLike<number> | undefined): number[] | null =>
    values === undefined ? null : rows.map((at) => values[at] ?? 0);
  return {
    runId: row.run_id,
    epoch: judged.epoch,
    rows,
    labels: Array.from(judged.labels),
    probabilities: Array.from(judged.probabilities),
    lengths: columnOf(facts?.lengths),
    cutShares: columnOf(facts?.cutShares),
    oovShares: columnOf(facts?.oovShares),
    ratings: ratings === null ? null : rows.map((at) => ratings[at] ?? null),
  };
}
