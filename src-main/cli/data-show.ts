import { firstOf, oneDataset, type Command } from './command.ts';
import { printDataset } from './dataset-facts.ts';

export const dataShow: Command = {
  name: 'data show',
  ...oneDataset,
  summary: 'Shows the facts of a dataset',
  options: {},
  run(args, { app, out }) {
    const { datasets } = app().services;
    printDataset(out, datasets.get(datasets.resolve(firstOf(args))));
  },
};
