import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

import type { Queue } from '#contract/queue.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import type { Context } from './command.ts';
import type { Output } from './show/output.ts';
import { percent } from './show/text.ts';
import { unattended } from './detach.ts';

const lookEveryMs = 500;
const startLookMs = 100;
/** A busy machine takes its time to start a process. */
const longestStartMs = 15_000;

/**
 * Leaves a process without window or terminal that starts the runs of the queue and ends when none is left; none where one serves
 * the queue already, or nothing may start. Resolves when it serves, so that the queue can be shown as it stands then.
 */
export async function leaveWorker({ app, entry }: Context): Promise<void> {
  const { queue } = app().services;
  const { isServed, isPaused, runs } = queue.get();
  if (isServed || isPaused || !runs.some(({ position }) => position !== null)) return;
  const worker = spawn(process.execPath, [entry, 'queue', 'start', '--wait'], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...unattended },
  });
  worker.unref();
  for (let waitedMs = 0; waitedMs < longestStartMs; waitedMs += startLookMs) {
    await pause(startLookMs);
    if (queue.get().isServed || worker.exitCode !== null || worker.signalCode !== null) return;
  }
}

/**
 * Works on the queue, alone or beside the process that serves it, until it is empty or paused; prints how its runs end. Ctrl-C,
 * SIGTERM and a closed terminal end it before: what trains here is paused and goes on first when the queue is served again.
 */
export async function workUntilDone(context: Context): Promise<void> {
  const { out } = context;
  const app = context.app();
  const { queue } = app.services;
  const left = context.ends().next();
  const report = createReporter(app, out);
  const timer = setInterval(report, lookEveryMs);
  try {
    for (;;) {
      if ((await Promise.race([queue.work(), left])) !== undefined) {
        out.note(m.cli_queue_leaving());
        return;
      }
      if (isDone(queue.get())) {
        await Promise.race([app.ahead(), left]);
        return;
      }
      // Another process serves it.
      await Promise.race([pause(lookEveryMs), left]);
    }
  } finally {
    clearInterval(timer);
    report();
  }
}

const isDone = ({ isPaused, runs }: Queue): boolean =>
  !runs.some(({ position }) => position === null || !isPaused);

/** A line for every run that has left the queue since the last look. */
function createReporter({ services: { queue, runs } }: App, out: Output): () => void {
  let before: readonly string[] = [];
  return () => {
    const now = queue.get().runs.map(({ runId }) => runId);
    for (const runId of before.filter((id) => !now.includes(id))) {
      const { name, state, reason, best } = runs.summary(runId);
      const line = m.cli_queue_ended({
        name,
        state: stateWord(state),
        test: percent(best?.testAccuracy),
      });
      out.line(reason === null ? line : m.cli_queue_ended_why({ line, reason }));
    }
    before = now;
  };
}
