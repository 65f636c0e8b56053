import { readFileSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { readStoredConfig } from '#contract/run-config.ts';
import { initialWeights } from '#core/model/initial-weights.ts';
import { weightLayout } from '#core/model/weight-layout.ts';
import { decodeWeightsFile, type NamedTensor } from '#core/model/weights-file.ts';
import * as m from '#messages';

import { sha256 } from '../../files/sha256.ts';
import { startWeightsFile } from '../store/places.ts';
import { weightsPathOf } from './predict.ts';
import { assertSound, type RunRow } from '../store/rows.ts';

/** A run's weights in the order of core/model/weight-layout.ts, and the epoch after which they were so. */
export type Tensors = Readonly<{ epoch: number; tensors: readonly NamedTensor[] }>;

/** Throws where the run has no such weights, or their file is gone or damaged. */
export function readTensors(
  home: string,
  row: RunRow,
  which: 'initial' | 'best' | 'last',
): Tensors {
  assertSound(row);
  const config = readStoredConfig(row.config);
  if (which === 'initial' && config.startFrom === 'none')
    return { epoch: 0, tensors: initialWeights(config, config.seed) };
  const file =
    which === 'initial' ? startWeightsFile(home, row.run_id) : weightsPathOf(home, row, which);
  const { facts, tensors } = decoded(file);
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return {
    epoch: which === 'initial' ? 0 : (facts as { epoch: number }).epoch,
    // A checkpoint holds the optimiser's tensors too.
    tensors: weightLayout(config).map(({ name, shape }) => {
      const tensor = byName.get(name);
      if (tensor === undefined || tensor.shape.join() !== shape.join())
        throw new AppError('storage', m.storage_weights_damaged({ file: path.basename(file) }));
      return tensor;
    }),
  };
}

function decoded(file: string): ReturnType<typeof decodeWeightsFile> {
  const name = path.basename(file);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new AppError('storage', m.storage_weights_unreadable({ file: name }), { cause: error });
  }
  try {
    return decodeWeightsFile(bytes, sha256);
  } catch (error) {
    throw new AppError('storage', m.storage_weights_damaged({ file: name }), { cause: error });
  }
}
