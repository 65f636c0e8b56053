import { setTimeout as pause } from 'node:timers/promises';

import type { Experiment } from '#contract/experiment.ts';
import type { CollectedTasks } from '#contract/slurm.ts';
import { program } from '#core/program.ts';
import { stateWord } from '#core/words.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import type { Context } from './command.ts';
import type { Output } from './output.ts';

const lookEveryMs = 5000;

/** Takes in what there is, again and again, until Slurm has nothing of it any more; Ctrl-C ends that without a loss. */
export async function collectUntilDone(
  { app, ends, out }: Context,
  experimentId: string,
): Promise<CollectedTasks> {
  const collected: string[] = [];
  const left = ends().next();
  for (;;) {
    const now = await app().services.slurm.collect(experimentId);
    collected.push(...now.collected);
    printCollected(app(), out, now.collected);
    const hasLeft = Promise.race([pause(lookEveryMs, false), left.then(() => true)]);
    if (now.underway === 0 || (await hasLeft)) return { ...now, collected };
  }
}

export function printCollected(app: App, out: Output, runIds: readonly string[]): void {
  for (const runId of runIds) {
    const { name, state } = app.services.runs.summary(runId);
    out.line(m.cli_collected({ name, state: stateWord(state) }));
  }
}

/** What is not in, whoever took in the others: still with Slurm, or failed, and what hands those over again. */
export function printRest(
  out: Output,
  { problems, underway }: CollectedTasks,
  { name, runs }: Pick<Experiment, 'name' | 'runs'>,
): void {
  for (const problem of problems) out.note(m.cli_collect_problem(problem));
  if (underway > 0) out.line(m.cli_collect_underway({ count: underway }));
  const failed = runs.filter(
    ({ slurm, state }) => slurm !== undefined && (state === 'failed' || state === 'interrupted'),
  );
  if (failed.length > 0) out.line(m.cli_collect_failed({ count: failed.length, program, name }));
}
