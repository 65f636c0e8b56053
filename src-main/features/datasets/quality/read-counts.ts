import { readFileSync } from 'node:fs';

import type { SplitName } from '#contract/dataset.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { readEncodedFile } from '#core/text/encoded-file.ts';
import { chooseRows, type RowFields } from '#core/config/row-choice.ts';
import { countsRead } from '#core/text/counts-read.ts';

import type { createOpenDatasets } from '../store/open-datasets.ts';

/** What decides which words a run reads in training, and how often. */
export type ReadConfig = RowFields & Pick<RunConfig, 'numWords' | 'maxLength' | 'truncating'>;

type Identity = Parameters<ReturnType<typeof createOpenDatasets>['encodedPath']>[0];

/** Configurations whose counts stay in memory. */
const kept = 8;

/** Counts the words that runs read in training, of each dataset and configuration once. */
export function createReadCounts(
  encodedPath: (dataset: Identity) => Promise<string>,
): (dataset: Identity, config: ReadConfig) => Promise<Int32Array> {
  const counted = new Map<string, Int32Array>();
  return async (dataset, given) => {
    const { limit, validation, subset, numWords, maxLength, truncating } = given;
    // Where all seeds read the same reviews, they are counted once.
    const seed = subset === 'seed' ? given.seed : 0;
    const config = { limit, validation, subset, seed, numWords, maxLength, truncating };
    const { contentHash } = dataset;
    const key = JSON.stringify([contentHash, config]);
    const known = counted.get(key);
    if (known !== undefined) return known;
    const { splits } = readEncodedFile(readFileSync(await encodedPath(dataset)));
    const labelsOf = (split: SplitName): Uint8Array => splits[split]?.labels ?? new Uint8Array(0);
    const { train } = chooseRows(
      { train: labelsOf('train'), test: labelsOf('test'), validation: splits.validation?.labels },
      config,
      contentHash,
    );
    const counts =
      splits.train === undefined ? new Int32Array(0) : countsRead(splits.train, train, config);
    counted.set(key, counts);
    for (const oldest of [...counted.keys()].slice(0, -kept)) counted.delete(oldest);
    return counts;
  };
}
