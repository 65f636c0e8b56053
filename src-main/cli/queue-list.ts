import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { printQueue } from './queue-facts.ts';

export const queueList: Command = {
  name: 'queue list',
  ...noOperands,
  summary: m.cli_queue_list,
  options: {},
  run(_, { app, out }) {
    printQueue(out, app().services.queue.get());
  },
};
