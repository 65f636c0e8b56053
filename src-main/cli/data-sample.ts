import { noOperands, type Command } from './command.ts';
import { followImport } from './import-job.ts';

export const dataSample: Command = {
  name: 'data sample',
  ...noOperands,
  summary: 'Imports the built-in corpus of synthetic reviews',
  options: {},
  run: (_args, context) =>
    followImport(context, (datasets, options) => datasets.importSample(options)),
};
