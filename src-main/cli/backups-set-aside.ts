import * as m from '#messages';

import { setBlobsAside } from '../features/backups/set-aside.ts';
import { noOperands, type Command } from './command.ts';

export const backupsSetAside: Command = {
  name: 'backups set-aside',
  ...noOperands,
  summary: m.cli_backups_set_aside,
  options: {},
  run(_args, { home, out }) {
    const done = setBlobsAside(home, new Date());
    out.json(done);
    out.line(m.cli_backups_aside(done));
  },
};
