import type { Diff } from '#contract/embedding-diff.ts';

import { withoutSeed } from '../../config/run-name.ts';
import { tableLabel } from '../table-label.ts';

type Pair = Diff['pairs'][number];
type Figures = NonNullable<Pair['floor']>['within'];

/** The noise floor as it is read: of each variant that has two seeds, since one may be all noise where the other is not. */
export function floorSides(
  tables: Diff['tables'],
  { first, second, floor }: Pair,
): readonly Readonly<{ name: string; figures: Figures }>[] {
  if (floor === null) return [];
  const names = [variantName(tables, first), variantName(tables, second)];
  // An earlier version kept the mean of both alone.
  if (floor.sides === undefined) return [{ name: names.join(', '), figures: floor.within }];
  return floor.sides.flatMap((figures, side) =>
    figures === null ? [] : [{ name: names[side] ?? '', figures }],
  );
}

/**
 * What the seeds of a table are seeds of: A-CNN, B; by the run's name without its seed where settings of one variant are compared that
 * differ otherwise.
 */
export function variantName(tables: Diff['tables'], index: number): string {
  const short = shortName(tables[index]);
  const isOne = tables.every(
    (other) => shortName(other) !== short || settingsName(other) === settingsName(tables[index]),
  );
  return isOne ? short : settingsName(tables[index]);
}

type Table = Diff['tables'][number];

function shortName(table: Table | undefined): string {
  const { variant = null, branch = null, name = '' } = table ?? {};
  return branch === null ? name : tableLabel({ variant, branch }, name, true);
}

function settingsName(table: Table | undefined): string {
  const { branch = null, name = '', seed = null } = table ?? {};
  const settings = seed === null ? name : withoutSeed(name, seed);
  return branch === null ? name : tableLabel({ variant: null, branch }, settings, false);
}
