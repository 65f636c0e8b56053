import { labelKey, numberOf } from './labels.ts';
import { splitOfValue } from './splits.ts';

/** What the first rows say of a column. */
export type ColumnFacts = Readonly<{
  name: string;
  kind: 'text' | 'number' | 'boolean' | 'list' | 'other' | 'empty';
  /** Of its strings, in characters. */
  meanLength: number;
  /** Different values (`labelKey`), as far as they were counted. */
  values: ReadonlyMap<string, number>;
  missing: number;
}>;

/** Indices of columns; null where none is found, or none is the only one. */
export type ColumnGuess = Readonly<{
  text: number | null;
  label: number | null;
  split: number | null;
  rating: number | null;
}>;

/** No label column has more; a column with more is not counted further. */
export const MOST_VALUES = 1000;

/** The facts of one column from its cells. */
export function factsOfColumn(name: string, cells: Iterable<unknown>): ColumnFacts {
  const values = new Map<string, number>();
  const kinds = new Set<ColumnFacts['kind']>();
  let strings = 0;
  let characters = 0;
  let missing = 0;
  for (const cell of cells) {
    const key = labelKey(cell);
    if (key === null) {
      missing += 1;
      continue;
    }
    if (values.size < MOST_VALUES || values.has(key)) values.set(key, (values.get(key) ?? 0) + 1);
    if (typeof cell === 'string') {
      strings += 1;
      characters += cell.length;
    }
    kinds.add(kindOf(cell, key));
  }
  const [only] = kinds;
  return {
    name,
    kind: only === undefined ? 'empty' : kinds.size === 1 ? only : mixed(kinds),
    meanLength: strings === 0 ? 0 : characters / strings,
    values,
    missing,
  };
}

/** The columns by their names, else by what is in them; what is `known` stays, a split that is not wanted (null) too. */
export function guessColumns(
  columns: readonly ColumnFacts[],
  known: Readonly<{ text?: number; label?: number; split?: number | null }> = {},
): ColumnGuess {
  const taken = new Set(Object.values(known));
  const free = (index: number) => !taken.has(index);
  // A split column that is not wanted is no text or label either.
  const found = known.split ?? findSplit(columns, free);
  if (found !== null) taken.add(found);
  const split = known.split === null ? null : found;
  const text = known.text ?? findText(columns, free);
  if (text !== null) taken.add(text);
  const label = known.label ?? findLabel(columns, free);
  if (label !== null) taken.add(label);
  const rating = columns.findIndex(
    ({ name, kind }, index) =>
      free(index) && ratingNames.includes(plain(name)) && kind === 'number',
  );
  return { text, label, split, rating: rating === -1 ? null : rating };
}

/** Whether a name is one that text columns go by. */
export const isTextName = (name: string): boolean => textNames.includes(plain(name));

/** Whether a name is one that label columns go by. */
export const isLabelName = (name: string): boolean => labelNames.includes(plain(name));

/** Whether a name is one that text, label or split columns go by. */
export function isKnownName(name: string): boolean {
  return [textNames, labelNames, splitNames].some((names) => names.includes(plain(name)));
}

const textNames = [
  'text',
  'review',
  'reviews',
  'reviewtext',
  'reviewbody',
  'sentence',
  'sentences',
  'document',
  'comment',
  'comments',
  'content',
  'contents',
  'body',
  'tweet',
  'message',
  'phrase',
  'utterance',
  'ids',
  '리뷰',
  '문장',
  '내용',
  '댓글',
  '텍스트',
  '본문',
];
const labelNames = [
  'label',
  'labels',
  'sentiment',
  'sentiments',
  'polarity',
  'class',
  'target',
  'category',
  'y',
  'rating',
  'ratings',
  'stars',
  'star',
  'starrating',
  'score',
  'overall',
  '라벨',
  '레이블',
  '감성',
  '감정',
  '평점',
  '별점',
];
const splitNames = ['split', 'set', 'fold', 'subset', 'partition', 'dataset', 'usage'];
const ratingNames = [
  'rating',
  'ratings',
  'stars',
  'star',
  'starrating',
  'score',
  'overall',
  '평점',
  '별점',
];

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

function kindOf(cell: unknown, key: string): ColumnFacts['kind'] {
  if (typeof cell === 'boolean' || key === 'true' || key === 'false') return 'boolean';
  if (typeof cell === 'number' || typeof cell === 'bigint') return 'number';
  if (typeof cell === 'string') return numberOf(key) === null ? 'text' : 'number';
  return Array.isArray(cell) || ArrayBuffer.isView(cell) ? 'list' : 'other';
}

/** Numbers and words among one another are words. */
function mixed(kinds: ReadonlySet<ColumnFacts['kind']>): ColumnFacts['kind'] {
  return kinds.has('other') || kinds.has('list') ? 'other' : 'text';
}

function findSplit(
  columns: readonly ColumnFacts[],
  free: (index: number) => boolean,
): number | null {
  const isSplit = ({ values }: ColumnFacts) =>
    values.size > 0 && [...values.keys()].every((value) => splitOfValue(value) !== null);
  const named = columns.findIndex(
    (column, index) => free(index) && splitNames.includes(plain(column.name)) && isSplit(column),
  );
  if (named !== -1) return named;
  const found = columns.findIndex(
    (column, index) => free(index) && column.values.size > 1 && isSplit(column),
  );
  if (found !== -1) return found;
  const doubtful = columns.findIndex((column, index) => free(index) && mayBeSplit(column));
  return doubtful === -1 ? null : doubtful;
}

/** Whether a column looks like splits with values that name none: a person decides, the rows would be dealt out anew otherwise. */
function mayBeSplit({ name, values }: ColumnFacts): boolean {
  if (values.size < 2 || values.size > MOST_SPLITS || isLabelName(name) || isTextName(name))
    return false;
  const found = new Set([...values.keys()].map(splitOfValue));
  return (
    plain(name) === 'split' ||
    found.has('train') ||
    (splitNames.includes(plain(name)) && found.size > 1)
  );
}

const MOST_SPLITS = 20;

function findText(
  columns: readonly ColumnFacts[],
  free: (index: number) => boolean,
): number | null {
  const named = (fits: (column: ColumnFacts) => boolean) =>
    firstNamed(columns, textNames, (column, index) => free(index) && fits(column));
  const usual =
    named(({ name, kind }) => kind === 'text' || (kind === 'list' && plain(name) === 'ids')) ??
    // Texts with something else among them: the import names its row, another column would hide it.
    named(({ kind, meanLength }) => kind === 'other' && meanLength > 0);
  if (usual !== null) return usual;
  const [longest, second] = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ name, kind, index }) => free(index) && kind === 'text' && !isLabelName(name))
    .toSorted((a, b) => b.meanLength - a.meanLength);
  if (longest === undefined) return named(({ kind }) => kind !== 'number' && kind !== 'boolean');
  // Two columns of like length: a person has to say which.
  const isClear = second === undefined || longest.meanLength > 1.5 * second.meanLength;
  return isClear ? longest.index : null;
}

function findLabel(
  columns: readonly ColumnFacts[],
  free: (index: number) => boolean,
): number | null {
  const isFew = ({ values, kind }: ColumnFacts) =>
    values.size > 0 &&
    values.size <= (kind === 'number' ? 101 : 20) &&
    kind !== 'other' &&
    kind !== 'list';
  const named = firstNamed(columns, labelNames, (column, index) => free(index) && isFew(column));
  if (named !== null) return named;
  // Labels with lists or objects among them: the import names the row.
  const mixedNamed = firstNamed(columns, labelNames, ({ kind, values }, index) => {
    return free(index) && kind === 'other' && values.size > 1 && values.size <= 101;
  });
  if (mixedNamed !== null) return mixedNamed;
  const candidates = columns.flatMap((column, index) =>
    free(index) && isFew(column) ? [{ column, index }] : [],
  );
  for (const most of [2, 20]) {
    const few = candidates.filter(
      ({ column }) => column.values.size > 1 && column.values.size <= most,
    );
    const [only] = few;
    if (few.length > 1) return null;
    if (only !== undefined) return only.index;
  }
  return firstNamed(columns, labelNames, ({ kind }, index) => {
    return free(index) && (kind === 'other' || kind === 'list');
  });
}

/** The first name of the list that a fitting column has. */
function firstNamed(
  columns: readonly ColumnFacts[],
  names: readonly string[],
  fits: (column: ColumnFacts, index: number) => boolean,
): number | null {
  for (const name of names) {
    const found = columns.findIndex(
      (column, index) => plain(column.name) === name && fits(column, index),
    );
    if (found !== -1) return found;
  }
  return null;
}

/** Whether the first row of a file of delimited values names its columns. */
export function hasHeaderRow(
  first: readonly string[],
  rest: readonly (readonly string[])[],
): boolean {
  const end = first.findLastIndex((cell) => cell.trim() !== '') + 1;
  return end > 0 && isHeader(first.slice(0, end), rest);
}

function isHeader(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  const isNameLike = (cell: string) => numberOf(cell.trim()) === null && !cell.includes('\n');
  // One unnamed column is what an index leaves behind.
  if (!first.every(isNameLike) || first.filter((cell) => cell.trim() === '').length > 1)
    return false;
  const long = first.filter((cell) => cell.length > 60);
  const known = first.findIndex(isKnownName);
  if (long.length > 0) {
    // A long name is no sentence, and stands beside one that is known and does not come again below.
    const isAgain = rest.some((row) => row[known]?.trim() === first[known]?.trim());
    return known !== -1 && !isAgain && !long.some((cell) => /\s/.test(cell.trim()));
  }
  if (known !== -1) return true;
  if (rest.length === 0 || new Set(first).size < first.length) return false;
  // Names do not come again below; labels do.
  return first.every((cell, index) => !rest.some((row) => row[index] === cell));
}
