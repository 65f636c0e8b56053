import type { RunState, RunSummary } from '#contract/run.ts';
import { configurationKey, kindOf as experimentKind } from '#core/experiment/grouping.ts';
import { headline, watched } from '#core/metrics/table.ts';
import { meanOf } from '#core/statistics/mean.ts';

import { columnOf } from './columns.ts';
import { configurationNames, sharedFields, sharedSettings } from '#core/config/run-labels.ts';

/** By a column's id. */
export type Sort = Readonly<{ key: string; direction: 'ascending' | 'descending' }>;

export type Group = Readonly<{
  groupId: string;
  kind: 'pair' | 'pairs' | 'seeds' | 'grid' | 'mixed' | 'configuration' | 'single' | 'all';
  /** That a person gave the experiment. */
  name: string | null;
  /** What its runs share and others of the list have otherwise: "len 200 units 32". */
  settings: string;
  datasetName: string;
  runs: readonly RunSummary[];
  states: readonly Readonly<{ state: RunState; count: number }>[];
  /** Planned with them, and not in this data folder. */
  absent: number;
}>;

export type Spread = Readonly<{ mean: number; deviation: number; count: number }>;

/** Figures at the epoch with the lowest validation loss; null where there is none. */
export function bestAccuracy(run: Pick<RunSummary, 'best'>): number | null {
  return finiteOrNull(run.best?.[watched.accuracy]);
}

export function bestLoss(run: Pick<RunSummary, 'best'>): number | null {
  return finiteOrNull(run.best?.[watched.loss]);
}

function testAccuracy(run: Pick<RunSummary, 'best'>): number | null {
  return finiteOrNull(run.best?.[headline.accuracy]);
}

const finiteOrNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** `runs` newest first, as they are listed: those of one moment (a pair) stand in the order in which they were started. */
export function sortRuns(runs: readonly RunSummary[], sort: Sort): readonly RunSummary[] {
  const sign = sort.direction === 'ascending' ? 1 : -1;
  const column = columnOf(sort.key);
  const valueOf = (run: RunSummary): string | number | null => column?.value(run) ?? null;
  const compare = column?.kind === 'moment' ? compareMoments : compareValues;
  return runs
    .toReversed()
    .map((run) => ({ run, value: valueOf(run) }))
    .sort((a, b) => {
      // Runs without a figure stay last, whichever way it is sorted.
      const byPresence = Number(isMissing(a.value)) - Number(isMissing(b.value));
      if (byPresence !== 0) return byPresence;
      return sign * compare(a.value, b.value) || byCreation(a.run, b.run);
    })
    .map(({ run }) => run);
}

/**
 * Groups by experiment, newest first; runs started alone stand together by dataset. Or by configuration, in the order of their means of
 * what is sorted by. Runs are sorted within their group.
 *
 * @param all what an experiment is called is that of all its runs, however few of them are shown
 */
export function groupRuns(
  runs: readonly RunSummary[],
  sort: Sort,
  by: 'experiment' | 'configuration' = 'experiment',
  all = runs,
): readonly Group[] {
  const groups = membersById(runs, by);
  const whole = by === 'experiment' ? experimentsOf(all) : groups;
  const common = sharedFields(all.map((run) => run.config));
  const names = by === 'configuration' ? configurationNames([...groups.values()]) : null;
  return [...groups]
    .map(([groupId, members], index) =>
      groupOf(groupId, members, sort, {
        whole: whole.get(groupId),
        settings: names?.[index] ?? settingsOf(whole.get(groupId) ?? members, common),
      }),
    )
    .sort(
      (a, b) =>
        (by === 'experiment' ? 0 : byMean(a, b, sort)) ||
        newest(b.runs).localeCompare(newest(a.runs)),
    );
}

/** While somebody types a filter the list itself stays the same. */
const knownExperiments = new WeakMap<readonly RunSummary[], ReadonlyMap<string, RunSummary[]>>();

function experimentsOf(all: readonly RunSummary[]): ReadonlyMap<string, RunSummary[]> {
  const experiments = knownExperiments.get(all) ?? membersById(all, 'experiment');
  knownExperiments.set(all, experiments);
  return experiments;
}

function membersById(
  runs: readonly RunSummary[],
  by: 'experiment' | 'configuration',
): ReadonlyMap<string, RunSummary[]> {
  const byId = new Map<string, RunSummary[]>();
  for (const run of runs) {
    const groupId = by === 'experiment' ? groupIdOf(run) : configurationIdOf(run);
    const members = byId.get(groupId);
    if (members === undefined) byId.set(groupId, [run]);
    else members.push(run);
  }
  return byId;
}

/** Mean and standard deviation over the runs that have a figure; null where none has. */
export function spreadOf(
  runs: readonly RunSummary[],
  value: (run: RunSummary) => number | null,
): Spread | null {
  const values = runs.flatMap((run) => (isUnderWay(run) ? [] : (value(run) ?? [])));
  if (values.length === 0) return null;
  const { mean, standardDeviation } = meanOf(values);
  return { mean, deviation: values.length > 1 ? standardDeviation : 0, count: values.length };
}

/** The configuration with the highest mean validation accuracy; null where there is nothing to choose from, or on several datasets. */
export function bestConfiguration(groups: readonly Group[]): string | null {
  const first = groups[0];
  if (first === undefined || groups.some(({ datasetName }) => datasetName !== first.datasetName))
    return null;
  const means = groups.flatMap(({ groupId, kind, runs }) => {
    const spread = kind === 'configuration' ? spreadOf(runs, bestAccuracy) : null;
    return spread === null ? [] : [{ groupId, mean: spread.mean }];
  });
  if (means.length < 2) return null;
  return means.reduce((best, next) => (next.mean > best.mean ? next : best)).groupId;
}

function byMean(a: Group, b: Group, { key, direction }: Sort): number {
  const column = columnOf(key);
  if (column === undefined || column.kind === 'moment' || column.kind === 'text') return 0;
  const [one, other] = [a, b].map((group) =>
    spreadOf(group.runs, (run) => {
      const value = column.value(run);
      return typeof value === 'number' ? value : null;
    }),
  );
  // Those without a figure stay last.
  if (one == null || other == null) return Number(one == null) - Number(other == null);
  return (one.mean - other.mean) * (direction === 'ascending' ? 1 : -1);
}

/** All runs as one group, for a flat table. */
export function flatGroup(runs: readonly RunSummary[], sort: Sort): Group {
  return { ...groupOf('all', runs, sort, { settings: '' }), kind: 'all' };
}

/** What others are compared with: the pinned run, while it has a result that no longer changes. */
export function baselineOf(
  runs: readonly RunSummary[],
  pinnedId: string | null,
): RunSummary | null {
  return runs.find((run) => run.runId === pinnedId && canBePinned(run)) ?? null;
}

export function canBePinned(run: Pick<RunSummary, 'state' | 'best'>): boolean {
  return run.best !== null && !isUnderWay(run);
}

export type AgainstBaseline =
  | Readonly<{ kind: 'baseline' | 'none' | 'soFar' | Apart }>
  | Readonly<{ kind: 'difference'; difference: number }>;

/** Difference of test accuracies, a fraction; only between runs judged alike that have stopped changing. */
export function againstBaseline(run: RunSummary, baseline: RunSummary | null): AgainstBaseline {
  if (baseline?.runId === run.runId) return { kind: 'baseline' };
  const own = testAccuracy(run);
  const other = baseline === null ? null : testAccuracy(baseline);
  if (own === null || other === null || baseline === null) return { kind: 'none' };
  const apart = apartIn(run, baseline);
  if (apart !== null) return { kind: apart };
  if (isUnderWay(run)) return { kind: 'soFar' };
  return { kind: 'difference', difference: own - other };
}

/** What forbids a difference: another dataset, other reviews of it, or an epoch chosen by other reviews, which also changes what is trained on. */
type Apart = 'otherData' | 'otherReviews' | 'otherValidation';

function apartIn(a: RunSummary, b: RunSummary): Apart | null {
  const splitOf = ({ config }: RunSummary): string =>
    typeof config.validation === 'number' ? 'hold-out' : config.validation;
  if (a.datasetHash !== b.datasetHash) return 'otherData';
  if (a.config.limit !== b.config.limit) return 'otherReviews';
  return splitOf(a) === splitOf(b) ? null : 'otherValidation';
}

export function isUnderWay(run: Pick<RunSummary, 'state'>): boolean {
  return run.state === 'running' || run.state === 'queued';
}

/** Stopped before its last epoch by patience. */
export function hasStoppedEarly(run: Pick<RunSummary, 'state' | 'last' | 'config'>): boolean {
  return run.state === 'finished' && run.last !== null && run.last.epoch < run.config.epochs;
}

function groupIdOf(run: RunSummary): string {
  return run.experimentId ?? `single:${run.dataset}`;
}

/** A configuration is frozen: its key is made once. */
const configurationIds = new WeakMap<RunSummary['config'], string>();

function configurationIdOf(run: RunSummary): string {
  let key = configurationIds.get(run.config);
  if (key === undefined) configurationIds.set(run.config, (key = configurationKey(run.config)));
  return `configuration:${run.datasetHash}:${key}`;
}

/** What a group is called by. `whole`: all its runs, however few of them are shown. */
export function headOf(
  groupId: string,
  whole: readonly RunSummary[],
  settings: string,
): Pick<Group, 'kind' | 'name' | 'settings'> {
  return {
    kind: kindOf(groupId, whole),
    name: whole[0]?.experimentId === groupId ? whole[0].experimentName : null,
    settings,
  };
}

type GroupSource = Readonly<{
  whole?: readonly RunSummary[] | undefined;
  settings: string;
}>;

function groupOf(
  groupId: string,
  members: readonly RunSummary[],
  sort: Sort,
  { whole = members, settings }: GroupSource,
): Group {
  const counts = new Map<RunState, number>();
  for (const run of members) counts.set(run.state, (counts.get(run.state) ?? 0) + 1);
  const names = new Set(members.map((run) => run.datasetName));
  return {
    groupId,
    ...headOf(groupId, whole, settings),
    datasetName: [...names].join(', '),
    runs: sortRuns(members, sort),
    states: [...counts].map(([state, count]) => ({ state, count })),
    absent: whole[0]?.experimentId === groupId ? whole[0].experimentAbsent : 0,
  };
}

type Common = ReturnType<typeof sharedFields>;

/** By the runs of a group, which stay the same array while nothing of the list changes. */
const knownSettings = new WeakMap<readonly RunSummary[], string>();

function settingsOf(whole: readonly RunSummary[], common: Common): string {
  const settings = knownSettings.get(whole) ?? sharedSettings(whole, common);
  knownSettings.set(whole, settings);
  return settings;
}

function kindOf(groupId: string, members: readonly RunSummary[]): Group['kind'] {
  if (groupId.startsWith('single:')) return 'single';
  if (groupId.startsWith('configuration:')) return 'configuration';
  const variants = new Set(members.map((run) => run.variant));
  const seeds = new Set(members.map((run) => run.config.seed));
  if (variants.has('A') && variants.has('B') && variants.size === 2 && seeds.size > 1)
    return 'pairs';
  // What stayed behind when a bundle was written would tell more.
  if ((members[0]?.experimentAbsent ?? 0) > 0) return 'mixed';
  if (variants.has('A') && variants.has('B') && variants.size === 2) return 'pair';
  if (variants.size === 1 && seeds.size === members.length) return 'seeds';
  return experimentKind(members) === 'grid' ? 'grid' : 'mixed';
}

const isMissing = (value: string | number | null): boolean => value === null || Number.isNaN(value);

const collator = new Intl.Collator('en', { numeric: true });

/** Written alike, they stand in the order of their characters; a collator takes many times as long. */
function compareMoments(a: string | number | null, b: string | number | null): number {
  return String(a) < String(b) ? -1 : a === b ? 0 : 1;
}

/** Words ("none", "auto") come after numbers. */
function compareValues(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return Number(typeof a === 'string') - Number(typeof b === 'string');
}

function byCreation(a: RunSummary, b: RunSummary): number {
  return a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0;
}

function newest(runs: readonly RunSummary[]): string {
  return runs.reduce((latest, run) => (run.createdAt > latest ? run.createdAt : latest), '');
}
