import * as m from '#messages';

import type { Group } from './rows.ts';

const kinds: Readonly<Record<Group['kind'], () => string>> = {
  pair: m.runs_group_pair,
  pairs: m.common_pairs,
  seeds: m.common_seeds_title,
  grid: m.runs_group_grid,
  mixed: m.runs_group_mixed,
  configuration: m.runs_group_configuration,
  single: m.runs_group_single,
  all: m.common_all_runs,
};

type Titled = Pick<Group, 'kind' | 'name' | 'settings'>;

/** The name that a person gave, else what kind of experiment it is: "Pair, len 32". */
export function groupTitle(group: Titled): string {
  if (group.kind === 'configuration') return group.settings;
  return group.name ?? kindText(group);
}

/** "Pair, len 32": of which kind it is, and what its runs share. */
export function kindText({ kind, settings }: Titled): string {
  return settings === '' ? kinds[kind]() : `${kinds[kind]()}, ${settings}`;
}
