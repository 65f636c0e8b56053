import type { Databases } from '../db/open.ts';
import { createRunsService, type RunsOptions, type RunsParts } from '../features/runs/service.ts';
import { forkHost } from '../processes/host.ts';
import { fakeTrainer, type FakeScript } from './processes/fake-trainer.ts';
import { openTempDb, type TempHome } from './open-temp-db.ts';
import { addTestDataset, type TestDatasets } from './test-dataset.ts';

export type TestRuns = RunsParts &
  Readonly<{
    home: string;
    databases: Databases;
    datasets: TestDatasets;
    /** Names of events with the id in their payload, as they came. */
    events: string[];
    /** Another service on the same home, as a process that comes later has. */
    reopen: (script?: Partial<FakeScript>) => RunsParts;
    remove: () => Promise<void>;
  }>;

/** The runs feature over a real database and a fake training process. */
export function openTestRuns(
  script: Partial<FakeScript> = {},
  options: Partial<RunsOptions> = {},
  dataset: Parameters<typeof addTestDataset>[2] = {},
): TestRuns {
  const temp: TempHome = openTempDb();
  const { home, databases } = temp;
  const datasets = addTestDataset(databases.main, home, dataset);
  const events: string[] = [];
  const opened: RunsParts[] = [];
  const open = (own: Partial<FakeScript>): RunsParts => {
    const parts = createRunsService({
      databases,
      home,
      host: forkHost,
      trainerEntry: fakeTrainer(own),
      datasets,
      emit: (name, payload) => events.push(`${name} ${Object.values(payload).join()}`),
      now: () => new Date(),
      snapshotLimitBytes: () => 1e9,
      backend: () => 'wasm',
      twofoldVersion: '0.0.0',
      queue: 'home',
      atOnce: () => 1,
      marginPoints: () => 0.25,
      ...options,
    });
    opened.push(parts);
    return parts;
  };
  return {
    ...open(script),
    home,
    databases,
    datasets,
    events,
    reopen: (own = script) => open(own),
    async remove() {
      for (const parts of opened) await parts.close('stop');
      temp.remove();
    },
  };
}

/** Small enough to be quick, valid for the form's bounds. */
export const tinyConfig = {
  numWords: 100,
  maxLength: 8,
  embeddingDim: 2,
  hiddenUnits: 2,
  filters: 2,
  batchSize: 2,
  epochs: 3,
} as const;
