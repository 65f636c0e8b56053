import type { Dataset } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import type { RunConfig } from '#contract/run-config.ts';
import * as m from '#messages';

import type { WriteDb } from '../../../db/handles.ts';
import type { DatasetsPort } from '../../services.ts';
import { newId } from './ids.ts';
import type { Trainer } from '../train/trainer.ts';

/**
 * Times a few steps of a planned run in a child of its own and keeps the figures; later estimates find them.
 *
 * @throws AppError `inUse` while a run trains: both would be slow, and the figures wrong
 */
export async function probeRun(
  parts: Readonly<{ db: WriteDb; datasets: DatasetsPort; trainer: Trainer; now: () => Date }>,
  dataset: Dataset,
  config: RunConfig,
): Promise<void> {
  const { db, datasets, trainer, now } = parts;
  const running = db
    .prepare(`SELECT name FROM runs WHERE state = 'running' AND supervisor_pid IS NOT NULL LIMIT 1`)
    .pluck();
  const name = running.get() as string | undefined;
  if (name !== undefined) throw new AppError('inUse', m.runs_probe_while_training({ name }));
  const measured = await trainer.ask(
    {
      kind: 'measure',
      runId: newId(),
      config,
      dataPath: await datasets.encodedPath(dataset.datasetId),
      datasetHash: dataset.contentHash,
    },
    'measured',
  );
  db.prepare(
    `INSERT INTO probes (backend, config, train_samples_per_second, eval_samples_per_second, memory_bytes, probed_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(
    measured.backend,
    JSON.stringify(config),
    measured.trainSamplesPerSecond,
    measured.evalSamplesPerSecond,
    measured.memoryBytes,
    now().toISOString(),
  );
}
