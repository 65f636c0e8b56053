import type { Verdict } from '#contract/experiment.ts';
import type { Verdict as Bare } from '#core/statistics/verdict.ts';
import * as m from '#messages';

/** The band that is too small to matter, a fraction, and where it comes from. */
export type Band = Readonly<{ margin: number; marginFrom: Verdict['marginFrom'] }>;
export type Measure = 'accuracy' | 'loss' | 'brier';

/** A verdict with its sentence (statistics.md, 4). */
export function withSentence(
  verdict: Bare,
  names: readonly [string, string],
  measure: Measure,
  marginFrom: Verdict['marginFrom'],
): Verdict {
  const [first, second] = names;
  const { state, ahead, difference, interval95, margin } = verdict;
  const name = ahead === 'first' ? first : second;
  const sizes = interval95?.map((end) => size(end, measure)) ?? [];
  const [near = '', far = ''] = ahead === 'first' ? sizes.toReversed() : sizes;
  const by = size(difference ?? 0, measure);
  const sentence = {
    better: () => m.experiments_better({ measure, name, by, low: near, high: far }),
    ahead: () => m.experiments_ahead({ name }),
    aheadBelowMargin: () => m.experiments_ahead_below_margin({ name }),
    alike: () => m.experiments_alike({ measure, first, second, margin: size(margin, measure) }),
    leaning: () => m.experiments_leaning({ name }),
    open: () => m.experiments_open({ first, second, low: sizes[0] ?? '', high: sizes[1] ?? '' }),
    tooFewSeeds: () => (verdict.seeds === 0 ? m.experiments_no_seed() : m.experiments_one_seed()),
    notComparable: () => '',
  }[state]();
  return { ...plain(verdict), sentence, marginFrom };
}

export function notComparable(sentence: string, band: Band): Verdict {
  return {
    state: 'notComparable',
    sentence,
    ahead: null,
    difference: null,
    interval95: null,
    coverage: null,
    interval90: null,
    p: null,
    ...band,
    seeds: 0,
    look: { number: 1, planned: 1 },
  };
}

/** Nothing is concluded before all planned pairs are there: a look at part of them was not planned. */
export function pending(
  verdict: Bare,
  planned: number,
  marginFrom: Verdict['marginFrom'],
): Verdict {
  return {
    ...plain(verdict),
    marginFrom,
    state: 'pending',
    sentence: m.experiments_pending({ finished: verdict.seeds, planned }),
    ahead: null,
    interval95: null,
    coverage: null,
    interval90: null,
    p: null,
  };
}

function plain(verdict: Bare): Omit<Verdict, 'sentence' | 'marginFrom'> {
  const { interval95, interval90 } = verdict;
  return {
    ...verdict,
    interval95: interval95 === null ? null : [...interval95],
    interval90: interval90 === null ? null : [...interval90],
  };
}

/** Points with two decimals; loss and Brier score with four. */
function size(value: number, measure: Measure): string {
  return measure === 'accuracy' ? Math.abs(value * 100).toFixed(2) : Math.abs(value).toFixed(4);
}
