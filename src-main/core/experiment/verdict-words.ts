import type { Judgement } from '#contract/experiment.ts';
import type { RunState } from '#contract/run.ts';
import { defaultSettings } from '#contract/settings.ts';
import * as m from '#messages';

import { weightsWord } from '../words.ts';
import { flipWords } from './flip-words.ts';

/** A table of words: the first column names, figures follow. */
export type WordTable = Readonly<{
  header: readonly string[];
  rows: readonly (readonly string[])[];
  notes: readonly string[];
}>;

/** The sentence, then what it rests on. */
export function verdictLines(judgement: Judgement): string[] {
  const { verdict, sides, twoWay, agreement, morePairs, pairs } = judgement;
  const lines = [verdict.sentence];
  const { interval95, coverage, p, seeds, look } = verdict;
  if (interval95 !== null && coverage !== null && p !== null) {
    const weights = m.experiments_weights({ choice: weightsWord(judgement.weights) });
    const [low, high] = interval95.map(signedPoints);
    lines.push(
      m.experiments_verdict_evidence({
        level: String(Number((coverage * 100).toFixed(2))),
        alpha: String(Number((1 - coverage).toPrecision(2))),
        low: low ?? '',
        high: high ?? '',
        p: p < 0.001 ? '< 0.001' : `= ${p.toPrecision(2)}`,
        seeds,
        weights,
        number: look.number,
        planned: look.planned,
      }),
    );
  }
  if (look.number > look.planned) lines.push(m.experiments_verdict_added());
  if (pairs.leftOut > 0) lines.push(m.experiments_verdict_left_out({ count: pairs.leftOut }));
  if (judgement.withTrash !== null) {
    const { sentence } = judgement.withTrash;
    lines.push(m.experiments_verdict_in_trash({ count: pairs.inTrash, sentence }));
  }
  const lost = judgement.missing.filter(({ state, isInTrash }) => isLost(state) && !isInTrash);
  if (lost.length > 0) {
    const names = lost.map(({ name, state }) => `${name} (${state})`).join(', ');
    lines.push(
      m.experiments_verdict_missing({ count: lost.length, all: judgement.plannedRuns, names }),
    );
  }
  if (judgement.isTestChosen) lines.push(m.experiments_verdict_test_chose());
  if (twoWay !== null) {
    const [low, high] = twoWay.interval;
    lines.push(m.experiments_verdict_two_way({ low: signedPoints(low), high: signedPoints(high) }));
  }
  if (morePairs === 'unknown' && isOpen(judgement)) {
    lines.push(m.experiments_verdict_unknown_pairs({ seeds }));
  } else if (typeof morePairs === 'number' && morePairs > 0)
    lines.push(m.experiments_verdict_more_pairs({ count: morePairs }));
  const { loss, brier } = judgement;
  if (loss !== null && loss.interval95 !== null) lines.push(m.experiments_verdict_loss(loss));
  if (brier !== null && brier.interval95 !== null) lines.push(m.experiments_verdict_brier(brier));
  if (agreement !== null && sides !== null) {
    const [first, second] = agreement.disagreement.within;
    lines.push(
      m.experiments_verdict_agreement({
        first: sides[0].name,
        second: sides[1].name,
        firstShare: share(first),
        secondShare: share(second),
        share: share(agreement.disagreement.between),
      }),
    );
  }
  const flips = flipWords(judgement);
  if (flips !== null) lines.push(flips.number, flips.within);
  return lines;
}

export function factorialWords({
  terms,
  difference,
  interval,
  runs,
  pending,
  look,
  blocks,
  degreesOfFreedom,
}: NonNullable<Judgement['factorial']>): WordTable {
  const header = [
    m.cli_column_term(),
    m.cli_column_effect(),
    m.cli_column_interval(),
    m.cli_column_p(),
    m.cli_column_adjusted_p(),
    m.cli_column_interval_over_seeds(),
    m.cli_column_adjusted_p_over_seeds(),
    m.cli_column_share(),
  ];
  const rows = terms.map((term) => [
    term.name,
    signedPoints(term.effect),
    range(term.interval),
    pText(term.p),
    pText(term.adjustedP),
    term.overSeeds === null ? '-' : range(term.overSeeds.interval),
    term.overSeeds === null ? '-' : pText(term.overSeeds.adjustedP),
    signedPoints(term.share),
  ]);
  const [low, high] = interval;
  const notes = [
    m.experiments_factorial_over_seeds(),
    m.experiments_factorial_sum({
      difference: signedPoints(difference),
      low: signedPoints(low),
      high: signedPoints(high),
      runs,
      blocks,
      df: degreesOfFreedom,
    }),
    ...(pending > 0
      ? [m.experiments_factorial_pending({ count: pending })]
      : [m.experiments_factorial_look(look)]),
    ...(look.number > look.planned ? [m.experiments_factorial_added()] : []),
  ];
  return { header, rows, notes };
}

/** A verdict a setting. */
export function strataWords(strata: NonNullable<Judgement['strata']>): WordTable {
  const header = [
    m.cli_column_setting(),
    m.cli_column_seeds(),
    m.cli_column_difference(),
    m.cli_column_interval(),
    m.cli_column_adjusted_p(),
    m.cli_column_verdict(),
  ];
  const rows = strata.map(({ name, verdict, adjustedP }) => [
    name,
    String(verdict.seeds),
    verdict.difference === null ? '-' : signedPoints(verdict.difference),
    verdict.interval95 === null ? '-' : verdict.interval95.map(signedPoints).join(' .. '),
    adjustedP === null ? '-' : adjustedP < 0.001 ? '< 0.001' : adjustedP.toPrecision(2),
    verdict.sentence,
  ]);
  return { header, rows, notes: [m.experiments_strata_holm({ count: strata.length })] };
}

/** "+-0.25 points, the default, fixed at the start" */
export const bandText = (verdict: Judgement['verdict']): string =>
  m.experiments_band({
    points: String(Number((verdict.margin * 100).toFixed(4))),
    from: bandSource(verdict),
  });

/** Of a band that was fixed at the start: whether somebody chose it. */
export const bandSource = ({
  margin,
  marginFrom,
}: Judgement['verdict']): 'default' | Judgement['verdict']['marginFrom'] =>
  marginFrom === 'plan' && Math.abs(margin * 100 - defaultSettings.marginPoints) < 1e-9
    ? 'default'
    : marginFrom;

const isLost = (state: RunState): boolean =>
  state !== 'finished' && state !== 'queued' && state !== 'running';
const range = ([low, high]: readonly [number, number]): string =>
  `${signedPoints(low)} .. ${signedPoints(high)}`;

const pText = (p: number): string => (p < 0.001 ? '< 0.001' : p.toPrecision(2));

const isOpen = ({ verdict: { state } }: Judgement): boolean =>
  state === 'leaning' || state === 'open';

const signedPoints = (fraction: number): string => {
  const text = (fraction * 100).toFixed(2);
  if (Number(text) === 0) return '0.00';
  return fraction > 0 ? `+${text}` : text;
};

const share = (value: number | null): string =>
  value === null ? '-' : `${(value * 100).toFixed(1)} %`;
