import * as m from '#messages';

import { firstOf, type Command } from './command.ts';
import { collectUntilDone, printCollected, printRest } from './slurm-collecting.ts';

export const sweepCollect: Command = {
  name: 'sweep collect',
  operands: 'ID',
  least: 1,
  most: 1,
  summary: m.cli_sweep_collect,
  options: { watch: { text: m.cli_sweep_collect_watch } },
  async run(args, context) {
    const { app, out } = context;
    const { experiments, slurm } = app().services;
    const experimentId = experiments.resolve(firstOf(args));
    const isWatching = args.switches.has('watch');
    const collected = isWatching
      ? await collectUntilDone(context, experimentId)
      : await slurm.collect(experimentId);
    if (!isWatching) printCollected(app(), out, collected.collected);
    if (collected.collected.length === 0) out.line(m.cli_collected_none());
    const experiment = experiments.get(experimentId);
    printRest(out, collected, experiment);
    out.json({ ...experiment, ...collected });
  },
};
