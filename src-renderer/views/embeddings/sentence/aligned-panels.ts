import type { Diff } from '#contract/embedding-diff.ts';
import type { CallOutput } from '#contract/index.ts';
import { csvLine } from '#core/charts/csv.ts';
import * as m from '#messages';

import { decodeValues, type HeatmapPanel } from '../../../charts/heatmap/model.ts';
import { exactRow } from './panels.ts';

export type AlignedTokens = CallOutput<'diffs.sentence'>;
export type ShownTable = Readonly<{ label: string; colour: string }>;
type Pair = Diff['pairs'][number];

/** Every table's rows along the axes of the common frame. */
export function tablePanels(
  sentence: AlignedTokens,
  tables: readonly ShownTable[],
): readonly HeatmapPanel[] {
  const alignment = sentence.isAligned
    ? { label: m.embeddings_aligned(), title: m.embeddings_aligned_hint() }
    : { label: m.embeddings_one_frame(), title: m.embeddings_same_frame() };
  return sentence.tables.map((values, table) => ({
    panelId: `table ${table}`,
    label: tables[table]?.label ?? '',
    colour: tables[table]?.colour ?? 'text3',
    dims: sentence.axes.length,
    values: decodeValues(values),
    known: sentence.tokens.map(({ isKnown }) => isKnown[table] === true),
    alignment,
  }));
}

/** Second minus first of a pair, in the same frame. */
export function differencePanel(
  sentence: AlignedTokens,
  pair: Pair,
  index: number,
  tables: readonly ShownTable[],
): HeatmapPanel {
  return {
    panelId: `pair ${index}`,
    label: m.embeddings_minus({
      second: tables[pair.second]?.label ?? '',
      first: tables[pair.first]?.label ?? '',
    }),
    colour: 'text3',
    dims: sentence.axes.length,
    values: decodeValues(sentence.differences[index] ?? ''),
    known: sentence.tokens.map(
      ({ isKnown }) => isKnown[pair.first] === true && isKnown[pair.second] === true,
    ),
  };
}

/**
 * One line a token: the exact numbers of every table and every difference along all axes that `sentence` has, then of each pair how far
 * the rows point apart under its own rotation, with what is held out and its chance level.
 */
export function csvOfAligned(
  sentence: AlignedTokens,
  tables: readonly ShownTable[],
  pairs: readonly Pair[],
): string {
  const panels = [
    ...tablePanels(sentence, tables),
    ...pairs.map((pair, index) => differencePanel(sentence, pair, index, tables)),
  ];
  const nameOf = sentence.isAligned
    ? (label: string, axis: number) => m.embeddings_csv_axis({ label, axis: axis + 1 })
    : (label: string, axis: number) => `${label} ${axis + 1}`;
  const pairColumns = pairs.flatMap(({ first, second }) => {
    const of = { first: tables[first]?.label ?? '', second: tables[second]?.label ?? '' };
    return [
      m.embeddings_csv_cosine(of),
      m.embeddings_csv_held_out(of),
      m.embeddings_csv_chance(of),
    ];
  });
  const head = [
    'position',
    'word',
    'id',
    'kind',
    ...panels.flatMap(({ label, dims }) =>
      Array.from({ length: dims }, (_, axis) => nameOf(label, axis)),
    ),
  ];
  const lines = sentence.tokens.map(({ position, word, id, kind, cosines }, index) =>
    csvLine([
      position,
      word,
      id,
      kind,
      ...panels.flatMap((panel) => exactRow(panel, index)),
      ...pairs.flatMap(({ figures, chance, isSameFrame }, pair) => {
        const cosine = cosines[pair] ?? null;
        return [
          cosine === null ? null : 1 - cosine,
          ...(isSameFrame ? [null, null] : [figures.heldOutCosine, chance.heldOutCosine]),
        ];
      }),
    ]),
  );
  return [csvLine([...head, ...pairColumns]), ...lines].join('');
}
