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
    printDataset(out, datasets.restore(datasets.resolve(firstOf(args), { isTrash: true })));
  },
};
