import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { embeddingName, weightLayout } from '#core/weight-layout.ts';
import { decodeWeightsFile, encodeWeightsFile, type NamedTensor } from '#core/weights-file.ts';
import * as m from '#messages';

import type { DatasetsPort, RunsService } from '../services.ts';
import { bestWeightsFile, checkpointFile, epochWeightsFile } from './places.ts';
import { toRun, type RunRow } from './rows.ts';
import type { Trainer } from './trainer.ts';

/** Each pass has its weights as a file of its own, in a folder that is gone afterwards. */
export async function evaluateTables(
  parts: Readonly<{ datasets: DatasetsPort; trainer: Pick<Trainer, 'ask'>; home: string }>,
  row: RunRow,
  { epoch, branch, tables }: Parameters<RunsService['evaluateTables']>[1],
  { signal, onProgress }: Parameters<RunsService['evaluateTables']>[2],
): ReturnType<RunsService['evaluateTables']> {
  const { config, plan } = toRun(row, []);
  const own = weightsAt(parts.home, row, config, epoch);
  const name = embeddingName(branch);
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-tables-'));
  try {
    const variants = [
      own,
      ...tables.map((values) =>
        own.map((tensor) => (tensor.name === name ? { ...tensor, values } : tensor)),
      ),
    ];
    const weightsPaths = variants.map((tensors, index) => {
      const file = path.join(folder, `${index}.weights`);
      writeFileSync(file, encodeWeightsFile({ facts: { epoch }, tensors }, sha256));
      return file;
    });
    const dataPath = await parts.datasets.encodedPath(row.dataset_id);
    const { rows, passes } = await parts.trainer.ask(
      {
        kind: 'evaluate',
        runId: row.run_id,
        config,
        plan,
        dataPath,
        datasetHash: row.content_hash,
        weightsPaths,
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
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
