import { AppError } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import type { ReportProgress } from '#contract/report.ts';
import * as m from '#messages';

import type { ExportOptions } from '../services.ts';

type Running = { readonly controller: AbortController; progress: ReportProgress | null };

const tellEveryMs = 100;

/** Exports that somebody waits for, by the id that they gave it: how far each is, and a way to cancel it. */
export function createRunningExports(emit: Emit) {
  const running = new Map<string, Running>();
  const cancelled = (): AppError => new AppError('cancelled', m.reports_cancelled());

  return {
    /** What `work` gives; as cancelled where it was, whatever it then failed with. */
    async run<T>(exportId: string, work: (options: ExportOptions) => Promise<T>): Promise<T> {
      if (running.has(exportId)) throw new AppError('invalid', m.reports_export_twice());
      const controller = new AbortController();
      const one: Running = { controller, progress: null };
      running.set(exportId, one);
      let toldAt = -Infinity;
      try {
        return await work({
          signal: controller.signal,
          onProgress(progress) {
            const isNewPhase = one.progress?.phase !== progress.phase;
            one.progress = progress;
            if (!isNewPhase && performance.now() - toldAt < tellEveryMs) return;
            toldAt = performance.now();
            emit('reportExports.changed', { exportId });
          },
        });
      } catch (error) {
        throw controller.signal.aborted ? cancelled() : error;
      } finally {
        running.delete(exportId);
        emit('reportExports.changed', { exportId });
      }
    },
    /** Null for one that is not running. */
    progress: (exportId: string): ReportProgress | null => running.get(exportId)?.progress ?? null,
    /** Nothing where it has ended already. */
    cancel(exportId: string): void {
      running.get(exportId)?.controller.abort(cancelled());
    },
    cancelAll(): void {
      for (const { controller } of running.values()) controller.abort(cancelled());
    },
  };
}
