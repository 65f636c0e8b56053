import type { CallOutput } from '#contract/index.ts';

type Neighbours = CallOutput<'diffs.neighbours'>['tables'];
type Group = Readonly<{
  tables: readonly number[];
  words: readonly Readonly<{ word: string; similarity: number }>[];
}>;

/** Neighbours by who has them: those of all tables first, then of fewer. A word's similarity is that of the first table that has it. */
export function groupNeighbours(tables: Neighbours): readonly Group[] {
  const groups = new Map<string, { tables: readonly number[]; words: Map<string, number> }>();
  for (const list of tables) {
    for (const { word, similarity, tables: of } of list) {
      const group = groups.get(of.join()) ?? { tables: of, words: new Map<string, number>() };
      if (!group.words.has(word)) group.words.set(word, similarity);
      groups.set(of.join(), group);
    }
  }
  return [...groups.values()]
    .map(({ tables: of, words }) => ({
      tables: of,
      words: [...words].map(([word, similarity]) => ({ word, similarity })),
    }))
    .sort(
      (a, b) =>
        b.tables.length - a.tables.length ||
        (a.tables[0] ?? 0) - (b.tables[0] ?? 0) ||
        (a.tables[1] ?? 0) - (b.tables[1] ?? 0),
    );
}
