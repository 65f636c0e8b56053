import { AppError } from '#contract/failure.ts';
import { calls } from '#contract/index.ts';
import * as m from '#messages';

import { firstOf, type Command } from './command.ts';

export const runsRename: Command = {
  name: 'runs rename',
  operands: 'RUN NAME',
  least: 2,
  most: 2,
  summary: m.cli_runs_rename,
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    const parsed = calls['runs.rename'].input.safeParse({ runId, name: args.operands[1] });
    if (!parsed.success)
      throw new AppError('invalid', parsed.error.issues[0]?.message ?? m.app_name_length(), {
        field: 'name',
      });
    const { name } = parsed.data;
    runs.rename(runId, name);
    out.json(runs.get(runId));
    out.line(m.cli_runs_renamed({ runId, name }));
  },
};
