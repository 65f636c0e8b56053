import type { JudgedReviews } from '#contract/evaluation.ts';

import type { WeightsChoice } from '../services.ts';
import { readPredictions, type PredictionSource } from './predictions.ts';
import { toRun, type RunRow } from './rows.ts';

/** The test reviews as a run judges them, with the facts of each by which they can be sliced. */
export async function judgedReviews(
  source: PredictionSource,
  row: RunRow,
  weights: WeightsChoice,
): Promise<JudgedReviews> {
  const { config } = toRun(row, []);
  const judged = await readPredictions(source, row, { split: 'test', weights });
  const facts = await source.datasets.reviewFacts(row.dataset_id, 'test', config);
  const rows = Array.from(judged.rows);
  const { ratings } = facts;
  return {
    runId: row.run_id,
    epoch: judged.epoch,
    rows,
    labels: Array.from(judged.labels),
    probabilities: Array.from(judged.probabilities),
    lengths: rows.map((at) => facts.lengths[at] ?? 0),
    cutShares: rows.map((at) => facts.cutShares[at] ?? 0),
    oovShares: rows.map((at) => facts.oovShares[at] ?? 0),
    ratings: ratings === null ? null : rows.map((at) => ratings[at] ?? null),
  };
}
