import * as m from '#messages';

import { firstOf, oneRun, type Command } from './command.ts';
import { noteEnded, printEnded } from './run-lines.ts';

export const stop: Command = {
  name: 'stop',
  ...oneRun,
  summary: m.cli_stop,
  options: {},
  async run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    noteEnded(out, runs.summary(runId));
    await runs.stop(runId);
    printEnded(out, await runs.follow(runId, () => {}));
  },
};
