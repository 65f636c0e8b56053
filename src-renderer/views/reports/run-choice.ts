import type { RunSummary } from '#contract/run.ts';

import { sharedFields, sharedSettings } from '#core/config/run-labels.ts';

import { groupTitle } from '../../parts/runs/group-text.ts';
import { headOf } from '../../parts/runs/rows.ts';

/** An experiment's runs, or a run that was started alone; oldest first within. */
export type RunGroup = Readonly<{
  groupId: string;
  name: string;
  isExperiment: boolean;
  runs: readonly RunSummary[];
}>;

/**
 * By experiment, the newest first; `runs` newest first, as the list has them.
 *
 * @param all what an experiment is called is that of all its runs, as on the Runs screen
 */
export function groupsOf(runs: readonly RunSummary[], all = runs): readonly RunGroup[] {
  const idOf = ({ runId, experimentId }: RunSummary): string => experimentId ?? runId;
  const whole = Map.groupBy(all, idOf);
  const common = sharedFields(all.map((run) => run.config));
  return [...Map.groupBy(runs, idOf)].map(([groupId, members]) => {
    const isExperiment = members.length > 1;
    const own = whole.get(groupId) ?? members;
    const name = isExperiment
      ? groupTitle(headOf(groupId, own, sharedSettings(own, common)))
      : (members[0]?.name ?? '');
    return { groupId, name, isExperiment, runs: members.toReversed() };
  });
}

/** Groups whose name holds every word, else what of their runs does. */
export function found(groups: readonly RunGroup[], filter: string): readonly RunGroup[] {
  const words = filter.toLowerCase().split(/\s+/);
  const holds = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  return groups.flatMap((group) => {
    if (holds(group.name)) return [group];
    const runs = group.runs.filter((run) =>
      holds(`${group.name} ${run.name} ${run.datasetName} ${run.tags.join(' ')}`),
    );
    return runs.length === 0 ? [] : [{ ...group, runs }];
  });
}

/** Those that were chosen before keep their places; others follow in the order of the list. */
export function ordered(
  before: readonly string[],
  chosen: ReadonlySet<string>,
  groups: readonly RunGroup[],
): readonly string[] {
  const kept = before.filter((runId) => chosen.has(runId));
  const added = groups
    .flatMap(({ runs }) => runs.map(({ runId }) => runId))
    .filter((runId) => chosen.has(runId) && !before.includes(runId));
  return [...kept, ...added];
}
