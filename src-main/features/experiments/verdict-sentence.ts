import type { Verdict } from '#contract/experiment.ts';
import { decidingInference } from '#core/experiment/deciding.ts';
import { levelText } from '#core/experiment/verdict-items.ts';
import type { Verdict as Bare } from '#core/statistics/verdict.ts';
import * as m from '#messages';

import type { Measure } from './scores.ts';

/** The band that is too small to matter, a fraction, and where it comes from. */
export type Band = Readonly<{ margin: number; marginFrom: Verdict['marginFrom'] }>;

/** A verdict with its sentence: what is said, and by how much it may be wrong where pairs were added. */
export function withSentence(
  bare: Bare,
  {
    names: [first, second],
    measure,
    marginFrom,
    attained,
    leftOut,
  }: Readonly<{
    names: readonly [string, string];
    measure: Measure;
    marginFrom: Verdict['marginFrom'];
    attained: number | null;
    /** Finished pairs of the same experiment that were not chosen. */
    leftOut: number;
  }>,
): Verdict {
  const verdict = plain(bare, measure);
  const [name, other] = bare.ahead === 'first' ? [first, second] : [second, first];
  const [low = '', high = ''] =
    decidingInference(verdict)?.interval95.map((end) => size(end, measure)) ?? [];
  const by = size(bare.difference ?? 0, measure);
  const sentence = {
    better: () => m.experiments_better({ measure, name, other, by }),
    ahead: () => m.experiments_ahead({ name, other }),
    aheadBelowMargin: () => m.experiments_ahead_below_margin({ name, other }),
    alike: () =>
      m.experiments_alike({ measure, first, second, margin: size(bare.margin, measure) }),
    leaning: () => m.experiments_leaning({ measure, name }),
    open: () =>
      decidingInference(verdict) === null
        ? m.experiments_no_spread({ measure, by, seeds: bare.seeds })
        : m.experiments_open({ measure, first, second, low, high }),
    tooFewSeeds: () => (bare.seeds === 0 ? m.experiments_no_seed() : m.experiments_one_seed()),
    notComparable: () => '',
  }[bare.state]();
  const attainedError = decidingInference(verdict) === null ? null : attained;
  const said = withAttained({ ...verdict, attainedError, sentence, marginFrom });
  if (leftOut === 0 || decidingInference(verdict) === null) return said;
  const of = { chosen: bare.seeds, all: bare.seeds + leftOut, sentence: said.sentence };
  return { ...said, sentence: m.experiments_chosen(of) };
}

/** Every sentence of a verdict says by how much it may be wrong, whatever its measure. */
export function withAttained(verdict: Verdict): Verdict {
  const { attainedError, coverage, sentence } = verdict;
  if (attainedError === null || coverage === null) return verdict;
  const error = Math.round(attainedError * 100);
  const level = levelText(coverage);
  const attained = m.experiments_attained({ error, level, coverage: 100 - error });
  return { ...verdict, sentence: `${sentence} ${attained}` };
}

export function notComparable(sentence: string, band: Band): Verdict {
  return {
    state: 'notComparable',
    sentence,
    ahead: null,
    difference: null,
    secondMinusFirst: null,
    ...noInference,
    ...band,
    seeds: 0,
    look: { number: 1, planned: 1 },
  };
}

const noInference = {
  interval95: null,
  coverage: null,
  interval90: null,
  p: null,
  twoWay: null,
  generalises: 'seeds',
  attainedError: null,
} as const;

/** Nothing is concluded before all planned pairs are there: a look at part of them was not planned. `notHere`: those in another home. */
export function pending(
  verdict: Bare,
  measure: Measure,
  { planned, notHere }: Readonly<{ planned: number; notHere: number }>,
  marginFrom: Verdict['marginFrom'],
): Verdict {
  return {
    ...plain(verdict, measure),
    ...noInference,
    marginFrom,
    state: 'pending',
    sentence: (notHere > 0 ? m.experiments_not_here : m.experiments_pending)({
      finished: verdict.seeds,
      planned,
    }),
    ahead: null,
  };
}

function plain(verdict: Bare, measure: Measure): Omit<Verdict, 'sentence' | 'marginFrom'> {
  const { difference, interval95, interval90, twoWay } = verdict;
  return {
    ...verdict,
    secondMinusFirst: difference === null || measure === 'accuracy' ? difference : -difference,
    interval95: interval95 === null ? null : [...interval95],
    interval90: interval90 === null ? null : [...interval90],
    twoWay:
      twoWay === null
        ? null
        : { ...twoWay, interval95: [...twoWay.interval95], interval90: [...twoWay.interval90] },
    attainedError: null,
  };
}

/** Points with two decimals; loss and Brier score with four. */
function size(value: number, measure: Measure): string {
  return measure === 'accuracy' ? Math.abs(value * 100).toFixed(2) : Math.abs(value).toFixed(4);
}
