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
