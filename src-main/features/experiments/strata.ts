import type { Judgement, Verdict } from '#contract/experiment.ts';
import type { RunSummary } from '#contract/run.ts';
import { decidingInference } from '#core/experiment/deciding.ts';
import type { Stratum } from '#core/experiment/grouping.ts';
import { holm } from '#core/statistics/holm.ts';
import * as m from '#messages';

import type { ReadJudged } from './judged-cache.ts';
import { pairSides, type Plan } from './pairs.ts';
import { notComparable, withAttained } from './verdict-sentence.ts';

type Judged = NonNullable<Judgement['strata']>[number];

/** A verdict under each setting. What one of many would say alone is held against their number (Holm). */
export async function judgeStrata(
  read: ReadJudged,
  strata: readonly Stratum<RunSummary>[],
  plan: Plan,
): Promise<Judged[]> {
  const judged: Omit<Judged, 'adjustedP'>[] = [];
  for (const { name, sides } of strata) {
    const paired = await pairSides(read, sides, plan);
    const runIds = sides.flatMap(({ runs }) => runs.map(({ runId }) => runId));
    if ('why' in paired) {
      const verdict = notComparable(paired.why, plan.band);
      judged.push({ name, runIds, sides: ['', ''], verdict });
      continue;
    }
    judged.push({ name, runIds, sides: [...paired.names], verdict: paired.judge('accuracy') });
  }
  const tested = judged.flatMap(({ verdict }) => decidingInference(verdict)?.p ?? []);
  const adjusted = holm(tested);
  return judged.map((stratum) => {
    const adjustedP =
      decidingInference(stratum.verdict) === null ? null : (adjusted.shift() ?? null);
    return { ...stratum, adjustedP, verdict: heldBack(stratum, adjustedP) };
  });
}

const settled = new Set<Verdict['state']>(['better', 'ahead', 'aheadBelowMargin']);

function heldBack(
  { verdict, sides: [first, second] }: Pick<Judged, 'verdict' | 'sides'>,
  adjustedP: number | null,
): Verdict {
  if (!settled.has(verdict.state) || adjustedP === null || adjustedP < 0.05) return verdict;
  const name = verdict.ahead === 'first' ? first : second;
  const sentence = m.experiments_leaning({ measure: 'accuracy', name });
  return withAttained({ ...verdict, state: 'leaning', sentence });
}
