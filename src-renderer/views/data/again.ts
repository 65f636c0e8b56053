import type { Dataset } from '#contract/dataset.ts';
import type { CallInput } from '#contract/index.ts';

import * as m from '../../messages/compiled/messages.js';
import type { DraftStart, Drop } from './import-draft.svelte.ts';
import { startOf } from './import-jobs.svelte.ts';

/** What is different when a file is imported once more. */
export type Again = Readonly<{
  drop?: Drop;
  /** Reviews that hold it are left out. */
  word?: string;
  /** Its own splits are not used. */
  isDrawn?: true;
}>;

/** The dialog as it was when the dataset was imported, as far as that is known, with what is different. */
export function startAgain(
  { name, findings }: Dataset,
  request: CallInput<'datasets.startImport'> | null,
  { drop, word, isDrawn }: Again,
): DraftStart {
  const start: DraftStart = request === null ? {} : startOf(request);
  const told = findings.flatMap((finding) => (finding.kind === 'givenAway' ? (finding.word ?? []) : []));
  const dropWords = [...new Set([...(start.choices?.dropWords ?? []), ...(word === undefined ? [] : [word])])];
  return {
    ...start,
    words: told,
    drop: [...new Set([...(start.drop ?? []), ...(drop === undefined ? [] : [drop])])],
    choices: { ...start.choices, ...(isDrawn === true ? { splitColumn: null } : {}), ...(dropWords.length === 0 ? {} : { dropWords }) },
    name: m.data_import_again_name({ name }).slice(0, 200),
  };
}
