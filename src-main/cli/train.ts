import { AppError } from '#contract/failure.ts';

import { configOptions, readConfig } from './config-flags.ts';
import { noOperands, type Arguments, type Command } from './command.ts';
import { createReporter, detach } from './detach.ts';
import { followRun } from './run-lines.ts';

export const train: Command = {
  name: 'train',
  ...noOperands,
  summary: 'Trains one run; Ctrl-C stops it at a checkpoint',
  options: {
    dataset: { value: 'ID', text: 'the dataset to train on' },
    name: { value: 'N', text: 'name of the run' },
    detach: { text: 'leave it training without a window and return' },
    ...configOptions,
  },
  async run(args, context) {
    const reporter = createReporter();
    try {
      const named = args.values['dataset'];
      if (named === undefined)
        throw new AppError(
          'invalid',
          '"train" needs --dataset ID; "data list" shows which there are.',
          { field: 'dataset' },
        );
      const config = readConfig(args);
      const app = context.app();
      const datasetId = app.services.datasets.resolve(named);
      if (config.lstmActivation === 'relu' && config.branches !== 'cnn')
        context.out.note(reluWarning);
      if (args.switches.has('detach')) {
        await detach(['train', ...withoutDetach(args)], context);
        return;
      }
      const [run] = app.services.runs.start({
        datasetId,
        configs: [config],
        name: args.values['name'],
      });
      if (run === undefined) throw new Error('No run was started.');
      await followRun(app, context.out, run.runId, reporter.line);
    } catch (error) {
      reporter.failure(error);
      throw error;
    }
  },
};

const reluWarning =
  'Warning: with lstm-activation relu the loss can become NaN, and training takes a slower path. The run stops then and keeps its last good epoch.';

/** The options of a command line again, to be given to another process. */
export const withoutDetach = (args: Arguments): string[] => [
  ...Object.entries(args.values).map(([name, value]) => `--${name}=${value ?? ''}`),
  ...args.operands,
];
