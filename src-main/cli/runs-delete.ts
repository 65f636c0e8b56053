import { someRuns, type Command } from './command.ts';

export const runsDelete: Command = {
  name: 'runs delete',
  ...someRuns,
  summary: 'Moves runs to the trash',
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    // All names first: a wrong one must not leave the work half done.
    const runIds = [...new Set(args.operands.map((name) => runs.resolve(name)))];
    const removed = runs.remove(runIds);
    out.json(removed.map((runId) => runs.get(runId)));
    out.line(
      `${removed.length === 1 ? 'One run' : `${removed.length} runs`} moved to the trash. Undo with "runs restore ${removed.join(' ')}".`,
    );
  },
};
