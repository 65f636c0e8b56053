import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { FromChild, TrainJob } from '#contract/trainer.ts';
import { writeEncodedFile, type EncodedSplit } from '#core/text/encoded-file.ts';
import { randomStream } from '#core/util/random.ts';
import { resolveConfig } from '#core/config/run-config.ts';

import { engineVersion } from '#core/model/engine-version.ts';
import { hasNativeBinding } from './native/binding.ts';
import pins from './fixtures/engine-weights.json' with { type: 'json' };
import { instructions } from '../../testing/processor.ts';
import { programFile } from '../../testing/programs.ts';

/*
 * Weights of tiny trainings, pinned to the engine version. Where a hash differs, the numeric code gives other bits than before: raise
 * `engineVersion` and pin what is printed. TensorFlow's own kernels differ between processors, so they are pinned for those that were
 * seen (fixtures/engine-weights.json); WebAssembly gives the same bits everywhere.
 */

let folder = '';
let dataPath = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-engine-'));
  dataPath = path.join(folder, 'data.enc');
  const splits = { train: split(48, 1), test: split(16, 2) };
  writeFileSync(dataPath, writeEncodedFile({ datasetHash: 'hash', splits }));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('weights of a tiny training', () => {
  it.each(['A', 'B'] as const)('%s, WebAssembly', async (variant) => {
    const { weightsHash } = await train(variant, 'wasm');
    expect({ engineVersion, weightsHash }).toEqual(pinned('wasm', variant));
  });

  it.skipIf(!hasNativeBinding()).for(['A', 'B'] as const)(
    '%s, TensorFlow',
    async (variant, context) => {
      const { weightsHash, tensorflow } = await train(variant, 'native');
      const place = `${platform()} ${arch()} tensorflow ${tensorflow} ${instructions()}`;
      if (!(place in pins.weights))
        context.skip(`nothing is pinned for ${place}; it is ${weightsHash} here`);
      expect({ engineVersion, weightsHash }).toEqual(pinned(place, variant));
    },
  );
});

function pinned(place: string, variant: 'A' | 'B') {
  const weights: Readonly<Record<string, Readonly<{ A: string; B: string }>>> = pins.weights;
  return { engineVersion: pins.engineVersion, weightsHash: weights[place]?.[variant] };
}

/** Reviews of 5 to 20 words; a few words occur in positive ones only. */
function split(count: number, seed: number): EncodedSplit {
  const random = randomStream(seed, 'engine version');
  const labels = Uint8Array.from({ length: count }, (_, row) => row % 2);
  const reviews = Array.from(labels, (label) => [
    1,
    ...Array.from({ length: 5 + random.below(15) }, () =>
      random.below(3) === 0 ? 4 + label : 6 + random.below(110),
    ),
  ]);
  const offsets = new Uint32Array(count + 1);
  reviews.forEach((review, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + review.length;
  });
  return { count, labels, offsets, tokens: Int32Array.from(reviews.flat()) };
}

function train(
  variant: 'A' | 'B',
  backend: 'native' | 'wasm',
): Promise<{ weightsHash: string | null; tensorflow: string | null }> {
  const resolved = resolveConfig({
    ...{ variant, backend, threads: 1, numWords: 100, maxLength: 16, embeddingDim: 6 },
    ...{ hiddenUnits: 5, filters: 7, batchSize: 12, epochs: 2, validation: 0.25, seed: 1 },
  });
  if (!resolved.ok) throw new Error(resolved.errors[0]?.message);
  const runFolder = path.join(folder, `${variant}-${backend}`);
  mkdirSync(runFolder);
  const job: TrainJob = {
    ...{ kind: 'train', runId: 'run', config: resolved.config, plan: null, dataPath },
    ...{ datasetHash: 'hash', runFolder, isResume: false, coreCount: 2 },
  };
  return new Promise((resolve, reject) => {
    const child = fork(programFile('trainer'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    let tensorflow: string | null = null;
    let weightsHash: string | null = null;
    child.on('message', (message) => {
      const heard = message as FromChild;
      if (heard.type === 'started') ({ tensorflow } = heard);
      if (heard.type === 'ended') ({ weightsHash } = heard);
      if (heard.type === 'epoch') child.send({ type: 'stored', epoch: heard.epoch });
    });
    child.on('close', (code) => {
      if (code === 0) resolve({ weightsHash, tensorflow });
      else reject(new Error(`exit ${code}`));
    });
    child.send({ type: 'job', job });
  });
}
