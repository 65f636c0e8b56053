import { AppError } from '#contract/failure.ts';
import type { Epoch, RunState, RunSummary } from '#contract/run.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { RunLine, RunsService } from '../../features/services.ts';
import type { EndRequests } from '../../shell/end-requests.ts';
import type { Context } from '../command.ts';
import type { Output } from './output.ts';
import { count, decimal, duration, percent } from './text.ts';

type Ended = Extract<RunLine, { event: 'ended' }>;

const progressEveryMs = 500;

/** How long a run may take to leave a checkpoint once it was asked a second time. */
const lastMs = 2000;

/**
 * Prints a run's lines until it has ended; throws where it ended badly. Ctrl-C stops it at a checkpoint. SIGTERM and a closed terminal
 * pause it there, which leaves out the measurement of its train accuracy: a system that shuts down does not wait. A second signal ends
 * this process within two seconds, and the run can be resumed from its last checkpoint.
 */
export async function followRun(
  { app, ends, out }: Pick<Context, 'app' | 'ends' | 'out'>,
  runId: string,
  onLine: (line: RunLine) => void = () => {},
): Promise<void> {
  const { runs } = app().services;
  void leaveWhenTold(runs, ends(), runId, out);
  const print = createPrinter(out);
  const ended = await runs.follow(runId, (line) => {
    onLine(line);
    print(line);
  });
  if (!wellEnded.includes(ended.state)) throw new AppError('internal', badEnding(ended));
}

async function leaveWhenTold(
  runs: Pick<RunsService, 'stop' | 'pause'>,
  ends: EndRequests,
  runId: string,
  out: Output,
): Promise<void> {
  const isStopping = (await ends.next()) === 'SIGINT';
  const ask = isStopping ? runs.stop : runs.pause;
  out.note(isStopping ? m.cli_stopping() : m.cli_pausing());
  ask({ runId });
  await ends.next();
  ask({ runId });
  setTimeout(() => process.exit(1), lastMs).unref();
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
    m.embeddings_epoch_number({ epoch: epoch.epoch }),
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
