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
    const datasetId = datasets.resolve(firstOf(args), { isTrash: true });
    const { name: wanted } = datasets.get(datasetId);
    const dataset = datasets.restore(datasetId);
    const { name } = dataset;
    if (name !== wanted) {
      out.note(m.cli_note({ note: m.datasets_name_taken({ wanted, name }) }));
    }
    printDataset(out, dataset, datasets.originOf(datasetId));
    if (dataset.runCount > 0) out.line(m.cli_data_restored_runs({ count: dataset.runCount }));
  },
};
