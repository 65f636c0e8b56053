import * as m from '#messages';

import { someRuns, type Command } from './command.ts';
import { printQueue } from './queue-facts.ts';

export const queueRemove: Command = {
  name: 'queue remove',
  ...someRuns,
  summary: m.cli_queue_remove,
  options: {},
  run(args, { app, out }) {
    const { queue, runs } = app().services;
    printQueue(out, queue.remove(args.operands.map((named) => runs.resolve(named))));
  },
};
