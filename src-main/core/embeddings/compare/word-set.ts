import { dropReasons } from '#contract/embedding-diff.ts';

/** The words of a table by row. */
export type TableWords = Readonly<{
  /** Null for rows that no word has: pad, start, out of vocabulary, and words that are not known. */
  words: readonly (string | null)[];
  /** How often its run read each in training, after truncation; null where nobody counted (a table from outside). */
  counts: Int32Array | null;
  /** 1 for rows that training changed; null where that is not known. */
  isTrained: Uint8Array | null;
}>;

export type DropReason = (typeof dropReasons)[number];
export type Dropped = Readonly<{ reason: DropReason; count: number; words: readonly string[] }>;

export type WordFloor = Readonly<{
  /** A ranked word occurs at least so often ... */
  minCount: number;
  /** ... and a word that counts as a neighbour so often. */
  minNeighbourCount: number;
  /** Where fewer would be left, both are lowered until so many are; 0 takes them as they are. */
  leastWords: number;
}>;

export const defaultFloor: WordFloor = { minCount: 200, minNeighbourCount: 100, leastWords: 500 };

/** The words that are compared, and those that may be neighbours: the most frequent first, then by the alphabet. */
export type WordSet = Readonly<{
  words: readonly string[];
  counts: Int32Array;
  /** By table, the row of each word. */
  rows: readonly Int32Array[];
  /** The first so many are ranked and measured; the others are only neighbours. */
  rankedCount: number;
  minCount: number;
  minNeighbourCount: number;
  isLowered: boolean;
  dropped: readonly Dropped[];
}>;

/** Words are matched as words, never as ids: tables may number them differently. */
export function chooseWords(tables: readonly TableWords[], floor: WordFloor): WordSet {
  const indices = tables.map(rowsByWord);
  const drops = new Map<DropReason, string[]>(dropReasons.map((reason) => [reason, []]));
  const drop = (reason: DropReason, word: string) => drops.get(reason)?.push(word);
  for (const { repeated } of indices) for (const word of repeated) drop('repeated', word);

  const common: { word: string; count: number; rows: number[] }[] = [];
  const all = new Set(indices.flatMap(({ rowOf }) => [...rowOf.keys()]));
  for (const word of all) {
    const rows = indices.map(({ rowOf }) => rowOf.get(word));
    if (!isWhole(rows)) {
      drop('missing', word);
    } else if (tables.some(({ isTrained }, index) => isTrained?.[rows[index] as number] === 0)) {
      drop('untrained', word);
    } else {
      const counts = tables.flatMap(({ counts: ofTable }, index) =>
        ofTable === null ? [] : [ofTable[rows[index] as number] ?? 0],
      );
      common.push({ word, count: counts.length === 0 ? 0 : Math.min(...counts), rows });
    }
  }
  common.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
  const least = (asked: number): number => {
    const lowest = common[Math.min(floor.leastWords, common.length) - 1]?.count ?? asked;
    return floor.leastWords === 0 ? asked : Math.min(asked, lowest);
  };
  const minCount = least(floor.minCount);
  const minNeighbourCount = Math.min(minCount, least(floor.minNeighbourCount));
  const kept = common.filter(({ count }) => count >= minNeighbourCount);
  for (const { word, count } of common) if (count < minCount) drop('rare', word);
  return {
    words: kept.map(({ word }) => word),
    counts: Int32Array.from(kept, ({ count }) => count),
    rows: tables.map((_, index) => Int32Array.from(kept, ({ rows }) => rows[index] ?? 0)),
    rankedCount: kept.filter(({ count }) => count >= minCount).length,
    minCount,
    minNeighbourCount,
    isLowered: minCount < floor.minCount,
    dropped: [...drops]
      .filter(([, words]) => words.length > 0)
      .map(([reason, words]) => ({ reason, count: words.length, words })),
  };
}

/** The first row of a word is its row. */
function rowsByWord({
  words,
}: TableWords): Readonly<{ rowOf: Map<string, number>; repeated: string[] }> {
  const rowOf = new Map<string, number>();
  const repeated: string[] = [];
  for (const [row, word] of words.entries()) {
    if (word === null) continue;
    if (rowOf.has(word)) repeated.push(word);
    else rowOf.set(word, row);
  }
  return { rowOf, repeated };
}

const isWhole = (rows: readonly (number | undefined)[]): rows is number[] =>
  rows.every((row) => row !== undefined);

/** Which rows differ in any value from what they were before training: 1 for those. */
export function changedRows(before: Float32Array, after: Float32Array, dims: number): Uint8Array {
  const changed = new Uint8Array(Math.floor(after.length / dims));
  for (let row = 0; row < changed.length; row += 1) {
    for (let at = row * dims; at < (row + 1) * dims; at += 1) {
      if (before[at] === after[at]) continue;
      changed[row] = 1;
      break;
    }
  }
  return changed;
}
