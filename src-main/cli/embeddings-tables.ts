import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { count, table } from './text.ts';

export const embeddingsTables: Command = {
  name: 'embeddings tables',
  ...noOperands,
  summary: m.cli_embeddings_tables,
  options: {},
  run(_, { app, out }) {
    const tables = app().services.outsideTables.list();
    out.json(tables);
    if (tables.length === 0) out.line(m.cli_embeddings_no_tables());
    else {
      const [rows, dims] = [m.cli_column_rows(), m.cli_column_dims()];
      const header = [m.cli_column_table(), m.cli_column_name(), m.cli_column_format(), rows, dims];
      const cells = tables.map((item) => [
        item.tableId,
        item.name,
        item.format,
        count(item.rows),
        String(item.dims),
      ]);
      for (const line of table(header, cells, [rows, dims])) out.line(line);
    }
  },
};
