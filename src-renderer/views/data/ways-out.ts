import type { Dataset, Finding } from '#contract/dataset.ts';

import * as m from '../../messages/compiled/messages.js';
import type { Again } from './again.ts';
import type { Drop } from './import-draft.svelte.ts';

export type WayOut = Readonly<{ label: string; run: () => void }>;

/** What the screen can do. */
export type Acts = Readonly<{
  find: (text: string) => void;
  again: (how: Again) => void;
  export: () => void;
}>;

const drops: { readonly [K in Finding['kind']]?: Drop } = {
  copies: 'duplicates',
  copiesOfTest: 'duplicates',
  copiesWithin: 'duplicates',
  nearCopies: 'nearCopies',
  nearCopiesOfTest: 'nearCopies',
  nearCopiesWithin: 'nearCopies',
  empty: 'empty',
};
/** They are read row by row, so that other splits can be drawn. */
const tables: readonly Dataset['format'][] = ['csv', 'tsv', 'jsonl', 'parquet'];

/** What can be done about a finding; nothing is done by itself. */
export function waysOut({ kind, word }: Finding, { format, hasTexts }: Dataset, acts: Acts): WayOut[] {
  if (kind === 'givenAway') {
    if (word === undefined || !hasTexts) return [];
    const find = { label: m.data_finding_find(), run: () => acts.find(word) };
    if (format === 'sample') return [find];
    return [find, { label: m.data_finding_again(), run: () => acts.again({ word }) }];
  }
  // The built-in sample comes from no file.
  if (format === 'sample') return [];
  const drop = drops[kind];
  if (drop !== undefined) return [{ label: m.data_finding_again(), run: () => acts.again({ drop }) }];
  if (kind === 'encoding') return [{ label: m.data_finding_again_encoding(), run: () => acts.again({}) }];
  if (kind !== 'oneClass' && kind !== 'lengths') return [];
  return tables.includes(format)
    ? [{ label: m.data_finding_again_drawn(), run: () => acts.again({ isDrawn: true }) }]
    : [{ label: m.data_finding_export(), run: acts.export }];
}
