import * as m from '#messages';

import { firstOf, oneDataset, type Command } from './command.ts';
import { printDataset } from './dataset-facts.ts';

export const dataRestore: Command = {
  name: 'data restore',
  ...oneDataset,
  summary: m.cli_data_restore,
  options: {},
  run(args, { app, out }) {
    const { datasets } = app().services;
    const dataset = datasets.restore(datasets.resolve(firstOf(args), { isTrash: true }));
    printDataset(out, dataset);
    if (dataset.runCount > 0) out.line(m.cli_data_restored_runs({ count: dataset.runCount }));
  },
};
