import type { Comparison, Paired } from '#contract/comparison.ts';
import type { RunSummary } from '#contract/run.ts';
import { isSameConfiguration } from '#core/experiment/grouping.ts';

type Judged = Pick<RunSummary, 'runId' | 'variant' | 'config' | 'datasetHash'>;

/**
 * What may be said of runs. The seed is the replicate: from one seed each nothing is said of the variants, whatever the interval over
 * reviews. A verdict over several seeds is not among these: it needs the paired experiment.
 */
export type Verdict = Readonly<{
  state: 'notComparable' | 'oneSeedEach' | 'sameVariant' | 'severalPairs' | 'sameRun';
  /** The server's sentence for what cannot be compared. */
  reason: string | null;
}>;

export function verdictOf(runs: readonly Judged[], comparison: Comparison): Verdict {
  const [first, second] = runs;
  if (first === undefined || second === undefined)
    return { state: 'notComparable', reason: comparison.reason };
  if (comparison.paired === null && comparison.pairs.every((pair) => pair.paired === null))
    return { state: 'notComparable', reason: comparison.reason };
  if (runs.every((run) => run.runId === first.runId)) return { state: 'sameRun', reason: null };
  if (runs.every((run) => isSameButSeed(run, first))) return { state: 'sameVariant', reason: null };
  return { state: runs.length > 2 ? 'severalPairs' : 'oneSeedEach', reason: null };
}

/** The runs were chosen by the split they are reported on. */
export function hasTestChosenEpoch(runs: readonly Pick<RunSummary, 'config'>[]): boolean {
  return runs.some((run) => run.config.validation === 'test');
}

export function excludesZero({ interval }: Pick<Paired, 'interval'>): boolean {
  return interval !== null && (interval[0] > 0 || interval[1] < 0);
}

export function isSameButSeed(a: Judged, b: Judged): boolean {
  return isSameConfiguration(a.config, b.config);
}
