import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { bytes, count } from './text.ts';

export const backupsCreate: Command = {
  name: 'backups create',
  ...noOperands,
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
