import * as m from '#messages';

import type { Missing } from '#contract/backup.ts';

import { restoreDatabase } from '../features/backups/restore.ts';
import { firstOf, type Command } from './command.ts';
import { shortened } from './text.ts';

/** Opens no database: it is for when that cannot be opened. */
export const backupsRestore: Command = {
  name: 'backups restore',
  operands: 'ID',
  least: 1,
  most: 1,
  summary: m.cli_backups_restore,
  options: {},
  run(args, { home, out }) {
    const restored = restoreDatabase(home, firstOf(args), new Date());
    const { backupId, replacedId, isQueuePaused, missing } = restored;
    out.json(restored);
    out.line(m.cli_backups_restored({ backupId }));
    if (replacedId !== null) out.line(m.cli_backups_replaced({ replacedId }));
    if (isQueuePaused) out.line(m.cli_backups_queue_paused());
    for (const line of missingLines(missing)) out.line(line);
  },
};

function missingLines(missing: Missing): string[] {
  const { newerRuns, shorterRuns, blobs, files, datasets } = missing;
  return [
    ...(newerRuns.length === 0
      ? []
      : [
          m.cli_backups_newer_runs({
            count: newerRuns.length,
            runIds: shortened(newerRuns.join(' '), 200),
          }),
        ]),
    ...shorterRuns.map((run) => m.cli_backups_shorter_run(run)),
    ...(blobs === 0 ? [] : [m.cli_backups_missing_blobs({ count: blobs })]),
    ...(files === 0 ? [] : [m.cli_backups_missing_files({ count: files })]),
    ...datasets.map((name) => m.cli_backups_missing_dataset({ name })),
  ];
}
