import packageFacts from '../../../package.json' with { type: 'json' };

import { openDatabases } from '../../db/open.ts';
import { forkHost } from '../../processes/host.ts';
import { createBundlesService } from '../bundles/service.ts';
import { createDatasetsService } from '../datasets/service.ts';
import { createJobs } from '../jobs/service.ts';
import { createRunsService } from '../runs/service.ts';
import type { BundlesService, RunsService } from '../services.ts';
import { hasNativeLibrary } from '../system/native-library.ts';

/** As much of a home as one task needs: its database, its run, and the reviews as a file. */
export type TaskHome = Readonly<{
  runs: RunsService;
  bundles: BundlesService;
  close: () => Promise<void>;
}>;

/** `dataFile`: the encoded reviews of the one dataset that there will be. */
export function openTaskHome(
  options: Readonly<{
    home: string;
    dataFile: string;
    trainerEntry: string;
    cores: number;
    checkpointSeconds: number;
  }>,
): TaskHome {
  const { home, dataFile, trainerEntry, cores, checkpointSeconds } = options;
  const databases = openDatabases(home);
  const emit = (): void => undefined;
  const now = (): Date => new Date();
  const twofoldVersion = packageFacts.version;
  const nothing = { remove: () => undefined, restore: () => undefined };
  const jobs = createJobs(emit);
  const datasets = createDatasetsService({
    ...{ db: databases.main, home, emit, now, jobs },
    runs: nothing,
  });
  const runs = createRunsService({
    ...{
      databases,
      home,
      host: { spawn: forkHost.spawn },
      trainerEntry,
      emit,
      now,
      twofoldVersion,
      checkpointSeconds,
    },
    // Training needs the encoded reviews alone.
    datasets: {
      ...datasets,
      get: (input) => ({ ...datasets.get(input), isHere: true }),
      encodedPath: () => Promise.resolve(dataFile),
    },
    // The home that collects them thins the tables of all runs.
    snapshotLimitBytes: () => Number.MAX_SAFE_INTEGER,
    backend: () => (hasNativeLibrary() ? 'native' : 'wasm'),
    queue: 'process',
    atOnce: () => 1,
    marginPoints: () => 0,
    coreCount: cores,
  });
  const bundles = createBundlesService({
    ...{ databases, home, datasets, emit, now, twofoldVersion, jobs },
    runs: runs.service,
  });
  return {
    runs: runs.service,
    bundles,
    async close() {
      await jobs.close();
      await runs.close('pause');
      datasets.close();
      databases.close();
    },
  };
}
