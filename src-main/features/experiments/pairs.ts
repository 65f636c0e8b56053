import type { Judgement, Verdict } from '#contract/experiment.ts';
import type { RunSummary } from '#contract/run.ts';
import {
  configurationKey,
  pairBySeed,
  sideNames,
  type Group,
  type Pair,
} from '#core/experiment/grouping.ts';
import { isOneClass } from '#core/comparison/paired.ts';
import { takenLooks, type Round } from '#core/experiment/planned-looks.ts';
import { attainedError, type LookAtPairs } from '#core/statistics/attained-error.ts';
import { reviewVariance, type ScoredPair } from '#core/statistics/two-way.ts';
import { verdictOf } from '#core/statistics/verdict.ts';
import * as m from '#messages';

import type { JudgedRun, ReadJudged } from './judged-cache.ts';
import { meanScore, scoresOf, type Measure } from './scores.ts';
import { pending, withSentence, type Band } from './verdict-sentence.ts';

export type Weights = 'best' | 'last';
export type Sides = readonly [Group<RunSummary>, Group<RunSummary>];
export type JudgedPair = Pair<RunSummary> &
  Readonly<{ judged: readonly [JudgedRun, JudgedRun]; round: number }>;

/** Planned, and not in this home. Its state is that of when the bundle that names it was written. */
export type AbsentRun = Pick<
  RunSummary,
  | 'runId'
  | 'name'
  | 'state'
  | 'config'
  | 'experimentId'
  | 'experimentRound'
  | 'createdAt'
  | 'deletedAt'
> &
  Readonly<{ isAbsent: true }>;
export type PlannedRun = RunSummary | AbsentRun;
export const isHere = (run: PlannedRun): run is RunSummary => !('isAbsent' in run);

export type Plan = Readonly<{
  weights: Weights;
  /** All runs that were started with these, in whatever state: the number of pairs, and of looks at them, is fixed at the start. */
  planned: readonly PlannedRun[];
  looks: number;
  /** False where these may not be all. */
  isKnown: boolean;
  band: Band;
}>;

/** The paired seeds of two configurations, and how to judge figures of them. */
export type Paired = Readonly<{
  names: readonly [string, string];
  /** Those of the look that is reached, by round, then seed: between two looks all stays as it was at the last one. */
  pairs: readonly JudgedPair[];
  counts: Judgement['pairs'];
  judge: (measure: Measure) => Verdict;
  /** By other figures of theirs, a difference in accuracy each, of which the scores of single reviews are not known. */
  judgeDifferences: (differences: readonly number[]) => Verdict;
  /** Those taken so far. */
  looks: readonly LookAtPairs[];
  /** What the choice of the reviews adds to the variance of the mean difference in accuracy. */
  reviewVariance: number | null;
  /** Finished pairs of which a run is in the trash. */
  inTrash: readonly Pair<RunSummary>[];
}>;

/** Pairs two configurations by seed, and reads what their runs say of each review; the reason where they cannot be judged together. */
export async function pairSides(
  read: ReadJudged,
  sides: Sides,
  plan: Plan,
): Promise<Paired | Readonly<{ why: string }>> {
  const names = sideNames(sides[0].config, sides[1].config);
  const members = sides.flatMap((side) => side.runs).filter(hasEnded);
  const judged = new Map<string, JudgedRun>();
  for (const run of members) {
    const found = await read(run, plan.weights);
    if (!('why' in found)) judged.set(run.runId, found);
    else if (run.state === 'finished' || members.length <= 2)
      return { why: m.experiments_no_predictions({ reason: found.why }) };
  }
  const reason = reasonAgainst(
    members.filter(({ runId }) => judged.has(runId)),
    judged,
  );
  if (reason !== null) return { why: reason };

  const all = allPairs(sides, plan.planned);
  const starts = startsOf(all);
  const roundOf = (pair: Pair<PlannedRun>): number => starts.indexOf(startKey(pair));
  const finished = pairBySeed(sides[0].runs, sides[1].runs)
    .flatMap((pair): JudgedPair[] => {
      const [first, second] = [judged.get(pair.first.runId), judged.get(pair.second.runId)];
      return first === undefined || second === undefined
        ? []
        : [{ ...pair, judged: [first, second], round: roundOf(pair) }];
    })
    .sort((a, b) => a.round - b.round || a.seed - b.seed);
  const judgedSeeds = new Set(finished.map(({ seed }) => seed));
  const others = all.filter((pair) => !judgedSeeds.has(pair.seed) && !isWithdrawn(pair));
  const inTrash = others.filter((pair) => isFinished(pair) && isInTrash(pair));
  /** Their figures are elsewhere: what was planned cannot be judged without them. */
  const notHere = others.filter((pair) => !isWhole(pair) && runsOf(pair).every(mayFinish)).length;
  const counts = {
    planned: finished.length + others.length,
    pending: others.filter(isPending).length,
    leftOut: others.filter((pair) => isFinished(pair) && isWhole(pair) && !isInTrash(pair)).length,
    inTrash: inTrash.length,
    notHere,
  };
  const rounds = starts.map((_, round): Round => {
    const rest = others.filter((pair) => roundOf(pair) === round);
    const ended = finished.filter((pair) => pair.round === round).length;
    return {
      planned: ended + rest.length,
      finished: ended,
      pending: rest.filter(isPending).length,
      leftOut: rest.filter((pair) => isFinished(pair) && !isInTrash(pair)).length,
    };
  });
  const taken = takenLooks(rounds, plan.looks).map((of) => ({ ...of, planned: plan.looks }));
  const reached = notHere > 0 ? undefined : taken.at(-1);
  const pairs = reached === undefined ? finished : finished.slice(0, reached.pairs);
  const look = { number: reached?.number ?? 1, planned: plan.looks };
  const attained = look.number > look.planned ? attainedError(taken) : null;
  const ofReviews = (measure: Measure): number | null =>
    reviewVariance(scoredPairs(pairs, measure));
  const varianceOfAccuracy = ofReviews('accuracy');

  function judge(
    measure: Measure,
    differences: readonly number[],
    variance: number | null,
  ): Verdict {
    const band = measure === 'accuracy' ? plan.band : { ...plan.band, margin: 0 };
    const verdict = verdictOf(differences, band.margin, look, variance);
    return counts.pending + notHere > 0 && reached === undefined
      ? pending(verdict, measure, counts, band.marginFrom)
      : withSentence(verdict, {
          names,
          measure,
          marginFrom: band.marginFrom,
          attained,
          leftOut: counts.leftOut,
        });
  }
  return {
    names,
    pairs,
    counts: { ...counts, later: finished.length - pairs.length },
    judge: (measure) =>
      judge(
        measure,
        pairs.map(({ judged: [a, b] }) => meanScore(measure, b) - meanScore(measure, a)),
        measure === 'accuracy' ? varianceOfAccuracy : ofReviews(measure),
      ),
    judgeDifferences: (differences) => judge('accuracy', differences, null),
    looks: taken,
    reviewVariance: varianceOfAccuracy,
    inTrash: inTrash.filter(isWhole),
  };
}

/** One at a time: the scores of all of them would be many. */
function* scoredPairs(pairs: readonly JudgedPair[], measure: Measure): Generator<ScoredPair> {
  for (const { judged } of pairs)
    yield { first: scoresOf(measure, judged[0]), second: scoresOf(measure, judged[1]) };
}

/** Added, and taken back before anything of it was trained: it was never looked at. */
export const isWithdrawnRun = (run: PlannedRun): boolean =>
  isHere(run) && run.experimentRound > 0 && run.deletedAt !== null && run.epochCount === 0;

/** The figures of a run that trains may still change. */
const hasEnded = ({ state }: RunSummary): boolean => state !== 'running' && state !== 'queued';

export const mayFinish = ({ state, deletedAt }: PlannedRun): boolean =>
  deletedAt === null && comingStates.has(state);
const comingStates = new Set(['queued', 'running', 'paused', 'interrupted', 'finished']);
const isPending = (pair: Pair<PlannedRun>): boolean =>
  !isFinished(pair) && runsOf(pair).every(mayFinish);
const isWhole = (pair: Pair<PlannedRun>): pair is Pair<RunSummary> => runsOf(pair).every(isHere);
const isFinished = (pair: Pair<PlannedRun>): boolean =>
  runsOf(pair).every(({ state }) => state === 'finished');
const isInTrash = (pair: Pair<PlannedRun>): boolean =>
  runsOf(pair).some(({ deletedAt }) => deletedAt !== null);
const isWithdrawn = (pair: Pair<PlannedRun>): boolean => runsOf(pair).some(isWithdrawnRun);
const runsOf = ({ first, second }: Pair<PlannedRun>): readonly PlannedRun[] => [first, second];

/** Those given, and those planned with them. */
function allPairs(sides: Sides, planned: readonly PlannedRun[]): Pair<PlannedRun>[] {
  const [first = [], second = []] = sides.map(({ config, runs }): PlannedRun[] => {
    const key = configurationKey(config);
    return [...runs, ...planned.filter((run) => configurationKey(run.config) === key)];
  });
  return pairBySeed(first, second);
}

const startKey = ({ first, second }: Pair<PlannedRun>): string =>
  [first, second].map((run) => `${run.experimentId ?? ''} ${run.experimentRound}`).join();

/** Pairs that were started together were planned together; every further start is a further look. In their order. */
function startsOf(pairs: readonly Pair<PlannedRun>[]): readonly string[] {
  const inOrder = pairs.toSorted(
    ({ first: a }, { first: b }) =>
      a.createdAt.localeCompare(b.createdAt) || a.experimentRound - b.experimentRound,
  );
  return [...new Set(inOrder.map(startKey))];
}

/** Why runs cannot be judged together, null where they can. */
function reasonAgainst(
  runs: readonly RunSummary[],
  judged: ReadonlyMap<string, JudgedRun>,
): string | null {
  const [first, ...others] = runs;
  const { rows, labels } =
    (first === undefined ? undefined : judged.get(first.runId)?.judged) ?? {};
  if (first === undefined || rows === undefined || labels === undefined) return null;
  for (const other of others) {
    if (other.datasetHash !== first.datasetHash) return m.experiments_other_data();
    const { validation, subset } = first.config;
    if (other.config.validation !== validation || other.config.subset !== subset)
      return m.experiments_other_validation();
    const theirs = judged.get(other.runId)?.judged.rows;
    if (theirs?.length !== rows.length || !theirs.every((row, index) => row === rows[index])) {
      return m.experiments_other_rows();
    }
  }
  return rows.length > 0 && isOneClass(labels)
    ? m.experiments_one_class({ rows: rows.length })
    : null;
}
