import { AppError } from '#contract/failure.ts';

import { firstOf, oneRun, type Command } from './command.ts';

export const verify: Command = {
  name: 'verify',
  ...oneRun,
  summary: "Repeats a run's first steps and says whether they come out the same",
  options: {},
  async run(args, { app, out }) {
    const { runs } = app().services;
    const result = await runs.verify(runs.resolve(firstOf(args)));
    out.json(result);
    if (!result.identical) {
      throw new AppError('internal', `Not identical. ${result.reason ?? ''}`.trim());
    }
    const steps = result.steps === 1 ? 'step comes' : `${result.steps} steps come`;
    out.line(`Identical: the first ${steps} out as stored, bit for bit.`);
  },
};
