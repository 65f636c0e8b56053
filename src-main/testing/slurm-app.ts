import { setTimeout as pause } from 'node:timers/promises';

import { expect } from 'vitest';

import type { Run } from '#contract/run.ts';
import { slurmOptionsSchema } from '#contract/slurm.ts';
import type { Sweep } from '#contract/sweep.ts';

import type { SlurmService } from '../features/services.ts';
import { startSlurmCluster, type SlurmCluster } from './slurm-cluster.ts';
import { openTestApp, type TestApp } from './test-app.ts';

/** A real training takes a second or two. */
export const tinyRun = {
  ...{ maxLength: 12, numWords: 200, embeddingDim: 2, hiddenUnits: 2, filters: 2 },
  ...{ batchSize: 16, limit: 64, epochs: 2, patience: 'none' },
} as const;
/** So many epochs that there is time to disturb it. */
export const longRun = { ...tinyRun, epochs: 100 } as const;

export type SlurmApp = Readonly<{
  cluster: SlurmCluster;
  app: TestApp;
  datasetId: string;
  submit: (sweep: Sweep, wishes?: object) => ReturnType<SlurmService['start']>;
  run: (runId: string) => Run;
  /** Collects until Slurm has nothing of it any more; returns the ids of those that were taken in. Nothing may be wrong with any. */
  collected: (experimentId: string) => Promise<string[]>;
  remove: () => Promise<void>;
}>;

/** A home with the sample corpus on a cluster of its own. */
export async function openSlurmApp(): Promise<SlurmApp> {
  const cluster = await startSlurmCluster({ cpus: 8 });
  Object.assign(process.env, cluster.env);
  const app = openTestApp();
  const nothing = { signal: new AbortController().signal, onProgress: () => undefined };
  const { dataset } = await app.services.datasets.importSample(nothing);
  const { datasetId } = dataset;

  async function collected(experimentId: string): Promise<string[]> {
    const taken: string[] = [];
    for (;;) {
      const {
        collected: now,
        underway,
        problems,
      } = await app.services.slurm.collect({ experimentId });
      expect(problems).toEqual([]);
      taken.push(...now);
      if (underway === 0) return taken;
      await pause(300);
    }
  }

  return {
    ...{ cluster, app, datasetId, collected },
    submit: (sweep, wishes = {}) =>
      app.services.slurm.start({
        ...{ datasetId, sweep },
        options: slurmOptionsSchema.parse({ checkpointSeconds: 1, ...wishes }),
      }),
    run: (runId) => app.services.runs.get({ runId }),
    async remove() {
      await app.remove();
      await cluster.stop();
    },
  };
}

/** Resolves when it is so: the test's own time limit ends what never is. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(50);
}
