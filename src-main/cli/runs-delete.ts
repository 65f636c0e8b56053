import * as m from '#messages';

import { someRuns, type Command } from './command.ts';

export const runsDelete: Command = {
  name: 'runs delete',
  ...someRuns,
  summary: m.cli_runs_delete,
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    // All names first: a wrong one must not leave the work half done.
    const runIds = [
      ...new Set(
        args.operands.map((name) => runs.resolve(name, { elsewhere: m.runs_in_trash_already })),
      ),
    ];
    const removed = runs.remove(runIds);
    out.json(removed.map((runId) => runs.get(runId)));
    out.line(m.cli_runs_deleted({ count: removed.length, runIds: removed.join(' ') }));
  },
};
