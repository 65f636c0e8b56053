import type { Dataset } from '#contract/dataset.ts';
import type { RunSummary } from '#contract/run.ts';
import type { Settings, SystemInfo } from '#contract/settings.ts';

/** What helps to find a fault: versions, sizes and states. No reviews, no names of runs or datasets, no folder of a person. */
export function diagnosticsText(
  facts: Readonly<{
    system: SystemInfo | undefined;
    settings: Settings;
    datasets: readonly Dataset[];
    runs: readonly RunSummary[];
    userAgent: string;
  }>,
): string {
  const { home: _, ...system } = facts.system ?? {};
  const states = new Map<string, number>();
  for (const run of facts.runs) states.set(run.state, (states.get(run.state) ?? 0) + 1);
  return JSON.stringify(
    {
      system,
      settings: facts.settings,
      datasets: facts.datasets.map(({ format, splits, vocabularySize, sizeBytes }) => ({
        format,
        splits,
        vocabularySize,
        sizeBytes,
      })),
      runStates: Object.fromEntries(states),
      failures: facts.runs.flatMap(({ runId, state, reason, backend, versions }) =>
        reason === null ? [] : [{ runId, state, reason, backend, versions }],
      ),
      userAgent: facts.userAgent,
    },
    null,
    2,
  );
}
