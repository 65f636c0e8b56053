import type { Judgement } from '#contract/experiment.ts';
import type { RunState } from '#contract/run.ts';
import { defaultSettings } from '#contract/settings.ts';
import * as m from '#messages';

import { count, fixed } from '../number-text.ts';
import { stateWord, weightsWord } from '../words.ts';
import { decidingInference, otherInference, type Inference } from './deciding.ts';
import { differingLine } from './differing-settings.ts';
import { flipWords } from './flip-words.ts';
import { mostPairs } from './planned-looks.ts';

/** A table of words: the first column names, figures follow. */
export type WordTable = Readonly<{
  header: readonly string[];
  rows: readonly (readonly string[])[];
  notes: readonly string[];
}>;

/** The sentence, that it is about several settings, then what it rests on. */
export function verdictLines(judgement: Judgement): string[] {
  const { verdict, sides, agreement, pairs } = judgement;
  const differing = differingLine(judgement);
  const lines = [
    verdict.sentence,
    ...(differing === null ? [] : [differing]),
    ...evidenceLines(judgement),
  ];
  if (pairs.leftOut > 0) lines.push(m.experiments_verdict_left_out({ count: pairs.leftOut }));
  if (judgement.withTrash !== null) {
    const { sentence } = judgement.withTrash;
    lines.push(m.experiments_verdict_in_trash({ count: pairs.inTrash, sentence }));
  }
  const lost = judgement.missing.filter(
    ({ state, isInTrash, isHere }) => isLost(state) && !isInTrash && isHere,
  );
  if (lost.length > 0) {
    const names = lost.map(({ name, state }) => `${name} (${state})`).join(', ');
    lines.push(
      m.experiments_verdict_missing({ count: lost.length, all: judgement.plannedRuns, names }),
    );
  }
  lines.push(...planLines(judgement));
  if (judgement.isTestChosen) lines.push(m.experiments_verdict_test_chose());
  const draw = drawSentence(judgement);
  if (draw !== null) lines.push(draw);
  lines.push(...pairsNeeded(judgement));
  lines.push(...measureLine(judgement, 'loss'), ...measureLine(judgement, 'brier'));
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

const mostNamed = 4;

/** Which runs of the plan stayed behind, or that the plan is not known. */
export function planLines({
  missing,
  plannedRuns,
  isPlanKnown,
}: Pick<Judgement, 'missing' | 'plannedRuns' | 'isPlanKnown'>): string[] {
  if (!isPlanKnown) return [m.experiments_plan_unknown()];
  const absent = missing.filter(({ isHere }) => !isHere);
  if (absent.length === 0) return [];
  const rest = absent.length - mostNamed;
  const names = [
    ...absent.slice(0, mostNamed).map(({ name, state }) => `${name} (${stateWord(state)})`),
    ...(rest > 0 ? [m.experiments_factorial_more({ count: rest })] : []),
  ].join(', ');
  return [m.experiments_verdict_not_here({ count: absent.length, all: plannedRuns, names })];
}

/** The interval that decides, the other one, the differences that they are of, and what they assume. */
function evidenceLines(judgement: Judgement): string[] {
  const { sides, verdict, weights, rows, seeds: paired } = judgement;
  const [decides, other] = [decidingInference(verdict), otherInference(verdict)];
  const { coverage, generalises, seeds, look } = verdict;
  const values = paired.map(({ seed, difference }) =>
    m.experiments_verdict_seed({ seed, value: signedPoints(difference) }),
  );
  const dots = m.experiments_verdict_seeds({ values: values.join(', ') });
  if (sides === null || decides === null || coverage === null)
    return paired.length > 1 ? [dots] : [];
  const facts = { generalises, level: levelText(coverage), rows: count(rows) };
  return [
    m.experiments_verdict_evidence({
      ...facts,
      first: sides[0].name,
      second: sides[1].name,
      difference: signedPoints(verdict.difference ?? 0),
      ...endsAndP(decides, signedPoints),
      alpha: String(Number((1 - coverage).toPrecision(2))),
      scope: m.experiments_scope(facts),
      seeds,
      weights: m.experiments_weights({ choice: weightsWord(weights) }),
      ...look,
      added: look.number > look.planned ? 'yes' : 'no',
    }),
    ...(other === null
      ? []
      : isSameToReaders(decides, other)
        ? [m.experiments_verdict_two_way_same(facts)]
        : [m.experiments_verdict_two_way({ ...facts, ...endsAndP(other, signedPoints) })]),
    dots,
    ...assumptionLines(judgement),
  ];
}

/** The digits that are shown do not tell the two intervals apart. */
export const isSameToReaders = (first: Inference, second: Inference): boolean =>
  range(first.interval95) === range(second.interval95);

/** What the interval assumes of the differences over seeds, and what these differences are like. */
export function assumptionLines({
  skewness,
  verdict: { coverage, attainedError, seeds },
}: Pick<Judgement, 'skewness' | 'verdict'>): string[] {
  if (skewness === null || coverage === null) return [];
  const { value } = skewness;
  const percent = (share: number): number => Math.round(share * 100);
  const [error, level] = [percent(skewness.error), percent(1 - coverage)];
  return [
    m.experiments_verdict_assumption({
      known: value === null ? 'no' : 'yes',
      // The verdict says the risk of added pairs: a second number would contradict it.
      effect: error <= level ? 'none' : attainedError === null ? 'some' : 'more',
      seeds,
      skewness: fixed(value ?? Number.NaN, 1),
      error,
      level,
    }),
  ];
}

function pairsNeeded(judgement: Judgement): string[] {
  const { verdict, morePairs, morePairsRange, pairs } = judgement;
  if (!isOpen(verdict) || pairs.pending > 0) return [];
  const margin = pointsText(verdict.margin);
  if (morePairs === 'unknown')
    return [m.experiments_verdict_unknown_pairs({ seeds: verdict.seeds })];
  if (morePairs === null) return [m.experiments_verdict_many_pairs({ most: mostPairs, margin })];
  const [low, high] = morePairsRange ?? [morePairs, morePairs];
  return [
    [
      m.experiments_verdict_more_pairs({
        count: morePairs,
        margin,
        low,
        high: high === null ? m.experiments_more_than({ most: mostPairs }) : String(high),
      }),
      ...moreRisk(judgement),
    ].join(' '),
  ];
}

/** What following the forecast costs, where these pairs were not planned. */
export function moreRisk({
  verdict: { look },
  morePairs,
  morePairsRisk,
}: Pick<Judgement, 'verdict' | 'morePairs' | 'morePairsRisk'>): string[] {
  if (morePairsRisk === null) return [];
  return [
    m.experiments_verdict_more_risk({
      error: Math.round(morePairsRisk * 100),
      added: look.number - look.planned + 1,
    }),
    m.experiments_verdict_more_steps({ count: morePairs ?? 0 }),
  ];
}

/** Of another measure: its sentence, and its interval as that of the second side minus the first. */
function measureLine(
  { sides, rows, ...judgement }: Judgement,
  measure: 'loss' | 'brier',
): string[] {
  const verdict = judgement[measure];
  const decides = verdict === null ? null : decidingInference(verdict);
  if (verdict === null || verdict.coverage === null || decides === null || sides === null)
    return [];
  const { p, interval95 } = decides;
  const evidence = m.experiments_measure_evidence({
    first: sides[0].name,
    second: sides[1].name,
    level: levelText(verdict.coverage),
    scope: m.experiments_scope({ generalises: verdict.generalises, rows: count(rows) }),
    ...endsAndP({ p, interval95: [-interval95[1], -interval95[0]] }, (value) => signed(value, 4)),
  });
  const { sentence } = verdict;
  return measure === 'loss'
    ? [m.experiments_verdict_loss({ sentence, evidence })]
    : [m.experiments_verdict_brier({ sentence, evidence })];
}

const intervalText = (verdict: Judgement['verdict']): string => {
  const decides = decidingInference(verdict);
  return decides === null ? '-' : range(decides.interval95);
};

/** 95, 95.2 */
export const levelText = (coverage: number): string => String(Number((coverage * 100).toFixed(2)));

const endsAndP = (
  { interval95: [low, high], p }: Readonly<{ interval95: readonly [number, number]; p: number }>,
  write: (value: number) => string,
): { low: string; high: string; p: string } => ({
  low: write(low),
  high: write(high),
  p: p < 0.001 ? pText(p) : `= ${pText(p)}`,
});

/** Whether the verdict holds for one training sample or over several; null where there is no verdict, or no draw. */
export function drawSentence({
  trainingDraw,
  verdict,
}: Pick<Judgement, 'trainingDraw' | 'verdict'>): string | null {
  if (decidingInference(verdict) === null || trainingDraw === 'none') return null;
  return m.experiments_verdict_draw({ draw: trainingDraw });
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
    intervalText(verdict),
    adjustedP === null ? '-' : pText(adjustedP),
    verdict.sentence,
  ]);
  return { header, rows, notes: [m.experiments_strata_holm({ count: strata.length })] };
}

/** Of a margin: "0.25" */
export const pointsText = (margin: number): string => String(Number((margin * 100).toFixed(4)));

/** "+-0.25 points, the default, fixed at the start" */
export const bandText = (verdict: Judgement['verdict']): string =>
  m.experiments_band({
    points: pointsText(verdict.margin),
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
export const range = ([low, high]: readonly [number, number]): string =>
  `${signedPoints(low)} .. ${signedPoints(high)}`;

export const pText = (p: number): string => (p < 0.001 ? '< 0.001' : p.toPrecision(2));

export const isOpen = (verdict: Judgement['verdict']): boolean =>
  (verdict.state === 'leaning' || verdict.state === 'open') && decidingInference(verdict) !== null;

/** With the hyphen of a keyboard, for a terminal. */
const signed = (value: number, decimals: number): string => {
  const text = value.toFixed(decimals);
  if (Number(text) === 0) return (0).toFixed(decimals);
  return value > 0 ? `+${text}` : text;
};
export const signedPoints = (fraction: number): string => signed(fraction * 100, 2);

const share = (value: number | null): string =>
  value === null ? '-' : `${(value * 100).toFixed(1)} %`;
