import { configField, configFieldNames } from '#contract/config-fields.ts';
import type { ExperimentKind } from '#contract/experiment.ts';
import type { RunConfig } from '#contract/run-config.ts';

import { defaultConfig } from '../config/run-config.ts';
import { nameWithoutSeed, settingNames, uniqueName } from '../config/run-name.ts';

export type Configured = Readonly<{ runId: string; config: RunConfig }>;
/** Runs that differ in nothing but the seed; in the order given. */
export type Group<R extends Configured> = Readonly<{ config: RunConfig; runs: readonly R[] }>;
export type Pair<R extends Configured> = Readonly<{ seed: number; first: R; second: R }>;

/** Fields that do not say what was trained: the replicate, how fast, and what is kept of it. */
export const withoutMeaning = new Set<string>(
  configFieldNames.filter((name) => configField(name).isAside === true),
);

export const factorNames = ['embedding', 'convPadding', 'cnnHead'] as const;
const ofFactors = new Set<string>([...factorNames, 'variant']);

export function groupByConfiguration<R extends Configured>(runs: readonly R[]): Group<R>[] {
  const groups = new Map<string, R[]>();
  for (const run of runs) {
    const key = configurationKey(run.config);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [run]);
    else known.push(run);
  }
  return [...groups.values()].flatMap((members) =>
    members[0] === undefined ? [] : [{ config: members[0].config, runs: members }],
  );
}

/** Two runs with equal keys differ in nothing but the seed. */
export function configurationKey(config: RunConfig): string {
  const entries = Object.entries(config).filter(([field]) => !withoutMeaning.has(field));
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether the keys of two configurations are equal, without making them: among thousands few are alike. */
export function isSameConfiguration(a: RunConfig, b: RunConfig): boolean {
  const fields = Object.keys(a) as (keyof RunConfig)[];
  return (
    fields.length === Object.keys(b).length &&
    fields.every((field) => withoutMeaning.has(field) || (field in b && a[field] === b[field]))
  );
}

/** Equal for two configurations that differ in seed and the three factors alone. */
export function settingsKey(config: RunConfig): string {
  const rest = Object.entries(config).filter(([field]) => !ofFactors.has(field));
  return configurationKey(Object.fromEntries(rest) as RunConfig);
}

/** By seed, ascending. Of several runs of one configuration and seed the first counts: they are the same model. */
export function pairBySeed<R extends Configured>(
  first: readonly R[],
  second: readonly R[],
): Pair<R>[] {
  const seconds = bySeed(second);
  return [...bySeed(first)]
    .flatMap(([seed, run]) => {
      const other = seconds.get(seed);
      return other === undefined ? [] : [{ seed, first: run, second: other }];
    })
    .sort((a, b) => a.seed - b.seed);
}

/**
 * The two configurations that a verdict is about: those there are, or A and B of a grid. A is the first of A and B, else the order
 * is that of the runs. Null where there are not two.
 */
export function sidesOf<R extends Configured>(
  groups: readonly Group<R>[],
): readonly [Group<R>, Group<R>] | null {
  const candidates =
    groups.length > 2 && isWithinGrid(groups)
      ? groups.filter(({ config }) => config.variant !== null)
      : groups;
  const [one, other, ...more] = candidates;
  if (one === undefined || other === undefined || more.length > 0) return null;
  return one.config.variant === 'B' && other.config.variant === 'A' ? [other, one] : [one, other];
}

/** What is compared under several settings: the two sides under each. */
export type Stratum<R extends Configured> = Readonly<{
  name: string;
  sides: readonly [Group<R>, Group<R>];
}>;

/** Two models (by the three factors) under two or more settings each, as a pair in a sweep has them; null for anything else. */
export function strataOf<R extends Configured>(
  groups: readonly Group<R>[],
): readonly Stratum<R>[] | null {
  const bySettings = new Map<string, Group<R>[]>();
  for (const group of groups) {
    const key = settingsKey(group.config);
    bySettings.set(key, [...(bySettings.get(key) ?? []), group]);
  }
  const sides = [...bySettings.values()].map(sidesOf);
  const [first] = sides;
  if (sides.length < 2 || first === undefined || first === null) return null;
  const all = sides.filter((pair) => pair !== null);
  const models = (pair: Stratum<R>['sides']): string =>
    JSON.stringify(pair.map(({ config }) => factorNames.map((name) => config[name])));
  if (all.length < sides.length || !all.every((pair) => models(pair) === models(first)))
    return null;
  const names = settingNames(all.map(([{ config }]) => config));
  return all.map((pair, index) => ({ name: names[index] ?? '', sides: pair }));
}

/** A pair (one seed of two configurations), seeds (several of them), a series (of one), the grid of the three factors, or mixed. */
export function kindOf(runs: readonly Configured[]): ExperimentKind {
  const groups = groupByConfiguration(runs);
  const [one, other] = groups;
  if (one !== undefined && groups.length === 1) return 'series';
  if (one !== undefined && other !== undefined && groups.length === 2) {
    const paired = pairBySeed(one.runs, other.runs).length;
    if (paired === 0) return 'mixed';
    return runs.length === 2 ? 'pair' : 'seeds';
  }
  return groups.length === 8 && isWithinGrid(groups) ? 'grid' : 'mixed';
}

/** The configurations differ in the three factors alone. */
export function isWithinGrid(groups: readonly Group<Configured>[]): boolean {
  const rest = groups.map(({ config }) => settingsKey(config));
  return groups.every(({ config }) => config.branches === 'both') && new Set(rest).size === 1;
}

/** What two configurations are called beside one another: "A" and "B", or the settings that tell them apart. */
export function sideNames(first: RunConfig, second: RunConfig): [string, string] {
  const shared = (Object.keys(first) as (keyof RunConfig)[]).filter(
    (field) => first[field] === second[field] && !ofFactors.has(field) && field !== 'branches',
  );
  const plain = Object.fromEntries(shared.map((field) => [field, defaultConfig[field]]));
  const [one, other] = [first, second].map((config) =>
    nameWithoutSeed({ ...config, ...plain }),
  ) as [string, string];
  return [one, uniqueName(other, new Set([one]))];
}

function bySeed<R extends Configured>(runs: readonly R[]): Map<number, R> {
  const found = new Map<number, R>();
  for (const run of runs) if (!found.has(run.config.seed)) found.set(run.config.seed, run);
  return found;
}
