import { readFileSync } from 'node:fs';

import type { SplitName } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { orderByLength } from '#core/model/batch-order.ts';
import { readEncodedFile, type EncodedSplit } from '#core/text/encoded-file.ts';
import { chooseRows, type RowChoice, type RowFields } from '#core/config/row-choice.ts';
import { fitSequenceInto } from '#core/text/encoding.ts';
import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { TrainBatch } from './engine/engine.ts';

/** Rows of one split that a run uses, encoded batch by batch as the configuration says. */
export type Rows = Readonly<{
  /** Indices in the dataset's full split. */
  rows: Int32Array;
  count: number;
  /** Positions 0 .. count - 1, shortest review first. */
  byLength: Int32Array;
  labelOf: (position: number) => number;
  /** @param positions indices into `rows` */
  batch: (positions: Int32Array) => TrainBatch;
}>;

export type RunData = Readonly<{
  train: Rows;
  test: Rows;
  validation: Rows;
  /** Validation rows are the test rows. */
  isValidatedOnTest: boolean;
}>;

/** The splits of a dataset, and which of their rows a run uses. */
export type RunRows = Readonly<{
  /** Throws where there are no reviews. */
  splitOf: (name: SplitName) => EncodedSplit;
  choice: RowChoice;
}>;

/** @throws AppError where the file is missing, damaged or of another dataset. */
export function readRunRows(dataPath: string, config: RowFields, datasetHash: string): RunRows {
  const dataset = readDataset(dataPath);
  if (dataset.datasetHash !== datasetHash) {
    throw new AppError('badInput', m.trainer_other_dataset());
  }
  const splitOf = (name: SplitName): EncodedSplit => {
    const split = dataset.splits[name];
    if (split === undefined || split.count === 0) {
      throw new AppError('badInput', m.trainer_split_empty({ split: splitWord(name) }));
    }
    return split;
  };
  const splits = { train: splitOf('train'), test: splitOf('test') };
  const choice = chosen(
    {
      train: splits.train.labels,
      test: splits.test.labels,
      validation: dataset.splits.validation?.labels,
    },
    config,
    datasetHash,
  );
  if (choice.train.length === 0 || choice.validation.length === 0) {
    throw new AppError('badInput', m.trainer_too_few_reviews());
  }
  return { splitOf, choice };
}

/** As `readRunRows`. */
export function readRunData(dataPath: string, config: RunConfig, datasetHash: string): RunData {
  const { splitOf, choice } = readRunRows(dataPath, config, datasetHash);
  const test = rowsOf(splitOf('test'), choice.test, config);
  return {
    train: rowsOf(splitOf('train'), choice.train, config),
    test,
    validation:
      choice.validationSplit === 'test'
        ? test
        : rowsOf(splitOf(choice.validationSplit), choice.validation, config),
    isValidatedOnTest: choice.validationSplit === 'test',
  };
}

function readDataset(dataPath: string): ReturnType<typeof readEncodedFile> {
  try {
    return readEncodedFile(readFileSync(dataPath));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('storage', m.trainer_reviews_unreadable({ reason }), {
      cause: error,
    });
  }
}

function chosen(...given: Parameters<typeof chooseRows>): ReturnType<typeof chooseRows> {
  try {
    return chooseRows(...given);
  } catch (error) {
    throw new AppError('invalid', error instanceof Error ? error.message : String(error), {
      field: 'validation',
      cause: error,
    });
  }
}

function rowsOf(split: EncodedSplit, rows: Int32Array, config: RunConfig): Rows {
  const { maxLength } = config;
  const rowOf = (position: number): number => rows[position] ?? 0;
  const offsetOf = (row: number): number => split.offsets[row] ?? 0;
  const lengths = rows.map((row) => Math.min(offsetOf(row + 1) - offsetOf(row), maxLength));
  return {
    rows,
    count: rows.length,
    byLength: orderByLength(lengths),
    labelOf: (position) => split.labels[rowOf(position)] ?? 0,
    batch(positions) {
      const ids = new Int32Array(positions.length * maxLength);
      const labels = new Float32Array(positions.length);
      positions.forEach((position, index) => {
        const row = rowOf(position);
        const tokens = split.tokens.subarray(offsetOf(row), offsetOf(row + 1));
        fitSequenceInto(ids, index * maxLength, tokens, config);
        labels[index] = split.labels[row] ?? 0;
      });
      return { ids, labels, count: positions.length };
    },
  };
}
