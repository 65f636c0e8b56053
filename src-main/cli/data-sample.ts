import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { followImport } from './import-job.ts';

export const dataSample: Command = {
  name: 'data sample',
  ...noOperands,
  summary: m.cli_data_sample,
  options: {},
  run: (_args, context) =>
    followImport(context, (datasets, options) => datasets.importSample(options)),
};
