import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Judgement } from '#contract/experiment.ts';
import type { RunSummary } from '#contract/run.ts';
import { disagreement, meanOverPairs, stableFlips } from '#core/experiment/agreement.ts';
import {
  configurationKey,
  groupByConfiguration,
  isWithinGrid,
  pairBySeed,
  sideNames,
  sidesOf,
  type Group,
  type Pair,
} from '#core/experiment/grouping.ts';
import { randomStream } from '#core/random.ts';
import { variantFactors } from '#core/run-config.ts';
import { reachedLook } from '#core/experiment/planned-looks.ts';
import { fitFactorial } from '#core/statistics/factorial.ts';
import { meanOf } from '#core/statistics/mean.ts';
import { morePairs } from '#core/statistics/more-pairs.ts';
import { multiBootstrap, type SeedPair } from '#core/statistics/multi-bootstrap.ts';
import { correlation, criticalT } from '#core/statistics/student.ts';
import { twoWayEstimate } from '#core/statistics/two-way.ts';
import { verdictOf } from '#core/statistics/verdict.ts';
import * as m from '#messages';

import type { JudgedRun, ReadJudged } from './judged-cache.ts';
import { notComparable, pending, withSentence, type Measure } from './sentence.ts';

type Weights = 'best' | 'last';
type Sides = readonly [Group<RunSummary>, Group<RunSummary>];
type JudgedPair = Pair<RunSummary> & Readonly<{ judged: readonly [JudgedRun, JudgedRun] }>;

/**
 * Pairs the runs of two configurations by seed and judges them. `planned` are all runs that were started with these, in whatever
 * state: the number of pairs, and of looks at them, is fixed at the start.
 */
export async function judgeRuns(
  { read, margin }: Readonly<{ read: ReadJudged; margin: number }>,
  runs: readonly RunSummary[],
  plan: Readonly<{ weights: Weights; planned: readonly RunSummary[]; looks: number }>,
): Promise<Judgement> {
  const { weights, planned } = plan;
  const groups = groupByConfiguration(runs);
  const sides = sidesOf(groups);
  const factorial = factorialOf(runs, groups, plan);
  const refused = (sentence: string): Judgement => ({
    ...nothing,
    runIds: runs.map(({ runId }) => runId),
    weights,
    sides: null,
    verdict: notComparable(sentence, margin),
    isTestChosen: isTestChosen(runs),
    factorial,
  });
  if (sides === null) {
    return refused(
      groups.length === 1
        ? m.experiments_one_configuration()
        : m.experiments_not_two({ count: groups.length }),
    );
  }
  const names = sideNames(sides[0].config, sides[1].config);
  const members = sides.flatMap((side) => side.runs).filter(hasEnded);
  const judged = new Map<string, JudgedRun>();
  for (const run of members) {
    const found = await read(run, weights);
    if ('why' in found) return refused(m.experiments_no_predictions({ reason: found.why }));
    judged.set(run.runId, found);
  }
  const reason = reasonAgainst(members, judged);
  if (reason !== null) return refused(reason);

  const finished = pairBySeed(sides[0].runs, sides[1].runs).flatMap((pair): JudgedPair[] => {
    const [first, second] = [judged.get(pair.first.runId), judged.get(pair.second.runId)];
    return first === undefined || second === undefined
      ? []
      : [{ ...pair, judged: [first, second] }];
  });
  const counts = countPairs(sides, finished, planned);
  const reached = lookOf(finished.length, counts, plan.looks);
  // Between two looks everything stays as it was at the last one, however many have finished since.
  const pairs = reached === null ? finished : finished.slice(0, reached.pairs);
  const look =
    plan.looks === 1
      ? { number: lookNumber(pairs), planned: 1 }
      : { number: reached?.number ?? 1, planned: plan.looks };
  const judge = (measure: Measure, differences: readonly number[]) => {
    const verdict = verdictOf(differences, measure === 'accuracy' ? margin : 0, look);
    return counts.pending > 0 && reached === null
      ? pending(verdict, counts.planned)
      : withSentence(verdict, names, measure);
  };
  const seeds = pairs.map(seedOf);
  const differences = seeds.map(({ difference }) => difference);
  const [first, second] = seeds.length === 0 ? [[], []] : sidesOfPairs(pairs);
  const models = pairs.map((pair) => pair.judged.map((of) => of.judged.probabilities));
  const any = pairs[0]?.judged[0].judged;
  const rights = pairs.map(({ judged: [a, b] }) => ({ first: a.right, second: b.right }));
  const bootstrap = pairs.length < 2 ? null : await bootstrapOf(rights);
  const verdict = judge('accuracy', differences);
  return {
    runIds: runs.map(({ runId }) => runId),
    weights,
    sides: [side(sides[0], names[0]), side(sides[1], names[1])],
    verdict,
    loss: judge(
      'loss',
      seeds.map(({ losses: [a, b] }) => a - b),
    ),
    brier: judge(
      'brier',
      seeds.map(({ briers: [a, b] }) => a - b),
    ),
    beside: besideOf(pairs, weights, (values) => judge('accuracy', values)),
    seeds,
    pairs: { ...counts, later: finished.length - pairs.length },
    correlation: correlation(
      first.map(({ figures }) => figures.accuracy),
      second.map(({ figures }) => figures.accuracy),
    ),
    bootstrap,
    twoWay: twoWayOf(rights, verdict),
    morePairs:
      counts.pending > 0 || seeds.length < 2
        ? null
        : isSettled(verdict)
          ? 0
          : morePairs(differences, margin, { look: look.number }),
    criticalT: seeds.length < 2 ? null : criticalT(seeds.length - 1, 0.95),
    isTestChosen: isTestChosen(members),
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
    factorial,
  };
}

const nothing = {
  loss: null,
  brier: null,
  beside: null,
  seeds: [],
  pairs: { planned: 0, pending: 0, leftOut: 0, later: 0 },
  correlation: null,
  bootstrap: null,
  twoWay: null,
  morePairs: null,
  criticalT: null,
  rows: 0,
  agreement: null,
  stableFlips: [],
};

/** Why runs cannot be judged together, null where they can. */
function reasonAgainst(
  runs: readonly RunSummary[],
  judged: ReadonlyMap<string, JudgedRun>,
): string | null {
  const [first, ...others] = runs;
  const rows = first === undefined ? undefined : judged.get(first.runId)?.judged.rows;
  if (first === undefined || rows === undefined) return null;
  for (const other of others) {
    if (other.datasetHash !== first.datasetHash) return m.experiments_other_data();
    if (other.config.validation !== first.config.validation)
      return m.experiments_other_validation();
    const theirs = judged.get(other.runId)?.judged.rows;
    if (theirs?.length !== rows.length || !theirs.every((row, index) => row === rows[index])) {
      return m.experiments_other_rows();
    }
  }
  return null;
}

type PairCounts = Omit<Judgement['pairs'], 'later'>;

function countPairs(
  sides: Sides,
  pairs: readonly JudgedPair[],
  planned: readonly RunSummary[],
): PairCounts {
  const keys = sides.map(({ config }) => configurationKey(config));
  const of = (key: string | undefined) =>
    planned.filter(({ config }) => configurationKey(config) === key);
  const judgedSeeds = new Set(pairs.map(({ seed }) => seed));
  const others = pairBySeed(of(keys[0]), of(keys[1])).filter(({ seed }) => !judgedSeeds.has(seed));
  const both = (pair: Pair<RunSummary>, is: (run: RunSummary) => boolean) =>
    is(pair.first) && is(pair.second);
  return {
    planned: pairs.length + others.length,
    pending: others.filter(
      (pair) => both(pair, mayFinish) && !both(pair, ({ state }) => state === 'finished'),
    ).length,
    leftOut: others.filter((pair) =>
      both(pair, ({ state, deletedAt }) => state === 'finished' && deletedAt === null),
    ).length,
  };
}

/** The figures of a run that trains may still change. */
const hasEnded = ({ state }: RunSummary): boolean => state !== 'running' && state !== 'queued';

const comingStates = new Set(['queued', 'running', 'paused', 'interrupted', 'finished']);
const mayFinish = ({ state, deletedAt }: RunSummary): boolean =>
  deletedAt === null && comingStates.has(state);

/** The planned look whose pairs are there; null before the first, and where a single one was planned. */
function lookOf(
  finished: number,
  { planned, pending, leftOut }: PairCounts,
  looks: number,
): ReturnType<typeof reachedLook> {
  if (looks === 1) return null;
  // No more will come, though some were lost: this is the last look.
  if (pending === 0 && leftOut === 0) return { number: looks, pairs: finished };
  return reachedLook(finished, { pairs: planned, looks });
}

/** Pairs that were started together were planned together; every further start is a further look. */
function lookNumber(pairs: readonly JudgedPair[]): number {
  const starts = new Set(
    pairs.map(({ first, second }) => `${first.experimentId ?? ''} ${second.experimentId ?? ''}`),
  );
  return Math.min(20, Math.max(1, starts.size));
}

const startsOf = (runs: readonly RunSummary[]): number =>
  new Set(runs.map(({ runId, experimentId }) => experimentId ?? runId)).size;

function seedOf({ seed, first, second, judged: [a, b] }: JudgedPair): Judgement['seeds'][number] {
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
function besideOf(
  pairs: readonly JudgedPair[],
  weights: Weights,
  judge: (differences: readonly number[]) => Judgement['verdict'],
): Judgement['beside'] {
  const other = weights === 'best' ? 'last' : 'best';
  const differences = pairs.map(
    ({ first, second }) =>
      (second[other]?.testAccuracy ?? Number.NaN) - (first[other]?.testAccuracy ?? Number.NaN),
  );
  if (differences.length < 2 || !differences.every(Number.isFinite)) return null;
  return { weights: other, verdict: judge(differences) };
}

/** At the level of the verdict's look. */
function twoWayOf(
  pairs: readonly SeedPair[],
  { coverage }: Judgement['verdict'],
): Judgement['twoWay'] {
  const estimate = coverage === null ? null : twoWayEstimate(pairs, coverage);
  return estimate === null ? null : { ...estimate, interval: [...estimate.interval] };
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
  const differing = (a: JudgedRun, b: JudgedRun): number =>
    disagreement(a.judged.probabilities, b.judged.probabilities);
  const apart = (a: JudgedRun, b: JudgedRun): number =>
    Math.abs(a.figures.accuracy - b.figures.accuracy);
  const within: (number | null)[] = [];
  for (const runs of sides) {
    await nextTurn();
    within.push(meanOverPairs(runs, differing));
  }
  await nextTurn();
  const between = (measure: typeof apart): Between => ({
    between: meanOf(
      sides[0].flatMap((a, i) => sides[1].flatMap((b, j) => (i === j ? [] : [measure(a, b)]))),
    ).mean,
    sameSeed: meanOf(pairs.map(({ judged: [a, b] }) => measure(a, b))).mean,
  });
  return {
    disagreement: { within: [within[0] ?? null, within[1] ?? null], ...between(differing) },
    accuracy: {
      within: [meanOverPairs(sides[0], apart), meanOverPairs(sides[1], apart)],
      ...between(apart),
    },
  };
}

type Between = Readonly<{ between: number; sameSeed: number }>;

/** Over all finished runs of a grid of the three factors. */
function factorialOf(
  runs: readonly RunSummary[],
  groups: readonly Group<RunSummary>[],
  { weights, planned }: Readonly<{ weights: Weights; planned: readonly RunSummary[] }>,
): Judgement['factorial'] {
  if (groups.length < 8 || !isWithinGrid(groups)) return null;
  const finished = runs.filter((run) => run.state === 'finished' && run[weights] !== null);
  const fit = fitFactorial(
    finished.flatMap((run) => {
      const value = run[weights]?.testAccuracy;
      if (value === undefined) return [];
      const { embedding, convPadding, cnnHead } = run.config;
      return [
        {
          embedding: embedding === variantFactors.B.embedding,
          padding: convPadding === variantFactors.B.convPadding,
          head: cnnHead === variantFactors.B.cnnHead,
          seed: run.config.seed,
          value,
        },
      ];
    }),
  );
  if (fit === null) return null;
  return {
    terms: fit.terms.map(({ overSeeds, ...term }) => ({
      ...term,
      interval: [...term.interval],
      shareInterval: [...term.shareInterval],
      overSeeds: overSeeds === null ? null : { ...overSeeds, interval: [...overSeeds.interval] },
    })),
    difference: fit.difference,
    interval: [...fit.interval],
    intervalOverSeeds: fit.intervalOverSeeds === null ? null : [...fit.intervalOverSeeds],
    simpleEffects: fit.simpleEffects.map((of) => ({ ...of, interval: [...of.interval] })),
    residualDeviation: fit.residualDeviation,
    degreesOfFreedom: fit.degreesOfFreedom,
    blocks: fit.blocks,
    runs: finished.length,
    pending: planned.filter((run) => run.state !== 'finished' && mayFinish(run)).length,
    look: { number: startsOf(finished), planned: 1 },
  };
}

const side = ({ runs }: Group<RunSummary>, name: string) => ({
  name,
  runIds: runs.map(({ runId }) => runId),
});

const isTestChosen = (runs: readonly RunSummary[]): boolean =>
  runs.some(({ config }) => config.validation === 'test');
