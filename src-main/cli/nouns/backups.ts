import type { Backup, Missing } from '#contract/backup.ts';
import * as m from '#messages';

import { listBackups } from '../../features/backups/place.ts';
import { restoreDatabase } from '../../features/backups/restore.ts';
import { setBlobsAside } from '../../features/backups/set-aside.ts';
import { type Command, firstOf, type Noun } from '../command.ts';
import { bytes, count, moment, shortened, table } from '../show/text.ts';

/** Opens no database: it is for when that cannot be opened. */
const backupsList: Command = {
  name: 'backups list',
  summary: m.cli_backups_list,
  options: {},
  run(_args, { home, out }) {
    const backups = listBackups(home);
    out.json(backups);
    if (backups.length === 0) out.line(m.cli_backups_none());
    else for (const line of listed(backups)) out.line(line);
  },
};

function why({ reason, kind, replacedBy, isDamaged }: Backup): string {
  const text = m.cli_backups_why({
    reason: reason ?? kind,
    backupId: replacedBy?.backupId ?? '',
  });
  return isDamaged ? m.cli_backups_why_damaged({ why: text }) : text;
}

function listed(backups: readonly Backup[]): string[] {
  const [runs, datasets, size] = [
    m.cli_column_runs(),
    m.cli_column_datasets(),
    m.cli_column_size(),
  ];
  const header = [
    m.cli_column_backup(),
    m.cli_column_made(),
    m.cli_column_why(),
    runs,
    datasets,
    size,
  ];
  const rows = backups.map((backup) => [
    backup.backupId,
    moment(backup.createdAt),
    why(backup),
    String(backup.runs ?? '-'),
    String(backup.datasets ?? '-'),
    bytes(backup.bytes),
  ]);
  return table(header, rows, [runs, datasets, size]);
}

const backupsCreate: Command = {
  name: 'backups create',
  summary: m.cli_backups_create,
  options: {},
  async run(_args, { app, out }) {
    const backup = await app().services.backups.create();
    out.json(backup);
    out.line(
      m.cli_backups_created({
        backupId: backup.backupId,
        runs: count(backup.runs ?? 0),
        datasets: count(backup.datasets ?? 0),
        size: bytes(backup.bytes),
        blobs: count(backup.blobs ?? 0),
        checkpoints: count(backup.checkpoints ?? 0),
      }),
    );
  },
};

/** Opens no database: it is for when that cannot be opened. */
const backupsRestore: Command = {
  name: 'backups restore',
  operands: 'ID',
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

const backupsSetAside: Command = {
  name: 'backups set-aside',
  summary: m.cli_backups_set_aside,
  options: {},
  run(_args, { home, out }) {
    const done = setBlobsAside(home, new Date());
    out.json(done);
    out.line(m.cli_backups_aside(done));
  },
};

export const backups: Noun = {
  title: m.cli_noun_backups,
  commands: [backupsList, backupsCreate, backupsRestore, backupsSetAside],
};
