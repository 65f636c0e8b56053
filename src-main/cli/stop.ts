import { firstOf, oneRun, type Command } from './command.ts';
import { printEnded } from './run-lines.ts';

export const stop: Command = {
  name: 'stop',
  ...oneRun,
  summary: 'Stops a run at a checkpoint and returns when it is so',
  options: {},
  async run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    await runs.stop(runId);
    printEnded(out, await runs.follow(runId, () => {}));
  },
};
