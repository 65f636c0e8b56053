import * as m from '#messages';

import { firstOf, oneRun, type Command } from './command.ts';
import { printRun } from './run-facts.ts';

export const runsShow: Command = {
  name: 'runs show',
  ...oneRun,
  summary: m.cli_runs_show,
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    printRun(out, runs.get(runs.resolve(firstOf(args))));
  },
};
