import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { printQueue } from './queue-facts.ts';
import { leaveWorker, workUntilDone } from './queue-worker.ts';

export const queueStart: Command = {
  name: 'queue start',
  ...noOperands,
  summary: m.cli_queue_start,
  options: { wait: { text: m.cli_queue_wait } },
  async run(args, context) {
    const { out } = context;
    const app = context.app();
    const { queue } = app.services;
    queue.setPaused(false);
    if (args.switches.has('wait')) await workUntilDone(context);
    else await leaveWorker(context);
    printQueue(out, queue.get());
  },
};
