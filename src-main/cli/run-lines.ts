import { AppError } from '#contract/failure.ts';
import type { Epoch, RunState, RunSummary } from '#contract/run.ts';
import { stateWord } from '#core/words.ts';
import * as m from '#messages';

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
    out.note(m.cli_stopping());
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

/** For whoever wants to stop, pause or resume a run that is over. */
export function noteEnded(out: Output, { name, state }: Pick<RunSummary, 'name' | 'state'>): void {
  if (!out.isJson && state !== 'running' && state !== 'queued')
    out.note(m.cli_ended_already({ name, state: stateWord(state) }));
}

export function printEnded(out: Output, ended: Ended): void {
  out.json(ended);
  for (const line of endedLines(ended)) out.line(line);
}

const wellEnded: readonly RunState[] = ['finished', 'stopped', 'paused'];

const badEnding = ({ state, reason }: Ended): string =>
  m.cli_run_ended_badly({ state, word: stateWord(state), reason: reason ?? m.cli_no_reason() });

/** A line as it comes; of those that tell how far it is one in a while. */
export function createPrinter(out: Output): (line: RunLine) => void {
  let lastMs = -Infinity;
  return (line) => {
    if (line.event === 'progress') {
      const nowMs = performance.now();
      if (nowMs - lastMs < progressEveryMs) return;
      lastMs = nowMs;
      out.json(line);
      out.status(progressLine(line));
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

function progressLine(line: Extract<RunLine, { event: 'progress' }>): string {
  const { epoch, loss, phase, samplesPerSecond: rate, secondsLeft: left } = line;
  // Its steps are behind it: what is left is to measure what it learnt.
  if (phase === 'finishing') return m.cli_progress_finishing({ epoch });
  const step = count(line.step);
  return [
    phase === 'evaluating'
      ? m.cli_progress_evaluating({ epoch, step })
      : m.cli_progress({ epoch, step, loss: decimal(loss) }),
    ...(rate === null ? [] : [m.cli_samples_per_second({ count: count(Math.round(rate)) })]),
    ...(left === null ? [] : [m.cli_at_most_left({ time: duration(left) })]),
  ].join('  ');
}

export const startedLine = (line: Extract<RunLine, { event: 'started' }>): string =>
  m.cli_started({ runId: line.runId, parameters: count(line.parameters), backend: line.backend });

const epochLine = (epoch: Epoch): string =>
  [
    m.cli_epoch({ epoch: epoch.epoch }),
    m.cli_epoch_train({ loss: decimal(epoch.loss), accuracy: percent(epoch.accuracy) }),
    m.cli_epoch_validation({ loss: decimal(epoch.valLoss), accuracy: percent(epoch.valAccuracy) }),
    m.cli_epoch_test({ loss: decimal(epoch.testLoss), accuracy: percent(epoch.testAccuracy) }),
    m.cli_epoch_time({
      time: duration(epoch.trainSeconds),
      rate: count(Math.round(epoch.trainSamplesPerSecond)),
    }),
  ].join('   ');

/** How it ended; below that why, and how it goes on. */
function endedLines({
  runId,
  state,
  reason,
  best,
  last,
  weightsHash,
  bestWeightsHash,
}: Ended): string[] {
  const parts = [
    m.cli_ended({ state: stateWord(state) }),
    best === null
      ? m.cli_ended_no_epoch()
      : m.cli_ended_best({
          epoch: best.epoch,
          valLoss: decimal(best.valLoss),
          valAccuracy: percent(best.valAccuracy),
          testAccuracy: percent(best.testAccuracy),
        }),
    ...(last === null ? [] : [m.cli_ended_last({ epoch: last.epoch })]),
    ...(weightsHash === null ? [] : [m.cli_ended_weights({ hash: weightsHash.slice(0, 12) })]),
    ...(bestWeightsHash === null
      ? []
      : [m.cli_ended_best_weights({ hash: bestWeightsHash.slice(0, 12) })]),
  ];
  return [
    parts.join('; '),
    ...(wellEnded.includes(state) && reason !== null ? [reason] : []),
    ...(state === 'stopped' || state === 'paused' ? [m.cli_goes_on_with({ runId })] : []),
  ];
}
