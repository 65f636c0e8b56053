import * as m from '#messages';

import type { Backup } from '#contract/backup.ts';

import { listBackups } from '../features/backups/place.ts';
import { noOperands, type Command } from './command.ts';
import { bytes, moment, table } from './text.ts';

/** Opens no database: it is for when that cannot be opened. */
export const backupsList: Command = {
  name: 'backups list',
  ...noOperands,
  summary: m.cli_backups_list,
  options: {},
  run(_args, { home, out }) {
    const backups = listBackups(home);
    out.json(backups);
    if (backups.length === 0) out.line(m.cli_backups_none());
    else for (const line of listed(backups)) out.line(line);
  },
};

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
    m.cli_backups_why({
      reason: backup.reason ?? backup.kind,
      backupId: backup.replacedBy?.backupId ?? '',
    }),
    String(backup.runs ?? '-'),
    String(backup.datasets ?? '-'),
    bytes(backup.bytes),
  ]);
  return table(header, rows, [runs, datasets, size]);
}
