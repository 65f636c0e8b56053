import { AppError } from '#contract/failure.ts';
import type { Queue } from '#contract/queue.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import { type Arguments, type Command, type Context, firstOf, type Noun } from '../command.ts';
import { configOptions, readConfig } from '../config-flags.ts';
import type { Output } from '../show/output.ts';
import { leaveWorker, workUntilDone } from '../queue-worker.ts';
import { fitted, spanText, table } from '../show/text.ts';

const queueList: Command = {
  name: 'queue list',
  summary: m.cli_queue_list,
  options: {},
  run(_, { app, out }) {
    printQueue(out, app().services.queue.get());
  },
};

const queueAdd: Command = {
  name: 'queue add',
  operands: '[RUN...]',
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
  queue.add({ runIds });
  return runIds;
}

const queueMove: Command = {
  name: 'queue move',
  operands: 'RUN POSITION',
  summary: m.cli_queue_move,
  options: {},
  run(args, { app, out }) {
    const index = indexOf(args.operands[1] ?? '');
    const { queue, runs } = app().services;
    printQueue(out, queue.move({ runId: runs.resolve(firstOf(args)), index }));
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

const queueRemove: Command = {
  name: 'queue remove',
  operands: 'RUN...',
  summary: m.cli_queue_remove,
  options: {},
  run(args, { app, out }) {
    const { queue, runs } = app().services;
    printQueue(out, queue.remove({ runIds: args.operands.map((named) => runs.resolve(named)) }));
  },
};

const queuePause: Command = {
  name: 'queue pause',
  summary: m.cli_queue_pause,
  options: {},
  run(_, { app, out }) {
    printQueue(out, app().services.queue.pause());
  },
};

const queueStart: Command = {
  name: 'queue start',
  summary: m.cli_queue_start,
  options: { wait: { text: m.cli_queue_wait } },
  async run(args, context) {
    const { out } = context;
    const app = context.app();
    const { queue } = app.services;
    queue.start();
    if (args.switches.has('wait')) await workUntilDone(context);
    else await leaveWorker(context);
    printQueue(out, queue.get());
  },
};

/** What every command of the queue prints: how it stands now. */
function printQueue(out: Output, queue: Queue, more: object = {}): void {
  out.json({ ...queue, ...more });
  if (out.isJson) return;
  const { runs, isPaused, isServed, secondsLeft } = queue;
  if (runs.length > 0) {
    const header = [
      m.cli_column_position(),
      m.cli_column_id(),
      m.cli_column_name(),
      m.cli_column_state(),
      m.cli_column_time(),
    ];
    const rows = runs.map((run) => [
      run.position === null ? '' : String(run.position),
      run.runId,
      run.name,
      stateWord(run.state),
      run.secondsLeft === null ? '-' : spanText(run.secondsLeft),
    ]);
    for (const line of table(header, fitted(header, rows, 2, out.width), [
      ...header.slice(0, 1),
      ...header.slice(4),
    ]))
      out.line(line);
    out.line();
    out.line(m.cli_queue_left({ time: spanText(secondsLeft) }));
  } else out.line(m.cli_queue_empty());
  if (isPaused) out.line(m.cli_queue_is_paused());
  else if (!isServed && runs.some(({ position }) => position !== null))
    out.line(m.cli_queue_unserved());
}

export const queue: Noun = {
  title: m.cli_noun_queue,
  commands: [queueList, queueAdd, queueMove, queueRemove, queuePause, queueStart],
};
