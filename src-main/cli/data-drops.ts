import type { ImportRequest } from '#contract/dataset.ts';

export type Drop = NonNullable<ImportRequest['drop']>[number];

/** What `--drop` calls them. */
export const drops: ReadonlyMap<string, Drop> = new Map([
  ['duplicates', 'duplicates'],
  ['near-copies', 'nearCopies'],
  ['contradictions', 'contradictions'],
  ['empty', 'empty'],
  ['unlabelled', 'unlabelled'],
]);

export const flagOfDrop = (wanted: Drop): string =>
  [...drops].find(([, drop]) => drop === wanted)?.[0] ?? wanted;
