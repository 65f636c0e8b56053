import { someRuns, type Command } from './command.ts';

export const runsRestore: Command = {
  name: 'runs restore',
  ...someRuns,
  summary: 'Brings runs back from the trash',
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    const runIds = [...new Set(args.operands.map((name) => runs.resolve(name, { isTrash: true })))];
    const restored = runs.restore(runIds);
    out.json(restored.map((runId) => runs.get(runId)));
    out.line(`${restored.length === 1 ? 'One run is' : `${restored.length} runs are`} back.`);
  },
};
