import { spawn } from 'node:child_process';

import type { Queue } from '#contract/queue.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import type { Context } from './command.ts';
import type { Output } from './output.ts';
import { percent } from './text.ts';

const lookEveryMs = 500;

/**
 * Leaves a process without window or terminal that starts the runs of the queue and ends when none is left; none where one serves
 * the queue already, or nothing may start.
 */
export function leaveWorker({ app, entries }: Context): void {
  const { isServed, isPaused, runs } = app().services.queue.get();
  if (isServed || isPaused || !runs.some(({ position }) => position !== null)) return;
  spawn(process.execPath, [entries.cli, 'queue', 'start', '--wait'], {
    detached: true,
    stdio: 'ignore',
  }).unref();
}

/**
 * Works on the queue, alone or beside the process that serves it, until it is empty or paused; prints how its runs end. Ctrl-C,
 * SIGTERM and a closed terminal end it before: what trains here is paused and goes on first when the queue is served again.
 */
export async function workUntilDone(app: App, out: Output): Promise<void> {
  const { queue } = app.services;
  let leave: (word: 'left') => void = () => undefined;
  const left = new Promise<'left'>((resolve) => (leave = resolve));
  const onSignal = () => {
    leave('left');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, onSignal);
  const report = createReporter(app, out);
  const timer = setInterval(report, lookEveryMs);
  try {
    for (;;) {
      if ((await Promise.race([queue.work(), left])) === 'left') {
        out.note(m.cli_queue_leaving());
        return;
      }
      if (isDone(queue.get())) return;
      // Another process serves it.
      await Promise.race([new Promise((resolve) => setTimeout(resolve, lookEveryMs)), left]);
    }
  } finally {
    clearInterval(timer);
    report();
    for (const signal of signals) process.off(signal, onSignal);
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
      const { name, state, best } = runs.summary(runId);
      out.line(m.cli_queue_ended({ name, state, test: percent(best?.testAccuracy) }));
    }
    before = now;
  };
}
