import type { CallOutput } from '#contract/index.ts';

import {
  decodeValues,
  isKnownIn,
  type HeatmapPanel,
  type HeatmapRow,
} from '../../../charts/heatmap/model.ts';
import { csvLine } from '#core/charts/csv.ts';

export type Sentence = CallOutput<'embeddings.sentence'>;
type Panel = Sentence['panels'][number];

/** Words of the folded lines come from the catalogue. */
export type FoldWords = Readonly<{
  pads: (count: number) => string;
  cut: (count: number) => string;
}>;

/** Rows of the heatmap: the tokens, and one line for all pads and one for what was cut, where they stand. */
export function rowsOf(
  sentence: Pick<Sentence, 'tokens' | 'padCount' | 'cutCount'>,
  config: Readonly<{ padding: 'pre' | 'post'; truncating: 'pre' | 'post' }>,
  words: FoldWords,
): readonly HeatmapRow[] {
  const pads: HeatmapRow[] =
    sentence.padCount > 0 ? [{ kind: 'fold', text: words.pads(sentence.padCount) }] : [];
  const cut: HeatmapRow[] =
    sentence.cutCount > 0 ? [{ kind: 'fold', text: words.cut(sentence.cutCount) }] : [];
  const tokens = sentence.tokens.map((token, index): HeatmapRow => ({
    kind: 'token',
    index,
    position: token.position,
    word: token.word,
    id: token.id,
    token: token.kind,
  }));
  return [
    ...(config.truncating === 'pre' ? cut : []),
    ...(config.padding === 'pre' ? pads : []),
    ...tokens,
    ...(config.padding === 'post' ? pads : []),
    ...(config.truncating === 'post' ? cut : []),
  ];
}

export function panelColour(panel: Pick<Panel, 'branch'>): string {
  return panel.branch === 'shared' ? 'b' : `a-${panel.branch}`;
}

export function heatmapPanel(panel: Panel, label: string): HeatmapPanel {
  return {
    panelId: panel.snapshotId,
    label,
    colour: panelColour(panel),
    dims: panel.dims,
    values: decodeValues(panel.values),
  };
}

/** One line a token: what it is, then every axis of every panel with the exact float32. */
export function csvOfSentence(
  sentence: Pick<Sentence, 'tokens'>,
  panels: readonly HeatmapPanel[],
): string {
  const head = csvLine([
    'position',
    'word',
    'id',
    'kind',
    ...panels.flatMap((panel) =>
      Array.from({ length: panel.dims }, (_, axis) => `${panel.label} ${axis + 1}`),
    ),
  ]);
  const lines = sentence.tokens.map((token, index) =>
    csvLine([
      token.position,
      token.word,
      token.id,
      token.kind,
      ...panels.flatMap((panel) => exactRow(panel, index)),
    ]),
  );
  return [head, ...lines].join('');
}

/** The row under the cursor, tab-separated, a line a panel: for a spreadsheet. */
export function rowAsText(
  row: Extract<HeatmapRow, { kind: 'token' }>,
  panels: readonly HeatmapPanel[],
): string {
  return panels
    .map((panel) => [row.word, row.id, panel.label, ...exactRow(panel, row.index)].join('\t'))
    .join('\n');
}

/** Empty where the row is not to be read. */
export const exactRow = (panel: HeatmapPanel, token: number): string[] =>
  [...panel.values.subarray(token * panel.dims, (token + 1) * panel.dims)].map((value) =>
    isKnownIn(panel, token) ? exact(value) : '',
  );

/** Shortest decimal that is this float32 and no other. */
function exact(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
