import { setImmediate as nextTurn } from 'node:timers/promises';

import { AppError } from '#contract/failure.ts';
import type { RunRanking } from '#contract/evaluation.ts';
import {
  precisionRecallPoints,
  rocPoints,
  thinned,
  type CurvePoint,
} from '#core/evaluation/curve-points.ts';
import { rankingOf } from '#core/statistics/ranking.ts';

import type { Judged, WeightsChoice } from '../../services.ts';
import { readPredictions, type PredictionSource } from './predictions.ts';
import { findRow } from '../store/store.ts';

/** How each run orders its test reviews; a run that has judged none is left out. */
export async function rankingsOf(
  source: PredictionSource,
  runIds: readonly string[],
  weights: WeightsChoice,
): Promise<RunRanking[]> {
  const rankings: RunRanking[] = [];
  for (const runId of runIds) {
    // Sorting the reviews of many runs would keep others waiting.
    await nextTurn();
    const row = findRow(source.databases.main, runId);
    try {
      rankings.push(
        rankingOfRun(runId, await readPredictions(source, row, { split: 'test', weights })),
      );
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'notFound')) throw error;
    }
  }
  return rankings;
}

function rankingOfRun(runId: string, { labels, probabilities }: Judged): RunRanking {
  const ranking = rankingOf(labels, probabilities);
  const { positives, negatives, rocArea, averagePrecision } = ranking;
  const isOrdered = positives > 0 && negatives > 0;
  return {
    runId,
    roc: columnsOf(rocPoints(ranking)),
    precisionRecall: columnsOf(precisionRecallPoints(ranking)),
    rocArea: isOrdered ? rocArea : null,
    averagePrecision: isOrdered ? averagePrecision : null,
    positiveShare: positives / Math.max(1, positives + negatives),
  };
}

function columnsOf(points: readonly CurvePoint[]): RunRanking['roc'] {
  const kept = thinned(points);
  return { x: kept.map(({ x }) => x), y: kept.map(({ y }) => y) };
}
