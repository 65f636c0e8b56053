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
    const baselines = args.switches.has('baseline')
      ? await trainedBaselines(runs, run.runId)
      : (await runs.baselinesOf([run.runId], { isTrained: false })).map((of) => of.baseline);
    printRun(out, run, baselines);
  },
};

async function trainedBaselines(runs: RunsService, runId: string): Promise<Baseline[]> {
  const [beside] = await runs.baselines([runId], 'best');
  if (beside?.baseline != null && beside.whole !== null)
    return [beside.baseline, beside.whole.baseline];
  throw new AppError('unavailable', beside?.reason ?? m.cli_no_reason());
}
