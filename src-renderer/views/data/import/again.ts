import type { Dataset, ImportRequest } from '#contract/dataset.ts';
import * as m from '#messages';

import { tellingWords } from '../../../parts/datasets/finding-words.ts';
import type { DraftStart, Drop } from './import-draft.svelte.ts';
import { startOf } from './import-jobs.svelte.ts';

/** What is different when a file is imported once more. */
export type Again = Readonly<{
  drop?: Drop;
  /** Reviews that hold one of them are left out. */
  words?: readonly string[];
  /** Its own splits are not used. */
  isDrawn?: true;
  choices?: Pick<ImportRequest, 'pipeline' | 'format'>;
  /** How the file is read is to be changed. */
  isReading?: true;
}>;

/** The dialog as it was when the dataset was imported, as far as that is known, with what is different. */
export function startAgain(
  { name, findings }: Dataset,
  request: ImportRequest | null,
  { drop, words = [], isDrawn, choices = {}, isReading }: Again,
): DraftStart {
  const start: DraftStart = request === null ? {} : startOf(request);
  const dropWords = [...new Set([...(start.choices?.dropWords ?? []), ...words])];
  const pipeline = { ...start.choices?.pipeline, ...choices.pipeline };
  return {
    ...start,
    words: findings.flatMap(tellingWords),
    drop: [...new Set([...(start.drop ?? []), ...(drop === undefined ? [] : [drop])])],
    choices: {
      ...start.choices,
      ...(choices.format === undefined ? {} : { format: choices.format }),
      ...(Object.keys(pipeline).length === 0 ? {} : { pipeline }),
      ...(isDrawn === true ? { splitColumn: null } : {}),
      ...(dropWords.length === 0 ? {} : { dropWords }),
    },
    name: m.data_import_again_name({ name }).slice(0, 200),
    ...(isReading === true ? { isReading } : {}),
  };
}
