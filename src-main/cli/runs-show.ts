import { firstOf, oneRun, type Command } from './command.ts';
import { printRun } from './run-facts.ts';

export const runsShow: Command = {
  name: 'runs show',
  ...oneRun,
  summary: 'Shows a run: configuration, epochs, results',
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    printRun(out, runs.get(runs.resolve(firstOf(args))));
  },
};
