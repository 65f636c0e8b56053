import { setImmediate as nextTurn } from 'node:timers/promises';

import type { ReportProgress } from '#contract/report.ts';

import type { ExportOptions } from '../../services.ts';
import type { Turn } from '../../files/write-file.ts';

export type ExportWork = Readonly<{
  signal: AbortSignal;
  /** Between pieces: tells how far it is, lets the process serve others, and throws once the export is cancelled. */
  step: (phase: ReportProgress['phase'], done: number, total: number | null) => Promise<void>;
}>;

export const exportWork = ({ signal, onProgress }: ExportOptions): ExportWork => ({
  signal,
  async step(phase, done, total) {
    onProgress({ phase, done, total });
    await nextTurn();
    signal.throwIfAborted();
  },
});

/** For what writes these files. */
export const turnOf =
  ({ step }: ExportWork, files: readonly unknown[]): Turn =>
  (written) =>
    step('writing', written, files.length);

/** Of what nobody watches or cancels. */
export const unwatched: ExportOptions = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
};
