import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { printQueue } from './queue-facts.ts';

export const queuePause: Command = {
  name: 'queue pause',
  ...noOperands,
  summary: m.cli_queue_pause,
  options: {},
  run(_, { app, out }) {
    printQueue(out, app().services.queue.setPaused(true));
  },
};
