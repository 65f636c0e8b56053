import { AppError } from '#contract/failure.ts';
import { startFromOf } from '#core/start-from.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import { machineNow } from '../features/runs/machine.ts';
import { configOptions, readConfig } from './config-flags.ts';
import { noOperands, type Arguments, type Command } from './command.ts';
import { createReporter, detach } from './detach.ts';
import { followRun } from './run-lines.ts';
import { bytes } from './text.ts';

export const train: Command = {
  name: 'train',
  ...noOperands,
  summary: m.cli_train,
  options: {
    dataset: { value: 'ID', text: m.cli_train_dataset },
    name: { value: 'N', text: m.cli_train_name },
    'start-from': { value: 'RUN', text: m.cli_train_start_from },
    detach: { text: m.cli_option_detach },
    ...configOptions,
  },
  async run(args, context) {
    const reporter = createReporter();
    try {
      const named = args.values['dataset'];
      if (named === undefined)
        throw new AppError('invalid', m.cli_train_needs_dataset(), { field: 'dataset' });
      const config = readConfig(args);
      const app = context.app();
      const datasetId = app.services.datasets.resolve(named);
      if (config.lstmActivation === 'relu' && config.branches !== 'cnn')
        context.out.note(m.cli_train_relu());
      const warning = memoryWarning(
        app.services.runs.estimate({ datasetId, config }).peakMemoryBytes,
        machineNow().memoryFreeBytes,
      );
      if (warning !== null) context.out.note(warning);
      if (args.switches.has('detach')) {
        await detach(['train', ...withoutDetach(args)], context);
        return;
      }
      const [run] = app.services.runs.start({
        datasetId,
        configs: [{ ...config, startFrom: startOf(app, args.values['start-from']) }],
        name: args.values['name'],
      });
      if (run === undefined) throw new Error('No run was started.');
      await followRun(context, run.runId, reporter.line);
      await Promise.race([app.ahead(), context.ends().next()]);
    } catch (error) {
      reporter.failure(error);
      throw error;
    }
  },
};

/** For a run that would need more memory than is free; null where it fits. */
const memoryWarning = (neededBytes: number, freeBytes: number): string | null =>
  neededBytes <= freeBytes
    ? null
    : m.cli_train_memory({ needed: bytes(neededBytes), free: bytes(freeBytes) });

/** `RUNID@EPOCH` of a run's last complete epoch. */
function startOf(app: App, named: string | undefined): string {
  if (named === undefined) return 'none';
  const { runs } = app.services;
  const runId = runs.resolve(named);
  return startFromOf({ runId, epoch: runs.summary(runId).last?.epoch ?? 0 });
}

/** The options of a command line again, to be given to another process. */
export const withoutDetach = (args: Arguments): string[] => [
  ...Object.entries(args.values).map(([name, value]) => `--${name}=${value ?? ''}`),
  ...args.operands,
];
