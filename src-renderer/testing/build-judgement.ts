import type { Judgement } from '#contract/experiment.ts';
import { verdictOf } from '#core/statistics/verdict.ts';

/** A judgement of runs a1, b1, a2, b2 ... with these differences of accuracy, changed where a test cares. */
export function buildJudgement({
  differences,
  ...override
}: Partial<Judgement> & { differences: readonly number[] }): Judgement {
  const seeds = differences.map((difference, index) => ({
    seed: index + 1,
    runIds: [`a${index + 1}`, `b${index + 1}`] as [string, string],
    accuracies: [0.85, 0.85 + difference] as [number, number],
    losses: [0.3, 0.29] as [number, number],
    briers: [0.1, 0.09] as [number, number],
    difference,
  }));
  const bare = verdictOf(differences, 0.0025);
  const verdict: Judgement['verdict'] = {
    ...bare,
    interval95: bare.interval95 === null ? null : [...bare.interval95],
    interval90: bare.interval90 === null ? null : [...bare.interval90],
    secondMinusFirst: bare.difference,
    twoWay:
      bare.difference === null
        ? null
        : { interval95: [-0.002, 0.022], interval90: [-0.001, 0.021], p: 0.06 },
    attainedError: null,
    marginFrom: 'plan',
    sentence: `The verdict is ${bare.state}.`,
  };
  return {
    runIds: seeds.flatMap(({ runIds }) => runIds),
    weights: 'best',
    sides: [
      { name: 'A', runIds: seeds.map(({ runIds }) => runIds[0]) },
      { name: 'B', runIds: seeds.map(({ runIds }) => runIds[1]) },
    ],
    differingSettings: ['embedding', 'convPadding', 'cnnHead'],
    verdict,
    loss: { ...verdict, sentence: 'About the loss.', margin: 0 },
    brier: { ...verdict, sentence: 'About the Brier score.', margin: 0 },
    beside: { weights: 'last', verdict: { ...verdict, sentence: 'About the last epoch.' } },
    seeds,
    pairs: { planned: seeds.length, pending: 0, leftOut: 0, later: 0, inTrash: 0, notHere: 0 },
    withTrash: null,
    missing: [],
    comparisons: 1,
    isPlanKnown: true,
    plannedRuns: 2 * seeds.length,
    experimentId: null,
    correlation: 0.5,
    twoWay: {
      difference: 0.01,
      interval: [-0.002, 0.022],
      interval95: [-0.002, 0.022],
      interval90: [-0.001, 0.021],
      p: 0.06,
    },
    bootstrap: { difference: 0.01, interval: [-0.001, 0.02] },
    morePairs: 'unknown',
    morePairsRange: null,
    morePairsRisk: null,
    skewness: { value: null, error: 0.065 },
    criticalT: 4.302652729749462,
    isTestChosen: false,
    trainingDraw: 'fixed',
    rows: 2000,
    agreement: {
      disagreement: { within: [0.079, 0.081], between: 0.08, sameSeed: 0.072 },
      accuracy: { within: [0.004, 0.005], between: 0.006, sameSeed: 0.005 },
    },
    stableFlips: [{ row: 7, label: 1, probabilities: [0.9, 0.2] }],
    expectedStableFlips: {
      mean: 15,
      sd: 4,
      divisions: 10,
      p: 1,
      within: { seeds: 1, first: { mean: 160, sd: 9 }, second: { mean: 158, sd: 8 }, limit: 160 },
      isFinding: false,
    },
    strata: null,
    factorial: null,
    ...override,
  };
}
