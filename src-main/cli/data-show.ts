import { toFailure } from '#contract/failure.ts';
import * as m from '#messages';

import { firstOf, oneDataset, type Command } from './command.ts';
import { printDataset } from './dataset-facts.ts';

export const dataShow: Command = {
  name: 'data show',
  ...oneDataset,
  summary: m.cli_data_show,
  options: {},
  async run(args, { app, out }) {
    const { datasets } = app().services;
    const dataset = datasets.get(datasets.resolve(firstOf(args)));
    const origin = datasets.originOf(dataset.datasetId);
    try {
      printDataset(out, dataset, origin, await datasets.profile(dataset.datasetId));
    } catch (error) {
      // Files that are missing or damaged take nothing from what is known of them.
      printDataset(out, dataset, origin);
      out.note(m.cli_warning({ warning: toFailure(error).message }));
    }
  },
};
