import type { RunConfig } from '#contract/run-config.ts';

import {
  configurationKey,
  groupByConfiguration,
  isWithinGrid,
  pairBySeed,
  settingsKey,
  sidesOf,
  strataOf,
  type Configured,
  type Group,
} from './grouping.ts';

type Trained = Configured & Readonly<{ datasetHash: string }>;

/** What of any runs can be judged. */
export type Comparable<R extends Trained> = Readonly<{
  /** Whose verdict is asked for: of all where they are of one comparison, else of the pairs under the same settings. */
  compared: readonly R[];
  /** A whole grid of the three factors beside `compared`; empty where there is none, or where it is what is compared. */
  grid: readonly R[];
  /** In neither of the two. */
  leftOut: readonly R[];
  /** The same trained models as others: they are counted once, but for the grid, which needs all of its cells. */
  identical: readonly Readonly<{ run: R; kept: R }>[];
}>;

/** @param hashOf of the weights that are compared; null where they are not known */
export function comparableOf<R extends Trained>(
  runs: readonly R[],
  hashOf: (run: R) => string | null,
): Comparable<R> {
  const identical = identicalRuns(runs, hashOf);
  const copies = new Set(identical.map(({ run }) => run));
  const distinct = runs.filter((run) => !copies.has(run));
  const groups = groupByConfiguration(distinct);
  const isOne = groups.length < 2 || sidesOf(groups) !== null || strataOf(groups) !== null;
  const fair = isOne ? null : fairRuns(groups);
  const compared = fair === null ? distinct : distinct.filter((run) => fair.includes(run));
  const isTold = new Set(compared);
  const found = wholeGrid(runs);
  const grid = found.every((run) => isTold.has(run)) ? [] : found;
  for (const run of [...grid, ...copies]) isTold.add(run);
  return { compared, grid, identical, leftOut: runs.filter((run) => !isTold.has(run)) };
}

/** What decides which model comes out, but for when its training ends: the weights say that. */
const stopping = ['epochs', 'patience', 'minDelta'] as const satisfies readonly (keyof RunConfig)[];

/** Of equal models that one is kept whose configuration has the most runs, else the first. */
function identicalRuns<R extends Trained>(
  runs: readonly R[],
  hashOf: (run: R) => string | null,
): Comparable<R>['identical'] {
  const sizes = new Map(
    groupByConfiguration(runs).map(({ config, runs: members }) => [
      configurationKey(config),
      members.length,
    ]),
  );
  const sizeOf = ({ config }: R): number => sizes.get(configurationKey(config)) ?? 0;
  const kept = new Map<string, R>();
  const keyOf = (run: R): string | null => {
    const hash = hashOf(run);
    if (hash === null) return null;
    const rest = Object.entries(run.config).filter(
      ([field]) => !stopping.some((of) => of === field),
    );
    return [hash, run.datasetHash, configurationKey(Object.fromEntries(rest) as RunConfig)].join(
      ' ',
    );
  };
  for (const run of runs) {
    const key = keyOf(run);
    const before = key === null ? undefined : kept.get(key);
    if (key !== null && (before === undefined || sizeOf(run) > sizeOf(before))) kept.set(key, run);
  }
  return runs.flatMap((run) => {
    const of = kept.get(keyOf(run) ?? '');
    return of === undefined || of === run ? [] : [{ run, kept: of }];
  });
}

/** A and B under settings that both have, of the same two models everywhere: of those with the most pairs. Null where there are none. */
function fairRuns<R extends Trained>(groups: readonly Group<R>[]): readonly R[] | null {
  const pairs = [...Map.groupBy(groups, ({ config }) => settingsKey(config)).values()].flatMap(
    (of) => {
      const sides = sidesOf(of);
      return sides === null ? [] : [sides.flatMap(({ runs }) => runs)];
    },
  );
  const seedsOf = (runs: readonly R[]): number => {
    const [first, second] = groupByConfiguration(runs);
    return pairBySeed(first?.runs ?? [], second?.runs ?? []).length;
  };
  const [best, ...others] = pairs.toSorted((a, b) => seedsOf(b) - seedsOf(a));
  if (best === undefined) return null;
  return others.reduce((taken, runs) => {
    const both = [...taken, ...runs];
    return strataOf(groupByConfiguration(both)) === null ? taken : both;
  }, best);
}

/** All cells of the three factors under one setting, of several such the one with the most runs. */
function wholeGrid<R extends Trained>(runs: readonly R[]): readonly R[] {
  const grids = [...Map.groupBy(runs, ({ config }) => settingsKey(config)).values()].filter(
    (members) => {
      const cells = groupByConfiguration(members);
      return cells.length === 8 && isWithinGrid(cells);
    },
  );
  return grids.toSorted((a, b) => b.length - a.length)[0] ?? [];
}
