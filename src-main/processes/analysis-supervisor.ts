import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ChildExit, ChildHost } from './host.ts';
import type { AnalysisJob, FromAnalysis, ToAnalysis } from '#core/embeddings/analysis-job.ts';

export type Analysis = Readonly<{
  /**
   * The answer of a child of its own. Jobs wait for one another: each takes all cores. `signal` ends the child, and the wait, with an
   * AppError `cancelled`.
   */
  ask: <T extends FromAnalysis['type']>(
    job: AnalysisJob,
    answer: T,
    options: Readonly<{ signal: AbortSignal; onProgress?: (share: number) => void }>,
  ) => Promise<Extract<FromAnalysis, { type: T }>>;
}>;

export function createAnalysis(options: Readonly<{ host: ChildHost; entry: string }>): Analysis {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask(job, answer, { signal, onProgress = () => undefined }) {
      const before = last.catch(() => undefined);
      let isWaiting = true;
      const asked = before.then(() => {
        isWaiting = false;
        return askChild({ ...options, job, answer, signal, onProgress });
      });
      last = asked;
      return new Promise((resolve, reject) => {
        asked.then(resolve, reject);
        const stop = (): void => {
          if (isWaiting) reject(new AppError('cancelled', m.embeddings_cancelled()));
        };
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      });
    },
  };
}

function askChild<T extends FromAnalysis['type']>(
  options: Readonly<{
    host: ChildHost;
    entry: string;
    job: AnalysisJob;
    answer: T;
    signal: AbortSignal;
    onProgress: (share: number) => void;
  }>,
): Promise<Extract<FromAnalysis, { type: T }>> {
  const { host, entry, job, answer, signal, onProgress } = options;
  const cancelled = () => new AppError('cancelled', m.embeddings_cancelled());
  if (signal.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    let lastWords = '';
    const child = host.spawn<FromAnalysis, ToAnalysis>({
      entry,
      environment: {},
      onOutput: (text) => {
        lastWords = (lastWords + text).slice(-4000);
      },
      onMessage: (message) => {
        if (message.type === 'progress') onProgress(message.share);
        else if (message.type === answer) resolve(message as Extract<FromAnalysis, { type: T }>);
        else if (message.type === 'failed') reject(new AppError('unavailable', message.message));
      },
      onExit: (exit) => {
        signal.removeEventListener('abort', end);
        reject(
          signal.aborted ? cancelled() : new AppError('unavailable', endedEarly(exit, lastWords)),
        );
      },
    });
    const end = (): void => void child.kill();
    signal.addEventListener('abort', end, { once: true });
    child.send({ type: 'job', job });
  });
}

/** Its last words are for the log of whoever looks into it; a person is told what to do. */
function endedEarly({ code, signal }: ChildExit, lastWords: string): string {
  if (/out of memory|bad_alloc/i.test(lastWords)) return m.embeddings_process_out_of_memory();
  // The system ends a process so when memory runs out, and so does a person.
  if (signal === 'SIGKILL' || code === 137) return m.embeddings_process_killed();
  return m.embeddings_process_ended({ how: signal ?? String(code ?? '?') });
}
