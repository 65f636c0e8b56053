import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { firstOf, oneRun, type Command } from './command.ts';

export const verify: Command = {
  name: 'verify',
  ...oneRun,
  summary: m.cli_verify,
  options: {},
  async run(args, { app, out }) {
    const { runs } = app().services;
    const result = await runs.verify(runs.resolve(firstOf(args)));
    out.json(result);
    if (!result.identical) {
      throw new AppError('internal', m.cli_not_identical({ reason: result.reason ?? '' }).trim());
    }
    out.line(m.cli_identical({ steps: result.steps }));
    if (result.reason !== null) out.note(result.reason);
  },
};
