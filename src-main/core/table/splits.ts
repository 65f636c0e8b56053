import type { SplitName } from '#contract/dataset.ts';

import { randomStream, shuffledIndices } from '../random.ts';

/** The split that a value of a split column (`labelKey`) names; null where it names none. */
export function splitOfValue(key: string): SplitName | null {
  return names.get(key) ?? null;
}

/**
 * The splits that the values of a column stand for which a person named as the split column: one value that names no split beside
 * those of train is the test split ("hold-out"). A value that stays null names none.
 */
export function splitsOfValues(keys: readonly string[]): ReadonlyMap<string, SplitName | null> {
  const splits = new Map(keys.map((key) => [key, splitOfValue(key)]));
  const strange = keys.filter((key) => splits.get(key) === null);
  const has = (split: SplitName) => [...splits.values()].includes(split);
  const [only] = strange;
  if (only !== undefined && strange.length === 1 && has('train') && !has('test'))
    splits.set(only, 'test');
  return splits;
}

const names = new Map<string, SplitName>([
  ['train', 'train'],
  ['training', 'train'],
  ['test', 'test'],
  ['testing', 'test'],
  ['validation', 'validation'],
  ['valid', 'validation'],
  ['val', 'validation'],
  ['dev', 'validation'],
  ['development', 'validation'],
]);

/** The share of each class that a drawn test split takes. */
export const TEST_SHARE = 0.2;

/**
 * Which rows become the test split where a file has none: a fifth of each class, at least one where there are two. It depends on
 * the labels in row order alone, so the same file always gives the same dataset.
 *
 * @param candidates the rows to draw from, ascending
 */
export function drawTestRows(labels: Uint8Array, candidates: Uint32Array): Uint32Array {
  const [negative, positive] = [0, 1].map((label) => {
    const members = candidates.filter((row) => labels[row] === label);
    const count = members.length < 2 ? 0 : Math.max(1, Math.round(members.length * TEST_SHARE));
    const random = randomStream(1, `import/test-split/${label}`);
    const order = shuffledIndices(members.length, random).subarray(0, count);
    return Uint32Array.from(order, (index) => members[index] ?? 0);
  });
  const rows = new Uint32Array((negative?.length ?? 0) + (positive?.length ?? 0));
  rows.set(negative ?? [], 0);
  rows.set(positive ?? [], negative?.length ?? 0);
  return rows.sort();
}
