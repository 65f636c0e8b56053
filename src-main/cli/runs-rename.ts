import { calls } from '#contract/index.ts';

import { firstOf, type Command } from './command.ts';

export const runsRename: Command = {
  name: 'runs rename',
  operands: 'RUN NAME',
  least: 2,
  most: 2,
  summary: 'Gives a run another name',
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    const { name } = calls['runs.rename'].input.parse({ runId, name: args.operands[1] });
    runs.rename(runId, name);
    out.json(runs.get(runId));
    out.line(`Run ${runId} is named "${name}" now.`);
  },
};
