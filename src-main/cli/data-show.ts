import * as m from '#messages';

import { firstOf, oneDataset, type Command } from './command.ts';
import { printDataset } from './dataset-facts.ts';

export const dataShow: Command = {
  name: 'data show',
  ...oneDataset,
  summary: m.cli_data_show,
  options: {},
  run(args, { app, out }) {
    const { datasets } = app().services;
    printDataset(out, datasets.get(datasets.resolve(firstOf(args))));
  },
};
