import type { Dataset } from '#contract/dataset.ts';
import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import type { Output } from './output.ts';
import { count, moment, table } from './text.ts';

export const dataList: Command = {
  name: 'data list',
  ...noOperands,
  summary: m.cli_data_list,
  options: { trash: { text: m.cli_data_list_trash } },
  run(args, { app, out }) {
    const isTrash = args.switches.has('trash');
    printDatasets(out, app().services.datasets.list({ isTrash }), isTrash);
  },
};

export function printDatasets(out: Output, datasets: readonly Dataset[], isTrash: boolean): void {
  out.json(datasets);
  if (datasets.length === 0) {
    out.line(isTrash ? m.cli_data_none_in_trash() : m.cli_data_none());
    return;
  }
  const isAnyAway = datasets.some(({ isHere }) => !isHere);
  const rows = datasets.map((dataset) => [
    dataset.datasetId,
    dataset.name,
    dataset.format,
    count(dataset.splits.train.count),
    count(dataset.splits.test.count),
    count(dataset.runCount),
    moment(dataset.createdAt),
    ...(isAnyAway ? [m.cli_data_reviews({ isHere: String(dataset.isHere) })] : []),
    ...(isTrash ? [moment(dataset.deletedAt ?? '')] : []),
  ]);
  const header = [
    m.cli_column_id(),
    m.cli_column_name(),
    m.cli_column_format(),
    m.cli_column_train(),
    m.cli_column_test(),
    m.cli_column_runs(),
    m.cli_column_imported(),
    ...(isAnyAway ? [m.cli_column_reviews()] : []),
    ...(isTrash ? [m.cli_column_deleted()] : []),
  ];
  for (const line of table(header, rows, header.slice(3, 6))) out.line(line);
}
