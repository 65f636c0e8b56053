import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';

import type { Dataset } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { hasSameLayout, startPointOf } from '#core/config/start-from.ts';
import { weightLayout } from '#core/model/weight-layout.ts';
import {
  decodeWeightsFile,
  encodeWeightsFile,
  type WeightsFile,
} from '#core/model/weights-file.ts';
import * as m from '#messages';

import type { ReadDb } from '../../../db/handles.ts';
import { sha256 } from '../../files/sha256.ts';
import { checkpointFile, epochWeightsFile, runFolder, startWeightsFile } from '../store/places.ts';
import { assertSound, toSummary } from '../store/rows.ts';
import { findRow } from '../store/store.ts';

/**
 * The weights that a configuration names to start from, as the bytes of a weights file; null where it draws new ones. Throws
 * `invalid` where there are none that fit.
 */
export function readStartWeights(
  parts: Readonly<{ db: ReadDb; home: string }>,
  dataset: Dataset,
  config: RunConfig,
): Uint8Array | null {
  const start = startPointOf(config.startFrom);
  if (start === null) return null;
  const row = sourceRow(parts.db, start.runId);
  assertSound(row);
  const source = toSummary(row);
  const { name } = source;
  if (source.deletedAt !== null) {
    throw refused(m.runs_start_in_trash({ name }));
  }
  if (source.epochCount === 0) throw refused(m.runs_start_no_epoch({ name }));
  if (source.datasetHash !== dataset.contentHash) {
    throw refused(
      m.runs_start_other_data({ name, source: source.datasetName, dataset: dataset.name }),
    );
  }
  if (!hasSameLayout(source.config, config)) {
    throw refused(m.runs_start_other_layers({ name }));
  }
  const { tensors } = weightsAfter(parts.home, start.runId, start.epoch, name);
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const weights = weightLayout(config).map(({ name: tensorName, shape }) => {
    const tensor = byName.get(tensorName);
    if (tensor === undefined || tensor.shape.join() !== shape.join()) {
      throw refused(m.runs_start_foreign_weights({ name }));
    }
    return tensor;
  });
  return encodeWeightsFile({ facts: { from: config.startFrom }, tensors: weights }, sha256);
}

/** Complete or not at all; the folder is the new run's own. */
export function writeStartWeights(home: string, runId: string, bytes: Uint8Array): void {
  mkdirSync(runFolder(home, runId), { recursive: true });
  const file = startWeightsFile(home, runId);
  const handle = openSync(`${file}.tmp`, 'w');
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(handle, bytes, written);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.tmp`, file);
  syncFolder(runFolder(home, runId));
}

export function removeRunFolder(home: string, runId: string): void {
  rmSync(runFolder(home, runId), { recursive: true, force: true });
}

function sourceRow(db: ReadDb, runId: string): ReturnType<typeof findRow> {
  try {
    return findRow(db, runId);
  } catch (error) {
    if (!(error instanceof AppError && error.kind === 'notFound')) throw error;
    throw refused(m.runs_start_unknown({ runId }));
  }
}

/** From the checkpoint, or, for a run that has gone on by an epoch meanwhile, from that epoch's own file. */
function weightsAfter(home: string, runId: string, epoch: number, name: string): WeightsFile {
  const files = [checkpointFile(home, runId), epochWeightsFile(home, runId, epoch)];
  for (const file of files.filter((candidate) => existsSync(candidate))) {
    const weights = decoded(file, name);
    if ((weights.facts as { epoch?: unknown }).epoch === epoch) return weights;
  }
  throw refused(m.runs_start_not_kept({ name, epoch }));
}

function decoded(file: string, name: string): WeightsFile {
  const bytes = readFileSync(file);
  try {
    return decodeWeightsFile(bytes, sha256);
  } catch (error) {
    throw new AppError('invalid', m.runs_start_damaged({ name }), {
      field: 'startFrom',
      cause: error,
    });
  }
}

/** The row must not outlive a power cut that its weights do not. Windows cannot open folders, and needs no such thing. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const refused = (sentence: string): AppError =>
  new AppError('invalid', sentence, { field: 'startFrom' });
