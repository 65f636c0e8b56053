import type { Judgement } from '#contract/experiment.ts';
import type { RunState } from '#contract/run.ts';
import { defaultSettings } from '#contract/settings.ts';
import * as m from '#messages';

import { runMetric } from '../metrics/run-figures.ts';
import { count, fixed, points, signed, unit } from '../wording/number-text.ts';
import { stateWord, weightsWord } from '../wording/value-words.ts';
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

/** What of a verdict it says; `sentence` is the answer, the rest is what it rests on, what is missing and what to do next. */
export type VerdictItem = Readonly<{
  kind:
    | 'sentence'
    | 'settings'
    | 'evidence'
    | 'twoWay'
    | 'seeds'
    | 'equivalence'
    | 'soFar'
    | 'nextAnalysis'
    | 'later'
    | 'added'
    | 'leftOut'
    | 'trash'
    | 'unfinished'
    | 'plan'
    | 'comparisons'
    | 'testChosen'
    | 'draw'
    | 'morePairs'
    | 'check';
  /** Of a check: its name. */
  label?: string;
  /** Of a check: what its name means. */
  meaning?: string;
  text: string;
}>;

/** All that is said of a judgement, the answer first: screens, reports and the command line show these items. */
export function verdictItems(judgement: Judgement): VerdictItem[] {
  const { verdict, pairs, missing, plannedRuns } = judgement;
  const items: VerdictItem[] = [{ kind: 'sentence', text: verdict.sentence }];
  const add = (kind: VerdictItem['kind'], ...texts: readonly (string | null)[]): void => {
    for (const text of texts) if (text !== null) items.push({ kind, text });
  };
  add('settings', differingLine(judgement));
  items.push(...evidence(judgement));
  if (verdict.state === 'pending' && verdict.difference !== null)
    add('soFar', m.experiments_verdict_so_far({ difference: signedPoints(verdict.difference) }));
  const next = nextAnalysis(judgement);
  if (next !== null) add('nextAnalysis', m.experiments_verdict_next_analysis({ pairs: next }));
  if (pairs.later > 0) add('later', m.experiments_verdict_later({ count: pairs.later }));
  if (pairs.pending > 0 && verdict.state !== 'pending' && next === null) {
    const { number, planned } = verdict.look;
    const facts = { count: pairs.pending, number: number + 1, planned };
    add('added', m.experiments_verdict_added(facts));
  }
  if (pairs.leftOut > 0) add('leftOut', m.experiments_verdict_left_out({ count: pairs.leftOut }));
  if (judgement.withTrash !== null) {
    const { sentence } = judgement.withTrash;
    add('trash', m.experiments_verdict_in_trash({ count: pairs.inTrash, sentence }));
  }
  const lost = missing.filter(
    ({ state, isInTrash, isHere }) => isLost(state) && !isInTrash && isHere,
  );
  if (lost.length > 0) {
    const names = lost.map(({ name, state }) => `${name} (${state})`).join(', ');
    add(
      'unfinished',
      m.experiments_verdict_missing({ count: lost.length, all: plannedRuns, names }),
    );
  }
  add('plan', ...planLines(judgement));
  if (judgement.comparisons > 1)
    add('comparisons', m.experiments_verdict_one_of({ count: judgement.comparisons }));
  if (judgement.isTestChosen) add('testChosen', m.experiments_verdict_test_chose());
  add('draw', drawSentence(judgement));
  add('morePairs', ...pairsNeeded(judgement));
  items.push(...checks(judgement));
  return items;
}

/** Of a check with its name. */
export const verdictLine = ({ label, text }: VerdictItem): string =>
  label === undefined ? text : `${label}: ${text}`;

/** The items as lines, for a report or a terminal. */
export const verdictLines = (judgement: Judgement): string[] =>
  verdictItems(judgement).map(verdictLine);

/** After how many pairs it comes; null where none is planned. */
function nextAnalysis({ pairs, verdict: { look, state } }: Judgement): number | null {
  return pairs.pending > 0 && look.number < look.planned && state !== 'pending'
    ? (pairs.planned / look.planned) * (look.number + 1)
    : null;
}

/** What agrees with the verdict or not, and what it assumes. */
function checks(judgement: Judgement): VerdictItem[] {
  const { sides, verdict, beside, bootstrap, agreement, correlation } = judgement;
  const items: VerdictItem[] = [];
  const add = (label: string, text: string, meaning?: string): void => {
    items.push({ kind: 'check', label, text, ...(meaning === undefined ? {} : { meaning }) });
  };
  if (sides !== null && verdict.state !== 'pending') {
    for (const measure of ['loss', 'brier'] as const) {
      const text = measureText(judgement, measure);
      const { label, meaning } = runMetric(measure);
      if (text !== null) add(label(), text, measure === 'brier' ? meaning?.() : undefined);
    }
    if (beside !== null)
      add(m.experiments_check_weights({ choice: beside.weights }), beside.verdict.sentence);
    // Over few seeds a percentile bootstrap covers far less than it says.
    if (bootstrap !== null && judgement.seeds.length >= 10) {
      add(m.experiments_check_bootstrap(), m.experiments_bootstrap(endsOf(bootstrap.interval)));
    }
  }
  if (agreement !== null && sides !== null) {
    const shares = (
      { within: [first, second], between }: NonNullable<typeof agreement>['accuracy'],
      text: (value: number) => string,
    ) => ({
      first: sides[0].name,
      second: sides[1].name,
      firstShare: first === null ? '–' : text(first),
      secondShare: second === null ? '–' : text(second),
      share: text(between),
    });
    add(
      m.experiments_check_disagreement(),
      m.experiments_verdict_agreement(shares(agreement.disagreement, share)),
    );
    add(
      m.experiments_check_accuracy(),
      m.experiments_verdict_apart(shares(agreement.accuracy, points)),
    );
  }
  if (correlation !== null)
    add(
      m.experiments_check_pairing(),
      m.experiments_verdict_correlation({ value: unit(correlation) }),
      m.terms_pairing(),
    );
  for (const text of assumptionLines(judgement)) add(m.experiments_check_assumption(), text);
  const flips = flipWords(judgement);
  if (flips !== null)
    for (const text of [flips.number, flips.within]) items.push({ kind: 'check', text });
  return items;
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

/** The interval that decides, the other one, the differences that they are of, and by what the sides are called equal. */
function evidence(judgement: Judgement): VerdictItem[] {
  const { sides, verdict, weights, rows, seeds: paired } = judgement;
  const [decides, other] = [decidingInference(verdict), otherInference(verdict)];
  const { coverage, generalises, seeds, look } = verdict;
  const values = paired.map(({ seed, difference }) =>
    m.experiments_verdict_seed({ seed, value: signedPoints(difference) }),
  );
  const items: VerdictItem[] = [];
  const add = (kind: VerdictItem['kind'], text: string): void => void items.push({ kind, text });
  if (sides !== null && decides !== null && coverage !== null) {
    const facts = { generalises, level: levelText(coverage), rows: count(rows) };
    add(
      'evidence',
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
    );
    if (other !== null)
      add(
        'twoWay',
        isSameToReaders(decides, other)
          ? m.experiments_verdict_two_way_same(facts)
          : m.experiments_verdict_two_way({ ...facts, ...endsAndP(other, signedPoints) }),
      );
  }
  if (paired.length > 1) add('seeds', m.experiments_verdict_seeds({ values: values.join(', ') }));
  if (verdict.state === 'alike' && decides !== null) {
    add('equivalence', m.experiments_verdict_equivalence(endsOf(decides.interval90)));
  }
  return items;
}

/** The digits that are shown do not tell the two intervals apart. */
const isSameToReaders = (first: Inference, second: Inference): boolean =>
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
function measureText(
  { sides, rows, ...judgement }: Judgement,
  measure: 'loss' | 'brier',
): string | null {
  const verdict = judgement[measure];
  const decides = verdict === null ? null : decidingInference(verdict);
  if (verdict === null || verdict.coverage === null || decides === null || sides === null)
    return null;
  const { p, interval95 } = decides;
  const evidence = m.experiments_measure_evidence({
    first: sides[0].name,
    second: sides[1].name,
    level: levelText(verdict.coverage),
    scope: m.experiments_scope({ generalises: verdict.generalises, rows: count(rows) }),
    ...endsAndP({ p, interval95: [-interval95[1], -interval95[0]] }, (value) => signed(value, 4)),
  });
  return `${verdict.sentence} ${evidence}`;
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
    m.common_seeds(),
    m.cli_column_difference(),
    m.common_95_interval(),
    m.common_p_holm(),
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

const endsOf = ([low, high]: readonly [number, number]): { low: string; high: string } => ({
  low: signedPoints(low),
  high: signedPoints(high),
});

export const signedPoints = (fraction: number): string => signed(fraction * 100, 2);

const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
