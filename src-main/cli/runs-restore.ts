import * as m from '#messages';

import { someRuns, type Command } from './command.ts';

export const runsRestore: Command = {
  name: 'runs restore',
  ...someRuns,
  summary: m.cli_runs_restore,
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    const runIds = [...new Set(args.operands.map((name) => runs.resolve(name, { isTrash: true })))];
    const restored = runs.restore(runIds);
    out.json(restored.map((runId) => runs.get(runId)));
    out.line(m.cli_runs_restored({ count: restored.length }));
  },
};
