import * as m from '#messages';

import { firstOf, type Command } from './command.ts';
import { collectUntilDone, printRest } from './slurm-collecting.ts';
import { count } from './text.ts';

export const sweepRetry: Command = {
  name: 'sweep retry',
  operands: 'ID',
  least: 1,
  most: 1,
  summary: m.cli_sweep_retry,
  options: { wait: { text: m.cli_sweep_wait } },
  async run(args, context) {
    const { app, out } = context;
    const { experiments, slurm } = app().services;
    const experimentId = experiments.resolve(firstOf(args));
    // What has come in meanwhile has not failed.
    await slurm.collect(experimentId);
    const retried = await slurm.retry(experimentId);
    out.line(m.cli_sweep_retried({ count: count(retried.length) }));
    if (args.switches.has('wait')) {
      const rest = await collectUntilDone(context, experimentId);
      printRest(out, rest, experiments.get(experimentId));
    }
    out.json({ ...experiments.get(experimentId), retried });
  },
};
