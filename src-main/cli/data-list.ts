import { noOperands, type Command } from './command.ts';
import { count, moment, table } from './text.ts';

export const dataList: Command = {
  name: 'data list',
  ...noOperands,
  summary: 'Lists datasets',
  options: {},
  run(_args, { app, out }) {
    const datasets = app().services.datasets.list();
    out.json(datasets);
    if (datasets.length === 0)
      out.line(
        'No datasets yet. Import one with "data import PATH", or the sample with "data sample".',
      );
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
      const header = ['id', 'name', 'format', 'train', 'test', 'runs', 'imported'];
      for (const line of table(header, rows, ['train', 'test', 'runs'])) out.line(line);
    }
  },
};
