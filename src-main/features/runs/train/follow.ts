import type { Run } from '#contract/run.ts';

import type { ReadDb } from '../../../db/handles.ts';
import type { RunLine } from '../../services.ts';
import { getRun, getSummary } from '../store/store.ts';
import type { Trainer } from './trainer.ts';

export type EndedLine = Extract<RunLine, { event: 'ended' }>;

export const isUnderway = (state: Run['state']): boolean =>
  state === 'queued' || state === 'running';

const progressEveryMs = 500;

/**
 * As `RunsService.follow`. A run that this process trains says its lines itself; those of a run that waits, or that another process
 * trains, are told by its rows. `lookAfter` marks runs whose supervisor is gone.
 */
export function followRun(
  options: Readonly<{ db: ReadDb; trainer: Trainer; lookAfter: () => void }>,
  runId: string,
  onLine: (line: RunLine) => void,
): Promise<EndedLine> {
  const { db, trainer, lookAfter } = options;
  let saidEpoch = getSummary(db, runId).last?.epoch ?? 0;
  let saidStep = -1;
  let saidProgressAt = Number.NEGATIVE_INFINITY;
  let hasStarted = false;

  return new Promise((resolve, reject) => {
    const unsubscribe = trainer.listen(runId, say);
    const timer = setInterval(look, progressEveryMs);
    look();

    function look(): void {
      try {
        if (!trainer.isTraining(runId)) readRows();
      } catch (error) {
        end();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }

    function readRows(): void {
      lookAfter();
      const run = getRun(db, runId);
      const { state, progress } = run;
      if (state === 'running' && run.backend !== null) {
        say({ event: 'started', runId, parameters: run.parameters, backend: run.backend });
      }
      for (const epoch of run.epochs) say({ event: 'epoch', ...epoch });
      if (progress !== null && progress.step !== saidStep) {
        const { step, epoch, loss, samplesPerSecond, secondsLeft, phase } = progress;
        say({ event: 'progress', step, epoch, loss, samplesPerSecond, secondsLeft, phase });
      }
      if (!isUnderway(state)) say(endedLine(run));
    }

    function say(line: RunLine): void {
      if (line.event === 'started') {
        if (hasStarted) return;
        hasStarted = true;
      } else if (line.event === 'epoch') {
        if (line.epoch <= saidEpoch) return;
        saidEpoch = line.epoch;
      } else if (line.event === 'progress') {
        if (performance.now() - saidProgressAt < progressEveryMs) return;
        saidProgressAt = performance.now();
        saidStep = line.step;
      }
      onLine(line);
      if (line.event !== 'ended') return;
      end();
      resolve(line);
    }

    function end(): void {
      unsubscribe();
      clearInterval(timer);
    }
  });
}

function endedLine(run: Run): EndedLine {
  const { runId, state, reason, best, last, weightsHash, bestWeightsHash } = run;
  return { event: 'ended', runId, state, reason, best, last, weightsHash, bestWeightsHash };
}
