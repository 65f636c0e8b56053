import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { requeueTask, runTask } from '../../features/slurm/task.ts';
import type { Command } from '../command.ts';
import { createPrinter } from '../show/run-lines.ts';

/** What the script of a job array starts on a node. */
export const task: Command = {
  name: 'task',
  operands: 'FOLDER N',
  summary: m.cli_task,
  options: {},
  async run({ operands: [folder = '', number = ''] }, { places, folder: here, out }) {
    if (!/^[1-9]\d*$/.test(number)) throw new AppError('invalid', m.cli_task_number({ number }));
    const controller = new AbortController();
    const end = () => {
      controller.abort();
    };
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const signal of signals) process.on(signal, end);
    const say = (line: string): void => {
      out.note(line);
    };
    const state = await runTask({
      folder: path.resolve(here, folder),
      task: Number(number),
      trainerEntry: places.trainerEntry,
      signal: controller.signal,
      say,
      // A log that cannot be written (a full disk) ends no training: nobody minds it on stderr.
      onLine: createPrinter({ ...out, line: (text = '') => out.note(text) }),
    });
    if (state === 'paused') await requeueTask(say);
    if (state !== 'finished') throw new AppError('internal', m.cli_task_ended({ state }));
  },
};
