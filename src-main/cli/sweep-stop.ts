import * as m from '#messages';

import { firstOf, type Command } from './command.ts';
import { count } from './text.ts';

export const sweepStop: Command = {
  name: 'sweep stop',
  operands: 'ID',
  least: 1,
  most: 1,
  summary: m.cli_sweep_stop,
  options: {},
  async run(args, { app, out }) {
    const { experiments, slurm } = app().services;
    const experimentId = experiments.resolve(firstOf(args));
    // Slurm may have some that nobody here knows of: their program ended before Slurm had answered.
    await slurm.collect(experimentId);
    const stopped = await slurm.stop(experimentId);
    out.line(m.cli_sweep_stopped({ count: count(stopped.length) }));
    out.json({ ...experiments.get(experimentId), stopped });
  },
};
