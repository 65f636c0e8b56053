import * as m from '#messages';

import { someRuns, type Command } from './command.ts';

export const runsFavourite: Command = {
  name: 'runs favourite',
  ...someRuns,
  summary: m.cli_runs_favourite,
  options: { remove: { text: m.cli_runs_favourite_remove } },
  run(args, { app, out }) {
    const { runs } = app().services;
    const isFavourite = !args.switches.has('remove');
    const runIds = [...new Set(args.operands.map((name) => runs.resolve(name)))];
    runs.favourite(runIds, isFavourite);
    out.json(runIds.map((runId) => runs.get(runId)));
    out.line(
      isFavourite
        ? m.cli_runs_favoured({ count: runIds.length })
        : m.cli_runs_unfavoured({ count: runIds.length }),
    );
  },
};
