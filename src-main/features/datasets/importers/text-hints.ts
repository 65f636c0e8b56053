import type { TextPipeline } from '#contract/dataset.ts';
import { scriptOf } from '#core/text/pipeline.ts';
import * as m from '#messages';

import type { TableRow } from './table.ts';

const TEXTS_LOOKED_AT = 500;
/** From this share of texts with markup on it is said. */
const MARKUP_SHARE = 0.05;

/** What the texts look like, where another pipeline would read them better. */
export function textHints(
  rows: readonly TableRow[],
  column: number | null,
  pipeline: TextPipeline,
): string[] {
  if (column === null) return [];
  const texts = rows
    .slice(0, TEXTS_LOOKED_AT)
    .map(({ cells }) => cells[column])
    .filter((cell) => typeof cell === 'string');
  const marked = texts.filter((text) => /<\/?[a-z][^<>]*>/i.test(text)).length;
  const script = scriptOf(texts);
  const hasMarkup = pipeline.html === 'kept' && marked > MARKUP_SHARE * texts.length;
  return [
    ...(hasMarkup ? [m.datasets_texts_have_html({ count: marked, of: texts.length })] : []),
    ...(script === 'hangul' && pipeline.words === 'spaces' ? [m.datasets_texts_are_korean()] : []),
    ...(script === 'unspaced' && pipeline.words === 'spaces'
      ? [m.datasets_texts_have_no_spaces()]
      : []),
  ];
}
