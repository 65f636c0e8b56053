import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { embeddingName, weightLayout } from '#core/model/weight-layout.ts';
import {
  decodeWeightsFile,
  encodeWeightsFile,
  type NamedTensor,
} from '#core/model/weights-file.ts';
import * as m from '#messages';

import type { DatasetsPort, RunsService } from '../../services.ts';
import { inTemporaryFolder } from '../../system/temporary-folder.ts';
import { sha256 } from '../../files/sha256.ts';
import { bestWeightsFile, checkpointFile, epochWeightsFile } from '../store/places.ts';
import { toRun, type RunRow } from '../store/rows.ts';
import type { Trainer } from '../train/trainer.ts';

/** The weights of the epoch are a file of their own, which is gone afterwards. */
export async function evaluateTables(
  parts: Readonly<{ datasets: DatasetsPort; trainer: Pick<Trainer, 'ask'>; home: string }>,
  row: RunRow,
  { epoch, branch, tablePaths }: Parameters<RunsService['evaluateTables']>[1],
  { signal, onProgress }: Parameters<RunsService['evaluateTables']>[2],
): ReturnType<RunsService['evaluateTables']> {
  const { config, plan } = toRun(row, []);
  const tensors = weightsAt(parts.home, row, config, epoch);
  return inTemporaryFolder(async (folder) => {
    const weightsPath = path.join(folder, 'weights');
    writeFileSync(weightsPath, encodeWeightsFile({ facts: { epoch }, tensors }, sha256));
    const { rows, passes } = await parts.trainer.ask(
      {
        kind: 'evaluate',
        runId: row.run_id,
        config,
        plan,
        dataPath: await parts.datasets.encodedPath(row.dataset_id),
        datasetHash: row.content_hash,
        weightsPath,
        embedding: embeddingName(branch),
        tablePaths,
      },
      'evaluated',
      {
        signal,
        onMessage: (message) => {
          if (message.type === 'evaluating') onProgress(message.share);
        },
      },
    );
    return { rows, passes };
  });
}

/** All weights after an epoch; only of the best and the last one they are kept. */
function weightsAt(home: string, row: RunRow, config: RunConfig, epoch: number): NamedTensor[] {
  const files = [
    bestWeightsFile(home, row.run_id),
    checkpointFile(home, row.run_id),
    epochWeightsFile(home, row.run_id, epoch),
  ];
  for (const file of files.filter((candidate) => existsSync(candidate))) {
    const { facts, tensors } = decoded(file);
    if ((facts as { epoch?: unknown }).epoch !== epoch) continue;
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    return weightLayout(config).flatMap(({ name }) => byName.get(name) ?? []);
  }
  throw new AppError('notFound', m.runs_epoch_weights_not_kept({ name: row.name, epoch }));
}

function decoded(file: string): ReturnType<typeof decodeWeightsFile> {
  try {
    return decodeWeightsFile(readFileSync(file), sha256);
  } catch (error) {
    throw new AppError('storage', m.storage_weights_damaged({ file: path.basename(file) }), {
      cause: error,
    });
  }
}
