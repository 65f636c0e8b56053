import { AppError } from '#contract/failure.ts';
import { noteSchema } from '#contract/run.ts';
import * as m from '#messages';

import { firstOf, type Command } from './command.ts';

export const runsNote: Command = {
  name: 'runs note',
  operands: 'RUN TEXT',
  least: 2,
  most: 2,
  summary: m.cli_runs_note,
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    const note = noteSchema.safeParse(args.operands[1]);
    if (!note.success) throw new AppError('invalid', m.cli_runs_note_length(), { field: 'text' });
    runs.note(runId, note.data);
    const run = runs.get(runId);
    out.json(run);
    out.line(run.note === '' ? m.cli_runs_note_removed({ runId }) : m.cli_runs_noted({ runId }));
  },
};
