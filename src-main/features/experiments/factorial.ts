import type { Factorial, Judgement } from '#contract/experiment.ts';
import type { RunSummary } from '#contract/run.ts';
import { isWithinGrid, settingsKey, type Group } from '#core/experiment/grouping.ts';
import { variantFactors } from '#core/config/run-config.ts';
import { isAt, type FactorLevels } from '#core/statistics/factor-levels.ts';
import { cells, fitFactorial } from '#core/statistics/factorial.ts';

import { isHere, mayFinish, type Plan } from './pairs.ts';

/** Over all finished runs of a grid of the three factors. */
export function factorialOf(
  runs: readonly RunSummary[],
  groups: readonly Group<RunSummary>[],
  { weights, planned }: Plan,
): Judgement['factorial'] {
  const [any] = groups;
  if (any === undefined || groups.length < 8 || !isWithinGrid(groups)) return null;
  const finished = runs.filter((run) => run.state === 'finished' && run[weights] !== null);
  const fit = fitFactorial(
    finished.flatMap((run) => {
      const value = run[weights]?.testAccuracy;
      if (value === undefined) return [];
      return [{ ...levelsOf(run.config), seed: run.config.seed, value }];
    }),
  );
  if (fit === null) return null;
  const trashed = planned.filter(
    (run) =>
      run.state === 'finished' &&
      run.deletedAt !== null &&
      isHere(run) &&
      settingsKey(run.config) === settingsKey(any.config),
  );
  const leftOut = [...fit.leftOut, ...seedsAlone(trashed, finished)];
  return {
    ...fit,
    leftOut,
    leftOutInTrash: inTrash(leftOut, trashed),
    // The test has a key of its own too, from when it stood beside a pooled one.
    terms: fit.terms.map(({ test, ...term }) => ({
      ...term,
      ...(test ?? untested),
      overSeeds: test,
    })),
    intervalOverSeeds: fit.interval,
    residualDeviation: fit.pooled?.residualDeviation ?? null,
    degreesOfFreedom: Math.max(0, fit.blocks - 1),
    runs: finished.length,
    pending: planned.filter((run) => (run.state !== 'finished' || !isHere(run)) && mayFinish(run))
      .length,
    notHere: planned.filter((run) => !isHere(run) && mayFinish(run)).length,
    look: { number: startsOf(finished), planned: 1 },
  };
}

const levelsOf = ({ embedding, convPadding, cnnHead }: RunSummary['config']): FactorLevels => ({
  embedding: embedding === variantFactors.B.embedding,
  padding: convPadding === variantFactors.B.convPadding,
  head: cnnHead === variantFactors.B.cnnHead,
});

/** The seeds whose finished runs are all in the trash. */
function seedsAlone(
  trashed: Plan['planned'],
  finished: readonly RunSummary[],
): Factorial['leftOut'] {
  const known = new Set(finished.map(({ config }) => config.seed));
  const seeds = new Set(trashed.map(({ config }) => config.seed));
  return [...seeds].filter((seed) => !known.has(seed)).map((seed) => ({ seed, missing: cells }));
}

/** Of every missing cell, the first run of it that is in the trash. */
const inTrash = (
  leftOut: Factorial['leftOut'],
  trashed: Plan['planned'],
): Factorial['leftOutInTrash'] =>
  leftOut.flatMap(({ seed, missing }) =>
    missing.flatMap((cell) => {
      const run = trashed.find(
        ({ config }) => config.seed === seed && isAt(levelsOf(config), cell),
      );
      return run === undefined ? [] : [{ ...cell, seed, runId: run.runId, name: run.name }];
    }),
  );

const untested = {
  standardError: null,
  interval: null,
  p: null,
  adjustedP: null,
  shareInterval: null,
};

const startsOf = (runs: readonly RunSummary[]): number =>
  new Set(
    runs.map(({ runId, experimentId, experimentRound }) =>
      experimentId === null ? runId : `${experimentId} ${experimentRound}`,
    ),
  ).size;
