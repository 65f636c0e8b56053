import type { Run } from '#contract/run.ts';

import type { ReadDb } from '../../db/handles.ts';
import type { RunLine } from '../services.ts';
import { getRun, getSummary } from './store.ts';
import type { Trainer } from './trainer.ts';

export type EndedLine = Extract<RunLine, { event: 'ended' }>;

export const isUnderway = (state: Run['state']): boolean =>
  state === 'queued' || state === 'running';

/** As `RunsService.follow`. `lookAfter` marks runs whose supervisor is gone. */
export async function followRun(
  options: Readonly<{ db: ReadDb; trainer: Trainer; lookAfter: () => void }>,
  runId: string,
  onLine: (line: RunLine) => void,
): Promise<EndedLine> {
  const { db, trainer } = options;
  if (!isUnderway(getSummary(db, runId).state)) {
    const line = endedLine(getRun(db, runId));
    onLine(line);
    return line;
  }
  if (trainer.active().includes(runId)) return followOwn(trainer, runId, onLine);
  return followForeign(options, runId, onLine);
}

function followOwn(
  trainer: Trainer,
  runId: string,
  onLine: (line: RunLine) => void,
): Promise<EndedLine> {
  return new Promise((resolve) => {
    let saidProgressAt = Number.NEGATIVE_INFINITY;
    const unsubscribe = trainer.listen(runId, (line) => {
      if (line.event === 'progress') {
        if (performance.now() - saidProgressAt < progressEveryMs) return;
        saidProgressAt = performance.now();
      }
      onLine(line);
      if (line.event !== 'ended') return;
      unsubscribe();
      resolve(line);
    });
  });
}

/** Another process trains it: its rows tell. */
async function followForeign(
  { db, lookAfter }: Readonly<{ db: ReadDb; lookAfter: () => void }>,
  runId: string,
  onLine: (line: RunLine) => void,
): Promise<EndedLine> {
  let saidEpoch = getSummary(db, runId).last?.epoch ?? 0;
  let saidStep = -1;
  let hasStarted = false;
  for (;;) {
    lookAfter();
    const run = getRun(db, runId);
    if (!hasStarted && run.backend !== null) {
      hasStarted = true;
      onLine({ event: 'started', runId, parameters: run.parameters, backend: run.backend });
    }
    for (const epoch of run.epochs) {
      if (epoch.epoch <= saidEpoch) continue;
      saidEpoch = epoch.epoch;
      onLine({ event: 'epoch', ...epoch });
    }
    if (run.progress !== null && run.progress.step !== saidStep) {
      const { step, epoch, loss, samplesPerSecond, secondsLeft, phase } = run.progress;
      saidStep = step;
      onLine({ event: 'progress', step, epoch, loss, samplesPerSecond, secondsLeft, phase });
    }
    if (!isUnderway(run.state)) {
      const line = endedLine(run);
      onLine(line);
      return line;
    }
    await new Promise((resolve) => setTimeout(resolve, progressEveryMs));
  }
}

function endedLine(run: Run): EndedLine {
  const { runId, state, reason, best, last, weightsHash, bestWeightsHash } = run;
  return { event: 'ended', runId, state, reason, best, last, weightsHash, bestWeightsHash };
}

const progressEveryMs = 500;
