import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { firstOf, type Command } from './command.ts';
import { printQueue } from './queue-facts.ts';

export const queueMove: Command = {
  name: 'queue move',
  operands: 'RUN POSITION',
  least: 2,
  most: 2,
  summary: m.cli_queue_move,
  options: {},
  run(args, { app, out }) {
    const index = indexOf(args.operands[1] ?? '');
    const { queue, runs } = app().services;
    printQueue(out, queue.move(runs.resolve(firstOf(args)), index));
  },
};

/** `first`, `last`, or a position from 1. */
function indexOf(text: string): number {
  if (text === 'first') return 0;
  if (text === 'last') return Number.MAX_SAFE_INTEGER;
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new AppError('invalid', m.cli_queue_position(), { field: 'position' });
  }
  return Number(text) - 1;
}
