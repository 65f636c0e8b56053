import type { SplitName } from '#contract/dataset.ts';

import { randomStream, shuffledIndices } from '../util/random.ts';

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
 * which rows are of one class alone, not on which class is called positive, so the same file always gives the same split.
 *
 * @param candidates the rows to draw from, ascending
 */
export function drawTestRows(labels: Uint8Array, candidates: Uint32Array): Uint32Array {
  const first = labels[candidates[0] ?? 0];
  const drawn = [true, false].flatMap((isFirst) => {
    const members = candidates.filter((row) => (labels[row] === first) === isFirst);
    const count = members.length < 2 ? 0 : Math.max(1, Math.round(members.length * TEST_SHARE));
    const random = randomStream(1, `import/test-split/${Number(isFirst)}`);
    return Array.from(
      shuffledIndices(members.length, random).subarray(0, count),
      (at) => members[at] ?? 0,
    );
  });
  return Uint32Array.from(drawn).sort();
}
