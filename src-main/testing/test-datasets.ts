import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { ImportProgress, ImportRequest } from '#contract/dataset.ts';

import type { Imported } from '../features/datasets/import-dataset.ts';
import {
  createDatasetsService,
  type DatasetsOptions,
  type DatasetsService,
} from '../features/datasets/service.ts';
import { createJobs } from '../features/jobs/service.ts';
import type { JobsService } from '../features/services.ts';
import { openTempDb, type TempHome } from './open-temp-db.ts';

export type TestDatasets = Pick<TempHome, 'home' | 'databases'> &
  Readonly<{
    datasets: DatasetsService;
    /** Another service over the same home, as another process has it. */
    open: (options?: Options) => DatasetsService;
    importOf: (
      request: ImportRequest,
      onProgress?: (progress: ImportProgress) => void,
    ) => Promise<Imported>;
    /** Writes a file into the home, its folders too, and returns its path. */
    put: (name: string, content: Uint8Array | string) => string;
    jobs: JobsService;
    remove: () => Promise<void>;
  }>;

type Options = Partial<Pick<DatasetsOptions, 'emit' | 'now' | 'runs'>>;

/** The datasets of a temporary home; `remove` closes and deletes it. */
export function openTestDatasets(options: Options = {}): TestDatasets {
  const temp = openTempDb();
  const { home, databases } = temp;
  const jobs = createJobs(options.emit ?? (() => undefined));
  const open = (other: Options = {}) =>
    createDatasetsService({
      db: databases.main,
      home,
      jobs,
      emit: () => undefined,
      now: () => new Date('2026-01-02T03:04:05Z'),
      runs: { remove: () => undefined, restore: () => undefined },
      ...options,
      ...other,
    });
  const datasets = open();
  return {
    home,
    databases,
    datasets,
    jobs,
    open,
    importOf: (request, onProgress = () => undefined) =>
      datasets.import(request, { signal: new AbortController().signal, onProgress }),
    put(name, content) {
      const file = path.join(home, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    async remove() {
      await jobs.close();
      datasets.close();
      temp.remove();
    },
  };
}
