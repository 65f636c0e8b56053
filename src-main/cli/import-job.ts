import type { ImportProgress } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { Context } from './command.ts';
import { printImported } from './imported-facts.ts';
import { count, duration } from './text.ts';

type DatasetsService = ReturnType<Context['app']>['services']['datasets'];
type ImportOptions = Parameters<DatasetsService['importSample']>[0];

const phases: Readonly<Record<ImportProgress['phase'], (inputs: { rate: string }) => string>> = {
  reading: m.cli_phase_reading,
  counting: m.cli_phase_counting,
  encoding: m.cli_phase_encoding,
  storing: m.cli_phase_storing,
};

/** Imports, showing how far it is, and prints the dataset. Ctrl-C cancels: nothing is half-imported. */
export async function followImport(
  { app, out }: Context,
  work: (
    datasets: DatasetsService,
    options: ImportOptions,
  ) => ReturnType<DatasetsService['importSample']>,
): Promise<void> {
  const controller = new AbortController();
  const cancel = () => controller.abort(new AppError('cancelled', m.datasets_import_cancelled()));
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    const rate = createRate();
    const imported = await work(app().services.datasets, {
      signal: controller.signal,
      onProgress: (progress) => out.status(phases[progress.phase]({ rate: rate(progress) })),
    });
    printImported(out, imported);
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}

/** How much of a phase is done, how fast, and how long the rest takes. */
function createRate(): (progress: ImportProgress) => string {
  let phase: ImportProgress['phase'] | undefined;
  let startedMs = 0;
  return ({ phase: now, done, total }) => {
    if (now !== phase) startedMs = performance.now();
    phase = now;
    const seconds = (performance.now() - startedMs) / 1000;
    const parts = [
      total === null ? count(done) : m.cli_rate_of({ done: count(done), total: count(total) }),
    ];
    if (seconds > 1 && done > 0) {
      parts.push(m.cli_rate({ count: count(Math.round(done / seconds)) }));
      if (total !== null)
        parts.push(m.cli_rate_left({ time: duration(((total - done) / done) * seconds) }));
    }
    return parts.join(', ');
  };
}
