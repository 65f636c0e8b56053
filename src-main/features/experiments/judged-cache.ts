import { setImmediate as nextTurn } from 'node:timers/promises';

import { AppError } from '#contract/failure.ts';
import type { RunSummary } from '#contract/run.ts';
import { figuresOf, rightOf, type Figures } from '#core/comparison/figures.ts';
import * as m from '#messages';

import { isWithoutPredictions } from '../runs/results/predictions.ts';
import type { Judged, RunsService } from '../services.ts';

export type JudgedRun = Readonly<{
  judged: Judged;
  figures: Figures;
  /** Which reviews it judges right, 1 or 0 a review. */
  right: Uint8Array;
}>;
/** The test reviews as a run judges them, or why that is not known. */
export type ReadJudged = (
  run: RunSummary,
  weights: 'best' | 'last',
) => Promise<JudgedRun | Readonly<{ why: string }>>;

/** About 10 bytes a review: 16 MB at 25,000 reviews. */
const most = 64;

/** What was read of a run and epoch never changes, so the last ones are kept. Between two runs others get their turn. */
export function createJudgedCache(judgedOf: RunsService['judged']): ReadJudged {
  const kept = new Map<string, JudgedRun>();
  return async (run, weights) => {
    const key = `${run.runId} ${weights} ${(weights === 'best' ? run.best : run.last)?.epoch ?? 0}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    await nextTurn();
    try {
      const judged = await judgedOf(run.runId, weights);
      const { labels, probabilities } = judged;
      const read = {
        judged,
        figures: figuresOf(labels, probabilities),
        right: rightOf(labels, probabilities),
      };
      kept.set(key, read);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
      return read;
    } catch (error) {
      // What to import stands where the dataset is told of.
      if (error instanceof AppError && error.kind === 'unavailable')
        return { why: m.experiments_reviews_away({ dataset: run.datasetName }) };
      if (isWithoutPredictions(error)) return { why: error.message };
      throw error;
    }
  };
}
