import type { ImportProgress } from '#contract/dataset.ts';
import * as m from '#messages';

import type { Context } from './command.ts';
import { printImported } from './imported-facts.ts';
import { count, duration } from './text.ts';
import { whileRunning } from './while-running.ts';

type DatasetsService = ReturnType<Context['app']>['services']['datasets'];
type ImportOptions = Parameters<DatasetsService['importSample']>[0];

const phases: Readonly<Record<ImportProgress['phase'], (inputs: { rate: string }) => string>> = {
  reading: m.cli_phase_reading,
  counting: m.cli_phase_counting,
  encoding: m.cli_phase_encoding,
  storing: m.cli_phase_storing,
};

/** Imports, showing how far it is, and prints the dataset. Cancelled, nothing is half-imported. */
export async function followImport(
  { app, out }: Context,
  work: (
    datasets: DatasetsService,
    options: ImportOptions,
  ) => ReturnType<DatasetsService['importSample']>,
): Promise<void> {
  const rate = createRate();
  const imported = await whileRunning(m.datasets_import_cancelled, (signal) =>
    work(app().services.datasets, {
      signal,
      onProgress: (progress) => out.status(phases[progress.phase]({ rate: rate(progress) })),
    }),
  );
  printImported(out, imported);
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
