import type { Baseline } from '#contract/baseline.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { RunsService } from '../features/services.ts';
import { firstOf, oneRun, type Command } from './command.ts';
import { printRun } from './run-facts.ts';

export const runsShow: Command = {
  name: 'runs show',
  ...oneRun,
  summary: m.cli_runs_show,
  options: { baseline: { text: m.cli_runs_show_baseline } },
  async run(args, { app, out }) {
    const { runs } = app().services;
    const run = runs.get(runs.resolve(firstOf(args)));
    const baseline = args.switches.has('baseline')
      ? await trainedBaseline(runs, run.runId)
      : await runs.knownBaseline(run.runId);
    printRun(out, run, baseline);
  },
};

async function trainedBaseline(runs: RunsService, runId: string): Promise<Baseline> {
  const [beside] = await runs.baselines([runId], 'best');
  if (beside?.baseline != null) return beside.baseline;
  throw new AppError('unavailable', beside?.reason ?? m.cli_no_reason());
}
