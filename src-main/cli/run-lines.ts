import { AppError } from '#contract/failure.ts';
import type { Epoch, RunState } from '#contract/run.ts';

import type { App } from '../features/app.ts';
import type { RunLine } from '../features/services.ts';
import type { Output } from './output.ts';
import { count, decimal, duration, percent } from './text.ts';

type Ended = Extract<RunLine, { event: 'ended' }>;

const progressEveryMs = 500;

/**
 * Prints a run's lines until it has ended. Ctrl-C stops it at a checkpoint, SIGTERM and a closed terminal pause it there; a second
 * Ctrl-C leaves out its train accuracy and ends this process within two seconds, and the run can be resumed from its last checkpoint. Throws where it ended badly.
 */
export async function followRun(
  app: App,
  out: Output,
  runId: string,
  onLine: (line: RunLine) => void = () => {},
): Promise<void> {
  const { runs } = app.services;
  let asked: 'never' | 'now' | 'before' = 'never';
  const onInterrupt = () => {
    if (asked === 'before') {
      runs.requestStop(runId);
      setTimeout(() => process.exit(1), 2000).unref();
      return;
    }
    // The echo of one Ctrl-C (terminal and npm both send it) is no second one.
    if (asked === 'now') return;
    asked = 'now';
    setTimeout(() => (asked = 'before'), 1000).unref();
    out.note('Stopping at a checkpoint; Ctrl-C again ends at once.');
    runs.requestStop(runId);
  };
  const onEnd = () => void runs.requestPause(runId);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onEnd);
  process.on('SIGHUP', onEnd);
  try {
    const print = createPrinter(out);
    const ended = await runs.follow(runId, (line) => {
      onLine(line);
      print(line);
    });
    if (!wellEnded.includes(ended.state)) throw new AppError('internal', badEnding(ended));
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onEnd);
    process.off('SIGHUP', onEnd);
  }
}

export function printEnded(out: Output, ended: Ended): void {
  out.json(ended);
  out.line(endedLine(ended));
}

const wellEnded: readonly RunState[] = ['finished', 'stopped', 'paused'];

const badEnding = ({ state, reason }: Ended): string =>
  `The run ${state === 'interrupted' ? 'was interrupted' : state}: ${reason ?? 'no reason is known.'}`;

function createPrinter(out: Output): (line: RunLine) => void {
  let lastMs = -Infinity;
  return (line) => {
    if (line.event === 'progress') {
      const nowMs = performance.now();
      if (nowMs - lastMs < progressEveryMs) return;
      lastMs = nowMs;
      out.json(line);
      const rate =
        line.samplesPerSecond === null
          ? ''
          : `  ${count(Math.round(line.samplesPerSecond))} samples/s`;
      const left = line.secondsLeft === null ? '' : `  at most ${duration(line.secondsLeft)} left`;
      out.status(
        `epoch ${line.epoch}  step ${count(line.step)}  loss ${decimal(line.loss)}${rate}${left}`,
      );
      return;
    }
    if (line.event === 'ended') {
      printEnded(out, line);
      return;
    }
    out.json(line);
    out.line(line.event === 'started' ? startedLine(line) : epochLine(line));
  };
}

export const startedLine = (line: Extract<RunLine, { event: 'started' }>): string =>
  `Run ${line.runId}: ${count(line.parameters)} parameters, ${line.backend} backend`;

const epochLine = (epoch: Epoch): string =>
  [
    `epoch ${epoch.epoch}`,
    `loss ${decimal(epoch.loss)}  accuracy ${percent(epoch.accuracy)}`,
    `validation ${decimal(epoch.valLoss)}  ${percent(epoch.valAccuracy)}`,
    `test ${decimal(epoch.testLoss)}  ${percent(epoch.testAccuracy)}`,
    `${duration(epoch.trainSeconds)} (${count(Math.round(epoch.trainSamplesPerSecond))} samples/s)`,
  ].join('   ');

function endedLine({ state, best, last, weightsHash }: Ended): string {
  const parts = [
    `Run ${state}`,
    best === null
      ? 'no complete epoch'
      : `best epoch ${best.epoch}: validation loss ${decimal(best.valLoss)}, accuracy ${percent(best.valAccuracy)}, test ${percent(best.testAccuracy)}`,
    ...(last === null ? [] : [`last epoch ${last.epoch}`]),
    ...(weightsHash === null ? [] : [`weights ${weightsHash.slice(0, 12)}`]),
  ];
  return parts.join('; ');
}
