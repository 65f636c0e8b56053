import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { printDatasets } from './data-list.ts';

export const dataTrash: Command = {
  name: 'data trash',
  ...noOperands,
  summary: m.cli_data_trash,
  options: { empty: { text: m.cli_data_trash_empty } },
  run(args, { app, out }) {
    const { datasets } = app().services;
    if (!args.switches.has('empty')) {
      printDatasets(out, datasets.list({ isTrash: true }), true);
      return;
    }
    const removed = datasets.emptyTrash();
    const kept = datasets.list({ isTrash: true });
    out.json({ removed, kept });
    out.line(m.cli_data_trash_emptied({ count: removed }));
    if (kept.length > 0)
      out.note(m.cli_note({ note: m.cli_data_trash_kept({ count: kept.length }) }));
  },
};
