import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Judgement } from '#contract/experiment.ts';
import type { RunSummary } from '#contract/run.ts';
import {
  meanDisagreement,
  meanDisagreementBetween,
  meanOverPairs,
  stableFlips,
} from '#core/experiment/agreement.ts';
import { decidingInference } from '#core/experiment/deciding.ts';
import { differingSettings } from '#core/experiment/differing-settings.ts';
import { expectedFlips } from '#core/experiment/expected-flips.ts';
import { groupByConfiguration, sidesOf, strataOf, type Group } from '#core/experiment/grouping.ts';
import { mostPairs } from '#core/experiment/planned-looks.ts';
import { trainingDraw } from '#core/experiment/training-draw.ts';
import { randomStream } from '#core/util/random.ts';
import { attainedError } from '#core/statistics/attained-error.ts';
import { nextLook } from '#core/statistics/looks.ts';
import { meanOf } from '#core/statistics/mean.ts';
import { morePairs } from '#core/statistics/more-pairs.ts';
import { multiBootstrap, type SeedPair } from '#core/statistics/multi-bootstrap.ts';
import { errorAtSkewness, skewnessError, skewnessOf } from '#core/statistics/skewness.ts';
import { correlation, criticalT } from '#core/statistics/student.ts';
import * as m from '#messages';

import { factorialOf } from './factorial.ts';
import type { JudgedRun, ReadJudged } from './judged-cache.ts';
import {
  isHere,
  isWithdrawnRun,
  pairSides,
  type JudgedPair,
  type Paired,
  type Plan,
  type PlannedRun,
  type Sides,
  type Weights,
} from './pairs.ts';
import { notComparable } from './verdict-sentence.ts';
import { judgeStrata } from './strata.ts';

/** Pairs the runs of two configurations by seed and judges them. */
export async function judgeRuns(
  read: ReadJudged,
  runs: readonly RunSummary[],
  plan: Plan,
): Promise<Judgement> {
  const { weights, planned, band } = plan;
  const groups = groupByConfiguration(runs);
  const sides = sidesOf(groups);
  const everyone = planned.filter((run) => !isWithdrawnRun(run));
  const common = {
    runIds: runs.map(({ runId }) => runId),
    weights,
    plannedRuns: everyone.length,
    missing: missingOf(everyone),
    isPlanKnown: plan.isKnown,
    comparisons: strataOf(groupByConfiguration(planned))?.length ?? 1,
    experimentId: sharedExperiment(runs),
    factorial: factorialOf(runs, groups, plan),
  };
  const refused = (sentence: string, strata: Judgement['strata'] = null): Judgement => ({
    ...nothing,
    ...common,
    sides: null,
    differingSettings: [],
    verdict: notComparable(sentence, band),
    isTestChosen: isTestChosen(runs),
    trainingDraw: trainingDraw(runs.map(({ config }) => config)),
    strata,
  });
  if (sides === null) {
    const strata = strataOf(groups);
    if (strata !== null) {
      const [first, second] = strata[0]?.sides ?? [];
      const judged = await judgeStrata(read, strata, plan);
      const names = judged[0]?.sides ?? [first?.config.variant ?? '', second?.config.variant ?? ''];
      return {
        ...refused(
          m.experiments_strata({ first: names[0], second: names[1], count: strata.length }),
          judged,
        ),
        differingSettings:
          first === undefined || second === undefined
            ? []
            : differingSettings(first.config, second.config),
      };
    }
    return refused(
      groups.length > 1
        ? m.experiments_not_two({ count: groups.length })
        : new Set(runs.map(({ runId }) => runId)).size > 1
          ? m.experiments_one_configuration()
          : tooFew(runs, plan.planned),
    );
  }
  const paired = await pairSides(read, sides, plan);
  // What keeps A and B from being judged keeps the whole grid from it.
  if ('why' in paired) return { ...refused(paired.why), factorial: null };

  const { pairs, names, counts, judge } = paired;
  const seeds = pairs.map(seedOf);
  const [first, second] = seeds.length === 0 ? [[], []] : sidesOfPairs(pairs);
  const models = pairs.map((pair) => pair.judged.map((of) => of.judged.probabilities));
  const any = pairs[0]?.judged[0].judged;
  const rights = pairs.map(({ judged: [a, b] }) => ({ first: a.right, second: b.right }));
  const verdict = judge('accuracy');
  const bootstrap = decidingInference(verdict) === null ? null : await bootstrapOf(rights);
  await nextTurn();
  const loss = judge('loss');
  await nextTurn();
  const brier = judge('brier');
  return {
    ...common,
    sides: [side(sides[0], names[0]), side(sides[1], names[1])],
    differingSettings: differingSettings(sides[0].config, sides[1].config),
    verdict,
    loss,
    brier,
    beside: besideOf(paired, weights),
    seeds,
    pairs: counts,
    withTrash: await withTrash(read, paired, sides, plan),
    correlation: correlation(
      first.map(({ figures }) => figures.accuracy),
      second.map(({ figures }) => figures.accuracy),
    ),
    bootstrap,
    twoWay: twoWayOf(verdict),
    ...pairsNeeded(paired, verdict),
    skewness: skewnessAndError(seeds, verdict),
    criticalT: seeds.length < 2 ? null : criticalT(seeds.length - 1, 0.95),
    isTestChosen: isTestChosen(pairs.flatMap((pair) => [pair.first, pair.second])),
    trainingDraw: trainingDraw(pairs.flatMap((pair) => [pair.first.config, pair.second.config])),
    rows: any?.rows.length ?? 0,
    agreement: pairs.length < 2 ? null : await agreementOf(pairs),
    stableFlips:
      any === undefined || pairs.length < 2
        ? []
        : stableFlips(
            any.rows,
            any.labels,
            models.flatMap(([model]) => model ?? []),
            models.flatMap(([, model]) => model ?? []),
          ),
    expectedStableFlips: pairs.length < 2 ? null : expectedOf(pairs),
    strata: null,
  };
}

const nothing = {
  loss: null,
  brier: null,
  beside: null,
  seeds: [],
  pairs: { planned: 0, pending: 0, leftOut: 0, inTrash: 0, later: 0, notHere: 0 },
  withTrash: null,
  correlation: null,
  bootstrap: null,
  twoWay: null,
  morePairs: null,
  morePairsRange: null,
  morePairsRisk: null,
  skewness: null,
  criticalT: null,
  rows: 0,
  agreement: null,
  stableFlips: [],
  expectedStableFlips: null,
};

/** A skewness whose standard error is above this, below 22 differences, is not known. */
const mostSkewnessError = 0.5;
const assumedSkewness = 1;

function skewnessAndError(
  seeds: Judgement['seeds'],
  { coverage }: Judgement['verdict'],
): Judgement['skewness'] {
  if (coverage === null) return null;
  const isKnown = skewnessError(seeds.length) <= mostSkewnessError;
  const value = isKnown ? skewnessOf(seeds.map(({ difference }) => difference)) : null;
  const error = errorAtSkewness(seeds.length, value ?? assumedSkewness, 1 - coverage);
  return { value, error };
}

const missingOf = (planned: readonly PlannedRun[]): Judgement['missing'] =>
  planned
    .filter((run) => run.state !== 'finished' || run.deletedAt !== null || !isHere(run))
    .map((run) => ({
      runId: run.runId,
      name: run.name,
      state: run.state,
      isInTrash: run.deletedAt !== null,
      isHere: isHere(run),
      variant: run.config.variant,
      seed: run.config.seed,
    }));

function sharedExperiment(runs: readonly RunSummary[]): string | null {
  const first = runs[0]?.experimentId ?? null;
  return runs.every(({ experimentId }) => experimentId === first) ? first : null;
}

/** The verdict with what somebody put into the trash: it must not change without a word. */
async function withTrash(
  read: ReadJudged,
  { inTrash }: Paired,
  [first, second]: Sides,
  plan: Plan,
): Promise<Judgement['withTrash']> {
  if (inTrash.length === 0) return null;
  const back = (run: RunSummary): RunSummary => ({ ...run, deletedAt: null });
  const all: Sides = [
    { ...first, runs: [...first.runs, ...inTrash.map((pair) => back(pair.first))] },
    { ...second, runs: [...second.runs, ...inTrash.map((pair) => back(pair.second))] },
  ];
  const whole = await pairSides(read, all, plan);
  if ('why' in whole) return { sentence: whole.why, runIds: trashedIds(inTrash) };
  return { sentence: whole.judge('accuracy').sentence, runIds: trashedIds(inTrash) };
}

const trashedIds = (pairs: Paired['inTrash']): string[] =>
  pairs
    .flatMap(({ first, second }) => [first, second])
    .filter(({ deletedAt }) => deletedAt !== null)
    .map(({ runId }) => runId);

export function seedOf({
  seed,
  first,
  second,
  judged: [a, b],
}: JudgedPair): Judgement['seeds'][number] {
  return {
    seed,
    runIds: [first.runId, second.runId],
    accuracies: [a.figures.accuracy, b.figures.accuracy],
    losses: [a.figures.loss, b.figures.loss],
    briers: [a.figures.brier, b.figures.brier],
    difference: b.figures.accuracy - a.figures.accuracy,
  };
}

function sidesOfPairs(pairs: readonly JudgedPair[]): [JudgedRun[], JudgedRun[]] {
  return [pairs.map(({ judged }) => judged[0]), pairs.map(({ judged }) => judged[1])];
}

/** Accuracy with the weights that the verdict is not about, from the stored epochs. */
function besideOf({ pairs, judgeDifferences }: Paired, weights: Weights): Judgement['beside'] {
  const other = weights === 'best' ? 'last' : 'best';
  const differences = pairs.map(
    ({ first, second }) =>
      (second[other]?.testAccuracy ?? Number.NaN) - (first[other]?.testAccuracy ?? Number.NaN),
  );
  if (differences.length < 2 || !differences.every(Number.isFinite)) return null;
  return { weights: other, verdict: judgeDifferences(differences) };
}

const twoWayOf = ({ difference, twoWay }: Judgement['verdict']): Judgement['twoWay'] =>
  difference === null || twoWay === null
    ? null
    : { difference, interval: twoWay.interval95, ...twoWay };

/** How many more would settle the verdict, and at which risk; nothing where some are still to come. */
function pairsNeeded(
  { pairs, counts, looks, reviewVariance }: Paired,
  verdict: Judgement['verdict'],
): Pick<Judgement, 'morePairs' | 'morePairsRange' | 'morePairsRisk'> {
  const no = { morePairs: null, morePairsRange: null, morePairsRisk: null };
  if (counts.pending + counts.notHere > 0 || pairs.length < 2) return no;
  if (decidingInference(verdict) === null) return no;
  if (isSettled(verdict)) return { ...no, morePairs: 0 };
  const needed = morePairs(
    pairs.map((pair) => seedOf(pair).difference),
    verdict.margin,
    { look: verdict.look, reviewVariance: reviewVariance ?? 0, most: mostPairs },
  );
  if (needed === 'unknown') return { ...no, morePairs: 'unknown' };
  const [low, high] = needed.range;
  const next = nextLook(verdict.look);
  return {
    morePairs: needed.pairs,
    morePairsRange: low === null ? null : [low, high],
    morePairsRisk:
      needed.pairs === null || verdict.look.number < verdict.look.planned
        ? null
        : attainedError([...looks, { ...next, pairs: pairs.length + needed.pairs }]),
  };
}

const isSettled = ({ state }: Judgement['verdict']): boolean =>
  state !== 'leaning' && state !== 'open';

/** Over seeds and reviews, a part at a time. */
async function bootstrapOf(pairs: readonly SeedPair[]): Promise<Judgement['bootstrap']> {
  const parts = multiBootstrap(
    pairs,
    // One fixed seed: the same runs give the same interval, always.
    randomStream(1, 'multi-bootstrap').uniform,
  );
  for (;;) {
    await nextTurn();
    const { done, value } = parts.next();
    if (done === true) return { difference: value.difference, interval: [...value.interval] };
  }
}

/** Two seeds of one side beside two seeds of both: pairs of runs that differ in their seeds alike, then those that share one. */
async function agreementOf(pairs: readonly JudgedPair[]): Promise<Judgement['agreement']> {
  const sides = sidesOfPairs(pairs);
  const apart = (a: JudgedRun, b: JudgedRun): number =>
    Math.abs(a.figures.accuracy - b.figures.accuracy);
  const [first, second] = [probabilitiesOf(sides[0]), probabilitiesOf(sides[1])];
  await nextTurn();
  const within: [number | null, number | null] = [
    meanDisagreement(first),
    meanDisagreement(second),
  ];
  await nextTurn();
  const { between, same } = meanDisagreementBetween(first, second);
  return {
    disagreement: { within, between, sameSeed: same },
    accuracy: {
      within: [meanOverPairs(sides[0], apart), meanOverPairs(sides[1], apart)],
      between: meanOf(
        sides[0].flatMap((a, i) => sides[1].flatMap((b, j) => (i === j ? [] : [apart(a, b)]))),
      ).mean,
      sameSeed: meanOf(pairs.map(({ judged: [a, b] }) => apart(a, b))).mean,
    },
  };
}

const probabilitiesOf = (runs: readonly JudgedRun[]): Float32Array[] =>
  runs.map(({ judged: { probabilities } }) => probabilities);

function expectedOf(pairs: readonly JudgedPair[]): Judgement['expectedStableFlips'] {
  const [first, second] = sidesOfPairs(pairs);
  return expectedFlips(probabilitiesOf(first), probabilitiesOf(second));
}

/** Of no run, or a single one: what is missing may be in the trash. */
function tooFew(runs: readonly RunSummary[], planned: readonly PlannedRun[]): string {
  const gone = planned.find((run) => isHere(run) && run.deletedAt !== null);
  if (gone !== undefined) return m.experiments_run_in_trash({ name: gone.name, runId: gone.runId });
  return runs.length === 0 ? m.experiments_none_finished() : m.experiments_one_run();
}

const side = ({ runs }: Group<RunSummary>, name: string) => ({
  name,
  runIds: runs.map(({ runId }) => runId),
});

const isTestChosen = (runs: readonly RunSummary[]): boolean =>
  runs.some(({ config }) => config.validation === 'test');
