import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { configOptions, readConfig } from './config-flags.ts';
import type { Arguments, Command, Context } from './command.ts';
import { printQueue } from './queue-facts.ts';
import { leaveWorker } from './queue-worker.ts';

export const queueAdd: Command = {
  name: 'queue add',
  operands: '[RUN...]',
  least: 0,
  most: 1000,
  summary: m.cli_queue_add,
  options: {
    dataset: { value: 'ID', text: m.cli_train_dataset },
    name: { value: 'N', text: m.cli_train_name },
    ...configOptions,
  },
  async run(args, context) {
    const { app, out } = context;
    const isNew = args.values['dataset'] !== undefined;
    if (isNew === args.operands.length > 0) {
      throw new AppError('invalid', m.cli_queue_add_what(), { field: 'dataset' });
    }
    const added = isNew ? addNew(args, context) : addEnded(args, context);
    await leaveWorker(context);
    printQueue(out, app().services.queue.get(), { added });
  },
};

function addNew(args: Arguments, { app }: Context): string[] {
  const config = readConfig(args);
  const { datasets, runs } = app().services;
  const datasetId = datasets.resolve(args.values['dataset'] ?? '');
  const name = args.values['name'];
  return runs.enqueue({ datasetId, configs: [config], name }).map(({ runId }) => runId);
}

function addEnded(args: Arguments, { app }: Context): string[] {
  const { queue, runs } = app().services;
  const runIds = [...new Set(args.operands.map((named) => runs.resolve(named)))];
  queue.add(runIds);
  return runIds;
}
