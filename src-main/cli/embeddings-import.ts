import path from 'node:path';

import * as m from '#messages';

import { firstOf, type Command } from './command.ts';
import { count } from './text.ts';

export const embeddingsImport: Command = {
  name: 'embeddings import',
  operands: 'FILE',
  least: 1,
  most: 1,
  summary: m.cli_embeddings_import,
  options: { name: { value: 'N', text: m.cli_embeddings_import_name } },
  async run(args, { app, out, folder }) {
    const { name } = args.values;
    const imported = await app().services.outsideTables.import({
      path: path.resolve(folder, firstOf(args)),
      ...(name === undefined ? {} : { name }),
    });
    out.json(imported);
    const { name: given, tableId, rows, dims, leftOut, isKnown, notes } = imported;
    for (const warning of notes) out.note(m.cli_warning({ warning }));
    if (isKnown) out.line(m.cli_embeddings_import_known({ name: given }));
    out.line(m.cli_embeddings_imported({ name: given, tableId, rows: count(rows), dims }));
    if (leftOut > 0) out.line(m.cli_embeddings_left_out({ count: count(leftOut) }));
  },
};
