import type { RunSummary } from '#contract/run.ts';

import type { RunMarks } from '../../state/run-marks.svelte.ts';

/** What Compare on the Runs screen would take: the selected runs or the drawn ones; where there are no two, `firstPair`. */
export function openingRuns(
  newestFirst: readonly RunSummary[],
  marks: Pick<RunMarks, 'chosenOf'>,
): readonly string[] {
  const { runs } = marks.chosenOf(newestFirst);
  return runs.length > 1 ? runs.map(({ runId }) => runId) : firstPair(newestFirst);
}

/** A list of thousands takes seconds to draw. */
const mostOffered = 200;

/** What a list to choose from offers: the newest runs, those that are marked on the Runs screen, and the chosen ones. */
export function offeredRuns(
  newestFirst: readonly RunSummary[],
  chosen: readonly string[],
  marks: Pick<RunMarks, 'drawn' | 'selected'>,
): readonly RunSummary[] {
  if (newestFirst.length <= mostOffered) return newestFirst;
  const marked = newestFirst.filter(
    ({ runId }) => marks.drawn.has(runId) || marks.selected.has(runId),
  );
  const wanted = new Set([...marked.slice(0, mostOffered).map(({ runId }) => runId), ...chosen]);
  return newestFirst.filter(({ runId }, index) => index < mostOffered || wanted.has(runId));
}

/**
 * Two runs to open with: of the newest run with a result, its experiment's A and B with one seed; else it and the newest other run
 * on the same data. Empty where no two can be compared.
 */
export function firstPair(newestFirst: readonly RunSummary[]): readonly string[] {
  const usable = newestFirst.filter((run) => run.best !== null);
  const newest = usable[0];
  if (newest === undefined) return [];
  const siblings = usable.filter((run) =>
    newest.experimentId === null
      ? run.datasetHash === newest.datasetHash
      : run.experimentId === newest.experimentId,
  );
  for (const a of siblings.toReversed()) {
    if (a.variant !== 'A') continue;
    const b = siblings.find((run) => run.variant === 'B' && run.config.seed === a.config.seed);
    if (b !== undefined) return [a.runId, b.runId];
  }
  const other = usable.find(
    (run) => run.runId !== newest.runId && run.datasetHash === newest.datasetHash,
  );
  return other === undefined ? [] : [other.runId, newest.runId];
}
