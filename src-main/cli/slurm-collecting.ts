import { setTimeout as pause } from 'node:timers/promises';

import type { CollectedTasks } from '#contract/slurm.ts';
import { stateWord } from '#core/words.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import type { Output } from './output.ts';
import { count } from './text.ts';
import { untilLeft } from './until-left.ts';

const lookEveryMs = 5000;

/** Takes in what there is, again and again, until Slurm has nothing of it any more; Ctrl-C ends that without a loss. */
export async function collectUntilDone(
  app: App,
  out: Output,
  experimentId: string,
): Promise<CollectedTasks> {
  const collected: string[] = [];
  return untilLeft(async (left) => {
    for (;;) {
      const now = await app.services.slurm.collect(experimentId);
      collected.push(...now.collected);
      printCollected(app, out, now.collected);
      const rest = pause(lookEveryMs, 'again' as const);
      if (now.underway === 0 || (await Promise.race([rest, left])) === 'left')
        return { ...now, collected };
    }
  });
}

export function printCollected(app: App, out: Output, runIds: readonly string[]): void {
  for (const runId of runIds) {
    const { name, state } = app.services.runs.summary(runId);
    out.line(m.cli_collected({ name, state: stateWord(state) }));
  }
}

export function printRest(out: Output, { problems, underway }: CollectedTasks): void {
  for (const { name, reason } of problems) out.note(m.cli_collect_problem({ name, reason }));
  if (underway > 0) out.line(m.cli_collect_underway({ count: count(underway) }));
}
