import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { count, moment, table } from './text.ts';

export const dataList: Command = {
  name: 'data list',
  ...noOperands,
  summary: m.cli_data_list,
  options: {},
  run(_args, { app, out }) {
    const datasets = app().services.datasets.list();
    out.json(datasets);
    if (datasets.length === 0) out.line(m.cli_data_none());
    else {
      const rows = datasets.map((dataset) => [
        dataset.datasetId,
        dataset.name,
        dataset.format,
        count(dataset.splits.train.count),
        count(dataset.splits.test.count),
        count(dataset.runCount),
        moment(dataset.createdAt),
      ]);
      const header = [
        m.cli_column_id(),
        m.cli_column_name(),
        m.cli_column_format(),
        m.cli_column_train(),
        m.cli_column_test(),
        m.cli_column_runs(),
        m.cli_column_imported(),
      ];
      for (const line of table(header, rows, header.slice(3, 6))) out.line(line);
    }
  },
};
