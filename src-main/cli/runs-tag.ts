import { AppError } from '#contract/failure.ts';
import { calls } from '#contract/index.ts';
import * as m from '#messages';

import { firstOf, type Command } from './command.ts';

export const runsTag: Command = {
  name: 'runs tag',
  operands: 'RUN TAG...',
  least: 2,
  most: 51,
  summary: m.cli_runs_tag,
  options: { remove: { text: m.cli_runs_tag_remove } },
  run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    const tags = args.operands.slice(1);
    const parsed = calls['runs.tag'].input.safeParse({
      runIds: [runId],
      [args.switches.has('remove') ? 'remove' : 'add']: tags,
    });
    if (!parsed.success) throw new AppError('invalid', m.cli_runs_tag_bounds(), { field: 'tag' });
    runs.tag([runId], parsed.data);
    const run = runs.get(runId);
    out.json(run);
    out.line(
      run.tags.length === 0
        ? m.cli_runs_untagged({ runId })
        : m.cli_runs_tagged({ runId, tags: run.tags.join(', ') }),
    );
  },
};
