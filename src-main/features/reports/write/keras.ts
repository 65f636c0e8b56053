import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { SplitName } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import type { Run } from '#contract/run.ts';
import { readEncodedFile, type EncodedDataset } from '#core/text/encoded-file.ts';
import type { NpyArray } from '#core/util/npy.ts';
import { folderNames } from '#core/reports/folder-names.ts';
import { kerasScript } from '#core/reports/keras/script.ts';
import { requirements, testedVersions } from '#core/reports/keras/versions.ts';
import { chooseRows, type RowChoice } from '#core/config/row-choice.ts';
import type { NamedTensor } from '#core/model/weights-file.ts';
import { weightsWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { Prediction } from '../../services.ts';
import type { ExportWork } from './export-work.ts';
import { npzParts } from './npz.ts';
import type { ReportRequest, ReportSource } from './report.ts';
import type { OutFile } from './write-folder.ts';

/** A folder that repeats the run in Keras 3; with several runs, one such folder each. */
export async function kerasFiles(
  source: ReportSource,
  { runIds, weights }: ReportRequest,
  { step }: ExportWork,
): Promise<readonly OutFile[]> {
  const chosen = runIds.map((runId) => source.runs.get({ runId }));
  const folders = folderNames(chosen);
  const all: OutFile[] = [];
  for (const [index, run] of chosen.entries()) {
    await step('reading', index, chosen.length);
    const prefix = chosen.length === 1 ? '' : `${folders[index] ?? run.runId}/`;
    for (const file of await runFiles(source, run, weights))
      all.push({ ...file, path: `${prefix}${file.path}` });
  }
  return all;
}

async function runFiles(
  { runs, datasets }: ReportSource,
  run: Run,
  weights: 'best' | 'last',
): Promise<readonly OutFile[]> {
  const { runId, config, datasetHash } = run;
  const { epoch } = runs.tensors(runId, weights);
  // Without the reviews it is refused: there would be nothing to repeat the run on.
  const encodedPath = await datasets.encodedPath(run.dataset);
  const predictions = await runs.predictions(runId, { split: 'test', weights: { epoch } });
  const hashes: Record<string, string> = {};
  const hashed = (path: string, parts: () => Iterable<Uint8Array>): OutFile => ({
    path,
    *parts() {
      const hash = createHash('sha256');
      for (const part of parts()) {
        hash.update(part);
        yield part;
      }
      hashes[path] = hash.digest('hex');
    },
  });
  return [
    hashed('weights.npz', () => {
      const read = runs.tensors(runId, weights);
      if (read.epoch !== epoch)
        throw new AppError('inUse', m.reports_run_went_on({ name: run.name }));
      return tensorParts(read.tensors);
    }),
    hashed('initial-weights.npz', () => tensorParts(runs.tensors(runId, 'initial').tensors)),
    hashed('data.npz', () => {
      const dataset = readEncodedFile(readFileSync(encodedPath));
      return npzParts(dataArrays(dataset, chosenRows(dataset, run)), { isCompressed: true });
    }),
    hashed('predictions.csv', () => csvParts(predictions)),
    // After those whose hashes it holds.
    textFile('reproduce.py', () =>
      kerasScript({
        config,
        hashes,
        validation: config.validation === 'test' ? 'test' : 'validation',
        run: {
          id: runId,
          name: run.name,
          dataset: run.datasetName,
          datasetHash,
          pipeline: datasets.get({ datasetId: run.dataset }).pipeline,
          weights: { which: weights, epoch },
          best: run.best,
          last: run.last,
          twofold: run.versions?.twofold ?? null,
        },
      }),
    ),
    textFile('requirements.txt', () => requirements),
    textFile('README.md', () =>
      m.reports_keras_readme({
        name: run.name,
        runId,
        dataset: run.datasetName,
        datasetHash,
        weights: weightsWord(weights),
        epoch,
        ...testedVersions,
      }),
    ),
  ];
}

const tensorParts = (tensors: readonly NamedTensor[]): Generator<Uint8Array> =>
  npzParts(tensors, { isCompressed: false });

function chosenRows({ splits, datasetHash }: EncodedDataset, { config }: Run): RowChoice {
  const labelsOf = (split: SplitName): Uint8Array | undefined => splits[split]?.labels;
  const labels = {
    train: labelsOf('train') ?? new Uint8Array(0),
    test: labelsOf('test') ?? new Uint8Array(0),
    validation: labelsOf('validation'),
  };
  return chooseRows(labels, config, datasetHash);
}

/** Of each part its rows in the dataset's split, labels, and ids one review after the other. */
function dataArrays(dataset: EncodedDataset, choice: RowChoice): NpyArray[] {
  const parts = [
    ['train', 'train', choice.train],
    ['test', 'test', choice.test],
    ...(choice.validationSplit === 'test'
      ? []
      : [['validation', choice.validationSplit, choice.validation] as const]),
  ] as const;
  return parts.flatMap(([part, split, rows]) => {
    const content = dataset.splits[split];
    if (content === undefined) return [];
    const { labels, offsets, tokens } = content;
    const begin = (row: number): number => offsets[row] ?? 0;
    const ends = new Int32Array(rows.length + 1);
    rows.forEach((row, index) => {
      ends[index + 1] = (ends[index] ?? 0) + begin(row + 1) - begin(row);
    });
    const chosen = new Int32Array(ends.at(-1) ?? 0);
    rows.forEach((row, index) => {
      chosen.set(tokens.subarray(begin(row), begin(row + 1)), ends[index]);
    });
    const array = (name: string, values: Int32Array | Uint8Array): NpyArray => ({
      name: `${part}_${name}`,
      shape: [values.length],
      values,
    });
    return [
      array('rows', rows),
      array(
        'labels',
        Uint8Array.from(rows, (row) => labels[row] ?? 0),
      ),
      array('offsets', ends),
      array('tokens', chosen),
    ];
  });
}

function* csvParts(predictions: readonly Prediction[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode('row,label,probability\n');
  for (const { row, label, probability } of predictions)
    // Nine digits give every float32 back.
    yield encoder.encode(`${row},${label},${Number(probability.toPrecision(9))}\n`);
}

const textFile = (path: string, text: () => string): OutFile => ({
  path,
  *parts() {
    yield new TextEncoder().encode(text());
  },
});
