import type { Missing } from '#contract/backup.ts';
import { count } from '#core/wording/number-text.ts';
import * as m from '#messages';

const namesShown = 5;
const runsShown = 3;

/** What a database that stands in for another does not have, a sentence each. */
export function missingSentences({
  newerRuns,
  shorterRuns,
  blobs,
  files,
  datasets,
}: Missing): string[] {
  const runIds =
    newerRuns.slice(0, namesShown).join(', ') + (newerRuns.length > namesShown ? ' …' : '');
  const sentences = [
    ...(newerRuns.length === 0
      ? []
      : [
          m.backups_missing_newer({
            count: newerRuns.length,
            shown: count(newerRuns.length),
            runIds,
          }),
        ]),
    ...shorterRuns.slice(0, runsShown).map((run) => m.backups_missing_shorter(run)),
    ...(shorterRuns.length > runsShown
      ? [m.backups_missing_more({ shown: count(shorterRuns.length - runsShown) })]
      : []),
    ...(blobs === 0 ? [] : [m.backups_missing_blobs({ count: blobs, shown: count(blobs) })]),
    ...(files === 0 ? [] : [m.backups_missing_files({ count: files, shown: count(files) })]),
    ...datasets.map((name) => m.backups_missing_dataset({ name })),
  ];
  return sentences.length === 0 ? [m.backups_nothing_missing()] : sentences;
}
