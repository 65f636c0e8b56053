import { firstOf, oneDataset, type Command } from './command.ts';

export const dataRemove: Command = {
  name: 'data remove',
  ...oneDataset,
  summary: 'Moves a dataset to the trash',
  options: { 'with-runs': { text: 'its runs too' } },
  run(args, { app, out }) {
    const { datasets } = app().services;
    const dataset = datasets.get(datasets.resolve(firstOf(args)));
    const { datasetId } = dataset;
    const runIds = datasets.remove(datasetId, { withRuns: args.switches.has('with-runs') });
    out.json({ ...dataset, runIds });
    const runs =
      runIds.length === 0
        ? ''
        : runIds.length === 1
          ? ' and its run'
          : ` and its ${runIds.length} runs`;
    out.line(
      `"${dataset.name}"${runs} moved to the trash. Bring it back with "data restore ${datasetId}".`,
    );
  },
};
