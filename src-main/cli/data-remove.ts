import * as m from '#messages';

import { firstOf, oneDataset, type Command } from './command.ts';

export const dataRemove: Command = {
  name: 'data remove',
  ...oneDataset,
  summary: m.cli_data_remove,
  options: { 'with-runs': { text: m.cli_data_remove_with_runs } },
  run(args, { app, out }) {
    const { datasets } = app().services;
    const dataset = datasets.get(datasets.resolve(firstOf(args)));
    const { datasetId } = dataset;
    const runIds = datasets.remove(datasetId, { withRuns: args.switches.has('with-runs') });
    out.json({ ...dataset, runIds });
    const { name } = dataset;
    const count = runIds.length;
    out.line(
      count === 0
        ? m.cli_data_removed({ name, datasetId })
        : m.cli_data_removed_with_runs({ count, name, datasetId }),
    );
  },
};
