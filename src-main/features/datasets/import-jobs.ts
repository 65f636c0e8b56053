import { randomUUID } from 'node:crypto';

import type { ImportJob, ImportProgress } from '#contract/dataset.ts';
import { AppError, toFailure } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import * as m from '#messages';

import type { Imported } from './import-dataset.ts';

/** Imports that go on by themselves: started, watched, cancelled. They live as long as this process. */
export type ImportJobs = Readonly<{
  start: (source: string, work: ImportWork) => ImportJob;
  /** Newest first. */
  list: () => ImportJob[];
  cancel: (importId: string) => ImportJob;
  /** Cancels all and resolves when their files are gone. */
  close: () => Promise<void>;
}>;

export type ImportWork = (
  signal: AbortSignal,
  onProgress: (progress: ImportProgress) => void,
) => Promise<Imported>;

export function createImportJobs(emit: Emit): ImportJobs {
  const running = new Map<string, RunningJob>();
  const jobs = new Map<string, ImportJob>();

  const update = (importId: string, change: Partial<ImportJob>): void => {
    const job = jobs.get(importId);
    if (job === undefined) return;
    jobs.set(importId, { ...job, ...change });
    emit('imports.changed', { importId });
  };

  return {
    start(source, work) {
      const importId = randomUUID();
      const job: ImportJob = {
        importId,
        source,
        state: 'running',
        progress: null,
        ratePerSecond: null,
        secondsLeft: null,
        datasetId: null,
        message: null,
      };
      jobs.set(importId, job);
      forgetOld(jobs);
      const controller = new AbortController();
      const pace = createRate();
      const done = work(controller.signal, (progress) => {
        update(importId, { progress, ...pace(progress) });
      })
        .then(({ dataset, notes }) => {
          const message = notes.length === 0 ? null : notes.join(' ');
          update(importId, { state: 'finished', datasetId: dataset.datasetId, message, secondsLeft: null });
          emit('datasets.changed', { datasetId: dataset.datasetId });
        })
        .catch((error: unknown) => {
          const { kind, message } = toFailure(error);
          const state = kind === 'cancelled' || controller.signal.aborted ? 'cancelled' : 'failed';
          update(importId, { state, message, secondsLeft: null });
        })
        .finally(() => running.delete(importId));
      running.set(importId, { controller, done });
      emit('imports.changed', { importId });
      return job;
    },
    list: () => [...jobs.values()].reverse(),
    cancel(importId) {
      const job = jobs.get(importId);
      if (job === undefined) throw new AppError('notFound', m.datasets_import_unknown());
      running.get(importId)?.controller.abort(cancelled());
      return job;
    },
    async close() {
      const all = [...running.values()];
      for (const { controller } of all) controller.abort(cancelled());
      await Promise.allSettled(all.map(({ done }) => done));
    },
  };
}

export function cancelled(): AppError {
  return new AppError('cancelled', m.datasets_import_cancelled());
}

type RunningJob = Readonly<{ controller: AbortController; done: Promise<unknown> }>;

const KEPT_JOBS = 20;

function forgetOld(jobs: Map<string, ImportJob>): void {
  for (const [importId, job] of jobs) {
    if (jobs.size <= KEPT_JOBS) return;
    if (job.state !== 'running') jobs.delete(importId);
  }
}

/** Rate and time left of the current phase. */
function createRate(): (progress: ImportProgress) => Pick<ImportJob, 'ratePerSecond' | 'secondsLeft'> {
  let phase: ImportProgress['phase'] | null = null;
  let startedAt = 0;
  let doneAtStart = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.phase !== phase) {
      phase = progress.phase;
      startedAt = now;
      doneAtStart = progress.done;
      return { ratePerSecond: null, secondsLeft: null };
    }
    const seconds = (now - startedAt) / 1000;
    const rate = seconds > 0 ? (progress.done - doneAtStart) / seconds : 0;
    if (rate <= 0) return { ratePerSecond: null, secondsLeft: null };
    const left = progress.total === null ? null : Math.max(0, progress.total - progress.done) / rate;
    return { ratePerSecond: rate, secondsLeft: left };
  };
}
