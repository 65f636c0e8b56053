import path from 'node:path';

import type { ImportRequest, LabelMeaning, Reading, SplitName } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { growable } from '#core/util/growable.ts';
import { labelOf, type LabelMapping } from '#core/table/labels.ts';
import { drawTestRows, splitOfValue, splitsOfValues } from '#core/table/splits.ts';
import { createTokenizer, pipelineOf } from '#core/text/pipeline.ts';
import * as m from '#messages';

import type { NewFinding } from '../../quality/findings.ts';
import { firstRows, listed } from './choose-columns.ts';
import { createValues, type Values } from './column-values.ts';
import { createWordDrop, type WordDrop } from '../drop/drop-words.ts';
import { assertDropped, noteDropped } from '../drop/dropped.ts';
import type { ImportContext, RawDocument } from '../importer.ts';
import { knownColumns, type KnownColumns } from './known-columns.ts';
import { decideMapping } from './label-mapping.ts';
import { createRowReader, noSplit } from './labelled-row.ts';
import { createMissingCells } from './missing.ts';
import { createStage, type Copies, type Stage } from '../stage.ts';
import type { Table } from '../table.ts';

/** How many rows the columns are chosen by. */
export const ROWS_LOOKED_AT = 10_000;

/**
 * The reviews of a table. All rows are read and put aside first: only then the values of the label column are known, and a test
 * split can be drawn. What cannot be used is refused with its row.
 */
export async function* readLabelled(
  table: Table,
  request: ImportRequest,
  context: ImportContext,
  note: (finding: NewFinding) => void,
): AsyncGenerator<RawDocument> {
  const { pace, temporaryFolder } = context;
  const guessed = guessedEncoding(table);
  if (guessed !== null) note(guessed);
  const tokenize = createTokenizer(pipelineOf(request));
  const words = createWordDrop(request, table.sourceName, tokenize);
  const { drop } = request;
  const stage = createStage(path.join(temporaryFolder, 'rows.spill'), { drop, tokenize });
  try {
    const read = await readRows(table, request, context, stage, words);
    words.finish(note);
    const mapping = decideMapping(table, read.labels, request);
    context.took(readingOf(table, read, mapping));
    const splits = planSplits(table, read, mapping, request, stage, note);
    const label = read.labels.keys.map((key) => labelOf(mapping, key) ?? 0);
    const labelOfRow = (index: number) => label[stage.code(index)] ?? 0;
    const dropped = await stage.copies({ isTrain: splits.isTrain, labelOf: labelOfRow }, pace);
    noteDropped({ ...read.dropped, ...dropped, labels: read.dropped.labels.entries() }, note);
    const drawn = splits.draw(dropped);
    let done = 0;
    const total = stage.count();
    for (const document of stage.read((index) => {
      if (dropped.has(index)) return null;
      return { split: drawn(index), label: labelOfRow(index) };
    })) {
      yield document;
      done += 1;
      pace.report({ phase: 'counting', done, total });
      const breath = pace.breathe();
      if (breath !== undefined) await breath;
    }
  } finally {
    stage.close();
  }
}

export const guessedEncoding = ({ isEncodingGuessed, encoding }: Table): NewFinding | null =>
  isEncodingGuessed && encoding !== null ? { kind: 'encoding', count: 0, encoding } : null;

/** Of a source without splits, or whose split column is not wanted. */
export const drawnSplit = ({ splitColumn }: Pick<ImportRequest, 'splitColumn'>): NewFinding => ({
  kind: 'drawn',
  count: 0,
  why: splitColumn === null ? 'noColumn' : 'noSplits',
});

type ReadRows = Readonly<{
  columns: KnownColumns;
  labels: Values;
  splits: Values | null;
  splitCodes: (index: number) => number;
  dropped: DroppedRows;
}>;

type DroppedRows = Readonly<{ empty: number; unlabelled: number; labels: Values }>;

async function readRows(
  table: Table,
  request: ImportRequest,
  context: ImportContext,
  stage: Stage,
  words: WordDrop,
): Promise<ReadRows> {
  const { pace, limits } = context;
  const first = await firstRows(table, ROWS_LOOKED_AT);
  const columns = knownColumns(table, first, request);
  const reader = createRowReader(table, columns, request, limits);
  const nameOf = (index: number) => table.columns[index] ?? '';
  const labels = createValues(table, nameOf(columns.label));
  const splits = columns.split === null ? null : createValues(table, nameOf(columns.split));
  const splitCodes = growable(Uint16Array);
  const dropped = { empty: 0, unlabelled: 0, labels: createValues(table, nameOf(columns.label)) };
  const missing = createMissingCells(table, columns);
  let read = 0;
  for await (const batch of table.rows(reader.wanted)) {
    for (const row of batch) {
      read += 1;
      const found = reader.read(row);
      if (found.dropped === 'missing') missing.see(found.what, row);
      else if (found.dropped === null) {
        if (words.drops(found.content)) continue;
        // What will be refused need not be put aside.
        if (missing.isEmpty())
          stage.add(found.content, labels.codeOf(found.label, row), found.rating);
        if (splits !== null && found.split !== null) {
          splitCodes.push(splits.codeOf(found.split, row));
        }
      } else if (found.dropped === 'label') dropped.labels.codeOf(found.label, row);
      else dropped[found.dropped] += 1;
      const breath = pace.breathe();
      if (breath !== undefined) await breath;
    }
    pace.report({ phase: 'reading', done: read, total: table.estimate(read) });
  }
  const refusal = missing.refusal();
  if (refusal !== null) throw refusal;
  assertDropped(table, request, dropped.labels, labels);
  if (stage.count() === 0) {
    const source = table.sourceName;
    const text =
      dropped.unlabelled + dropped.labels.keys.length > 0
        ? m.datasets_no_rows_left({ source })
        : m.datasets_no_rows_with_text({ source });
    throw new AppError('badInput', text, { field: 'path' });
  }
  return { columns, labels, splits, splitCodes: splitCodes.at, dropped };
}

function readingOf(
  table: Table,
  { columns, labels, dropped }: ReadRows,
  mapping: LabelMapping,
): Reading {
  const nameOf = (index: number | null) => (index === null ? null : (table.columns[index] ?? null));
  const meaningOf = (key: string): LabelMeaning['meaning'] =>
    labelOf(mapping, key) === 1 ? 'positive' : 'negative';
  return {
    format: table.format,
    encoding: table.encoding,
    delimiter: table.delimiter,
    hasHeader: table.hasHeader,
    textColumn: nameOf(columns.text),
    labelColumn: nameOf(columns.label),
    splitColumn: nameOf(columns.split),
    ratingColumn: nameOf(columns.rating),
    labels: [
      ...labels.entries().map(({ key, ...label }) => ({ ...label, meaning: meaningOf(key) })),
      ...dropped.labels
        .entries()
        .map(({ value, count }) => ({ value, count, meaning: 'dropped' as const })),
    ],
    ids: null,
    leftOut: [],
  };
}

type SplitPlan = Readonly<{
  isTrain: (index: number) => boolean;
  /** After what is dropped is known: the split of each review. */
  draw: (dropped: Copies) => (index: number) => SplitName;
}>;

function planSplits(
  table: Table,
  { columns, labels, splits, splitCodes }: ReadRows,
  mapping: LabelMapping,
  request: ImportRequest,
  stage: Stage,
  note: (finding: NewFinding) => void,
): SplitPlan {
  const splitOf = splitsOfValues(splits?.keys ?? []);
  const names = (splits?.keys ?? []).map((key, code) => {
    const split = splitOf.get(key);
    if (split !== null && split !== undefined) return split;
    throw noSplit(
      table,
      splits?.places[code]?.[0] ?? { row: 0, line: 0 },
      splits?.shown[code],
      columns.split,
    );
  });
  const has = (name: SplitName) => names.includes(name);
  const own = (index: number): SplitName =>
    splits === null ? 'train' : (names[splitCodes(index)] ?? 'train');
  if (splits !== null && !has('train')) {
    throw new AppError(
      'badInput',
      m.datasets_no_train({ source: table.sourceName, splits: listed(splits.shown) }),
      { field: 'splitColumn' },
    );
  }
  if (splits !== null && has('test')) {
    const taken = splits.shown.filter(
      (_, code) => names[code] === 'test' && splitOfValue(splits.keys[code] ?? '') === null,
    );
    for (const value of taken) note({ kind: 'split', count: 0, value });
    return { isTrain: (index) => own(index) === 'train', draw: () => own };
  }
  if (splits !== null && has('validation')) {
    note({ kind: 'split', count: 0, value: null });
    const split = (index: number): SplitName => (own(index) === 'validation' ? 'test' : 'train');
    return { isTrain: (index) => split(index) === 'train', draw: () => split };
  }
  note(splits === null ? drawnSplit(request) : { kind: 'drawn', count: 0, why: 'trainOnly' });
  return {
    isTrain: () => true,
    draw(dropped) {
      const byCode = Uint8Array.from(labels.keys, (key) => labelOf(mapping, key) ?? 0);
      const labelOfRow = Uint8Array.from(
        { length: stage.count() },
        (_, index) => byCode[stage.code(index)] ?? 0,
      );
      const all = Uint32Array.from({ length: stage.count() }, (_, index) => index);
      const isTest = new Uint8Array(stage.count());
      const kept = all.filter((index) => !dropped.has(index));
      for (const row of drawTestRows(labelOfRow, kept)) isTest[row] = 1;
      return (index) => (isTest[index] === 1 ? 'test' : 'train');
    },
  };
}
