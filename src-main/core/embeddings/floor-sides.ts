import type { Diff } from '#contract/embedding-diff.ts';

import { tableLabel } from './table-label.ts';

type Pair = Diff['pairs'][number];
type Figures = NonNullable<Pair['floor']>['within'];

/** The noise floor as it is read: of each variant that has two seeds, since one may be all noise where the other is not. */
export function floorSides(
  tables: Diff['tables'],
  { first, second, floor }: Pair,
): readonly Readonly<{ name: string; figures: Figures }>[] {
  if (floor === null) return [];
  const names = variantNames([tables[first], tables[second]]);
  // An earlier version kept the mean of both alone.
  if (floor.sides === undefined) return [{ name: names.join(', '), figures: floor.within }];
  return floor.sides.flatMap((figures, side) =>
    figures === null ? [] : [{ name: names[side] ?? '', figures }],
  );
}

/** A-CNN and B; by the runs' names where both are of one variant. */
function variantNames(tables: readonly (Diff['tables'][number] | undefined)[]): readonly string[] {
  const named = (isVariantUnique: boolean): string[] =>
    tables.map((table) => {
      const { variant = null, branch = null, name = '' } = table ?? {};
      return branch === null ? name : tableLabel({ variant, branch }, name, isVariantUnique);
    });
  const short = named(true);
  return new Set(short).size === short.length ? short : named(false);
}
