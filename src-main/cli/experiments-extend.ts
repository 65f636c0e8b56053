import * as m from '#messages';

import { numberOption } from './arguments.ts';
import { firstOf, type Command } from './command.ts';
import { leaveWorker, workUntilDone } from './queue-worker.ts';

export const experimentsExtend: Command = {
  name: 'experiments extend',
  operands: 'ID',
  least: 1,
  most: 1,
  summary: m.cli_experiments_extend,
  options: {
    seeds: { value: 'N', text: m.cli_experiments_extend_seeds },
    wait: { text: m.cli_sweep_wait },
  },
  async run(args, context) {
    const { out } = context;
    const app = context.app();
    const { experiments, queue } = app.services;
    const experimentId = experiments.resolve(firstOf(args));
    const before = experiments.get(experimentId).runs.length;
    const seedCount = numberOption(args, 'seeds', { min: 1, max: 12 }) ?? 1;
    const extended = experiments.extend(experimentId, seedCount);
    out.line(m.cli_experiments_extended({ count: extended.runs.length - before }));
    if (args.switches.has('wait')) await workUntilDone(context);
    else await leaveWorker(context);
    out.json(experiments.get(experimentId));
    if (queue.get().isPaused) out.note(m.cli_queue_is_paused());
  },
};
