import path from 'node:path';

import type { Finding, ImportRequest, SplitName } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { isLabelName, isTextName, MOST_VALUES } from '#core/table/columns.ts';
import {
  decideLabels,
  labelKey,
  labelOf,
  numberOf,
  type LabelMapping,
} from '#core/table/labels.ts';
import { drawTestRows, splitOfValue } from '#core/table/splits.ts';
import { createTokenizer, pipelineOf } from '#core/text/pipeline.ts';
import { hasWords } from '#core/text/tokenizer.ts';

import { growable } from '#core/growable.ts';
import * as m from '#messages';
import { chooseColumns, firstRows, isRepeatedName, listed, repeated, type ChosenColumns } from './choose-columns.ts';
import type { ImportContext, RawDocument } from './importer.ts';
import { createStage, type Copies, type Stage } from './stage.ts';
import { asArgument, badRow, grouped, placeOf, quoted, sayTooLarge, type Table, type TableRow } from './table.ts';
import { encodingName } from './text-source.ts';

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
  note: (finding: Finding) => void,
): AsyncGenerator<RawDocument> {
  const { pace, temporaryFolder } = context;
  if (table.isEncodingGuessed && table.encoding !== null) {
    note({ kind: 'encoding', count: 0, text: sayEncoding(table.encoding) });
  }
  const stage = createStage(path.join(temporaryFolder, 'rows.spill'), {
    drop: request.drop,
    tokenize: createTokenizer(pipelineOf(request)),
  });
  try {
    const read = await readRows(table, request, context, stage);
    const mapping = decideMapping(table, read.labels, request);
    const splits = planSplits(table, read, mapping, request, stage, note);
    const dropped = await stage.copies(splits.isTrain, pace);
    sayDropped({ ...dropped, empty: read.dropped }, note);
    const drawn = splits.draw(dropped);
    let done = 0;
    const total = stage.count();
    const label = read.labels.keys.map((key) => labelOf(mapping, key) ?? 0);
    for (const document of stage.read((index) => {
      if (dropped.has(index)) return null;
      return { split: drawn(index), label: label[stage.code(index)] ?? 0 };
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

export function sayEncoding(encoding: string): string {
  return m.datasets_encoding_guessed({ encoding: encodingName(encoding) });
}

export function sayDrawn({ splitColumn }: Pick<ImportRequest, 'splitColumn'>): string {
  return splitColumn === null ? m.datasets_split_refused() : m.datasets_split_drawn();
}

/** Values of a column, a number each, with the first rows they stand in. */
type Values = Readonly<{
  keys: string[];
  shown: string[];
  counts: Map<string, number>;
  places: Omit<TableRow, 'cells'>[][];
  codeOf: (key: string, cell: unknown, row: TableRow) => number;
}>;

type ReadRows = Readonly<{
  labels: Values;
  splits: Values | null;
  splitCodes: (index: number) => number;
  dropped: number;
}>;

async function readRows(
  table: Table,
  request: ImportRequest,
  context: ImportContext,
  stage: Stage,
): Promise<ReadRows> {
  const { pace, limits } = context;
  const rows = await firstRows(table, ROWS_LOOKED_AT);
  const columns = chooseColumns(table, rows, request);
  if (columns.text === null) throw noTextColumn(table, rows, columns);
  if (columns.label === null) throw noLabelColumn(table, rows, columns);
  const wanted = [columns.text, columns.label, columns.split, columns.rating].filter(
    (index) => index !== null,
  );
  const nameAt = (index: number | null) => quoted(table.columns[index ?? -1]);
  const splitAt = columns.split === null ? -1 : 2;
  const ratingAt = columns.rating === null ? -1 : wanted.length - 1;
  const isRating = request.threshold !== undefined;
  const dropsEmpty = request.drop?.includes('empty') === true;
  const labels = createValues(table, table.columns[columns.label] ?? '');
  const splits =
    columns.split === null ? null : createValues(table, table.columns[columns.split] ?? '');
  const splitCodes = growable(Uint16Array);
  let read = 0;
  let dropped = 0;
  for await (const batch of table.rows(wanted)) {
    for (const row of batch) {
      const [textCell, labelCell] = row.cells;
      const splitCell = row.cells[splitAt];
      read += 1;
      const content = contentOf(table, row, textCell);
      if (content !== null && sizeOf(content) > limits.reviewBytes)
        throw badRow(table, row, sayTooLarge(limits.reviewBytes));
      if (content === null || (dropsEmpty && isEmpty(content))) {
        if (!dropsEmpty)
          throw badRow(table, row, ({ where }) =>
            m.datasets_row_no_text({ where, column: nameAt(columns.text) }),
          );
        dropped += 1;
        continue;
      }
      const key = labelKey(labelCell);
      if (key === null)
        throw badRow(table, row, ({ where }) =>
          m.datasets_row_no_label({ where, column: nameAt(columns.label) }),
        );
      if (typeof labelCell === 'object') {
        const say = Array.isArray(labelCell) || ArrayBuffer.isView(labelCell)
          ? m.datasets_row_label_list
          : m.datasets_row_label_object;
        throw badRow(table, row, ({ where }) => say({ where, column: nameAt(columns.label) }));
      }
      const rating = isRating ? numberOf(key) : numberOf(labelKey(row.cells[ratingAt]) ?? '');
      stage.add(content, labels.codeOf(key, labelCell, row), rating);
      if (splits !== null) {
        const split = labelKey(splitCell);
        if (split === null || splitOfValue(split) === null) {
          throw noSplit(table, row, splitCell, columns.split);
        }
        splitCodes.push(splits.codeOf(split, splitCell, row));
      }
      const breath = pace.breathe();
      if (breath !== undefined) await breath;
    }
    pace.report({ phase: 'reading', done: read, total: table.estimate(read) });
  }
  if (stage.count() === 0)
    throw new AppError('badInput', m.datasets_no_rows_with_text({ source: table.sourceName }), {
      field: 'path',
    });
  return { labels, splits, splitCodes: splitCodes.at, dropped };
}

/** Null where there is no text. An explicit empty text of JSON or Parquet is one without words, and kept. */
function contentOf(table: Table, row: TableRow, cell: unknown): string | Int32Array | null {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'string') {
    if (cell.trim() === '' && table.delimiter !== null) return null;
    if (cell.includes('\0')) throw badRow(table, row, m.datasets_row_nul_character);
    return cell.toWellFormed();
  }
  if (typeof cell === 'number' || typeof cell === 'bigint') return String(cell);
  if (Array.isArray(cell) || ArrayBuffer.isView(cell))
    return idsOf(table, row, Array.from(cell as ArrayLike<unknown>));
  throw badRow(table, row, m.datasets_row_no_string);
}

const sizeOf = (content: string | Int32Array): number =>
  typeof content === 'string' ? content.length : content.byteLength;

const LARGEST_ID = 10_000_000;

function idsOf(table: Table, row: TableRow, cells: readonly unknown[]): Int32Array {
  return Int32Array.from(cells, (cell) => {
    const id = typeof cell === 'bigint' ? Number(cell) : cell;
    if (typeof id === 'number' && Number.isInteger(id) && id >= 1 && id <= LARGEST_ID) return id;
    throw badRow(table, row, ({ where }) => m.datasets_row_no_ids({ where, value: quoted(cell) }));
  });
}

const isEmpty = (content: string | Int32Array): boolean =>
  typeof content === 'string' ? !hasWords(content) : content.length < 2;

function createValues(table: Table, column: string): Values {
  const codes = new Map<string, number>();
  const counts = new Map<string, number>();
  const keys: string[] = [];
  const shown: string[] = [];
  const places: Omit<TableRow, 'cells'>[][] = [];
  return {
    keys,
    shown,
    counts,
    places,
    codeOf(key, cell, { row, line, place }) {
      let code = codes.get(key);
      if (code === undefined) {
        code = keys.length;
        if (code >= MOST_VALUES) {
          throw new AppError(
            'badInput',
            m.datasets_no_labels({
              column: quoted(column),
              source: table.sourceName,
              most: grouped(MOST_VALUES),
            }),
            { field: 'labelColumn' },
          );
        }
        codes.set(key, code);
        keys.push(key);
        shown.push(String(cell).trim());
        places.push([]);
      }
      counts.set(key, (counts.get(key) ?? 0) + 1);
      const seen = places[code];
      if (seen !== undefined && seen.length < 3)
        seen.push(place === undefined ? { row, line } : { row, line, place });
      return code;
    },
  };
}

function decideMapping(table: Table, labels: Values, request: ImportRequest): LabelMapping {
  const decision = decideLabels(labels.counts, request);
  if (decision.kind !== 'decided') throw undecided(table, labels, request, decision.kind);
  const { mapping } = decision;
  const strays = labels.keys.flatMap((key, code) => (labelOf(mapping, key) === null ? [code] : []));
  const [stray] = strays;
  if (stray === undefined) return mapping;
  const [first, ...others] = labels.places[stray] ?? [];
  if (first === undefined) throw new Error('A label without a row.');
  const more = (labels.counts.get(labels.keys[stray] ?? '') ?? 1) - 1;
  const places = [
    ...others.map(placeOf),
    ...(more > others.length
      ? [m.datasets_more_rows({ count: grouped(more - others.length) })]
      : []),
  ];
  const also = more === 0 ? '' : m.datasets_also_in({ places: places.join(', ') });
  const label = quoted(labels.shown[stray]);
  if (mapping.kind === 'threshold') {
    throw badRow(table, first, ({ where }) => m.datasets_row_no_number({ where, label, also }));
  }
  const known = [mapping.negative, mapping.positive].map((key) => quoted(shownOf(labels, key)));
  const [negative = '', positive = ''] = known;
  throw badRow(table, first, ({ where }) =>
    m.datasets_row_third_label({ where, label, also, negative, positive }),
  );
}

function undecided(
  table: Table,
  labels: Values,
  request: ImportRequest,
  reason: 'ratings' | 'unknown' | 'unclear',
): AppError {
  const facts = { source: table.sourceName, labels: listed(labels.shown.map(quoted)) };
  if (request.positive !== undefined || request.negative !== undefined) {
    return new AppError('invalid', m.datasets_labels_name_two(facts), { field: 'positive' });
  }
  if (reason === 'unknown') {
    return new AppError(
      'badInput',
      m.datasets_labels_which({
        ...facts,
        first: asArgument(labels.shown[0] ?? ''),
        second: asArgument(labels.shown[1] ?? ''),
      }),
      { field: 'positive' },
    );
  }
  const third = labels.places[2]?.[0];
  const where = third === undefined ? '' : m.datasets_third_in({ place: placeOf(third) });
  if (reason === 'ratings') {
    return new AppError('badInput', m.datasets_labels_ratings({ ...facts, where }), {
      field: 'threshold',
    });
  }
  return new AppError('badInput', m.datasets_labels_too_many({ ...facts, where }), {
    field: 'labelColumn',
  });
}

const shownOf = (labels: Values, key: string): string =>
  labels.shown[labels.keys.indexOf(key)] ?? key;

function noSplit(table: Table, row: TableRow, cell: unknown, split: number | null): AppError {
  const column = quoted(table.columns[split ?? -1]);
  return badRow(table, row, ({ where }) =>
    m.datasets_row_split({ where, value: quoted(cell ?? ''), column }),
  );
}

function noTextColumn(table: Table, rows: readonly TableRow[], columns: ChosenColumns): AppError {
  const twice = columns.facts.findIndex((_, index) => isRepeatedName(table, index, isTextName));
  if (twice !== -1) return repeated(table, twice, 'textColumn');
  const numbers = columns.facts.findIndex(({ name, kind }) => kind === 'number' && isTextName(name));
  const row = rows.find(({ cells }) => labelKey(cells[numbers]) !== null);
  if (row !== undefined) {
    return badRow(table, row, ({ where }) =>
      m.datasets_row_text_number({ where, column: quoted(table.columns[numbers]) }),
    );
  }
  return new AppError(
    'badInput',
    m.datasets_no_text_column({ source: table.sourceName, columns: listed(table.columns) }),
    { field: 'textColumn' },
  );
}

function noLabelColumn(table: Table, rows: readonly TableRow[], columns: ChosenColumns): AppError {
  const { split } = columns;
  const twice = columns.facts.findIndex((_, index) => isRepeatedName(table, index, isLabelName));
  if (twice !== -1) return repeated(table, twice, 'labelColumn');
  // The label column may have been taken for the splits.
  const stray = rows.find(({ cells }) => splitOfValue(labelKey(cells[split ?? -1]) ?? '') === null);
  if (split !== null && stray !== undefined) return noSplit(table, stray, stray.cells[split], split);
  return new AppError(
    'badInput',
    m.datasets_no_label_column({ source: table.sourceName, columns: listed(table.columns) }),
    { field: 'labelColumn' },
  );
}

type SplitPlan = Readonly<{
  isTrain: (index: number) => boolean;
  /** After what is dropped is known: the split of each review. */
  draw: (dropped: Copies) => (index: number) => SplitName;
}>;

function planSplits(
  table: Table,
  { labels, splits, splitCodes }: ReadRows,
  mapping: LabelMapping,
  request: ImportRequest,
  stage: Stage,
  note: (finding: Finding) => void,
): SplitPlan {
  const names = (splits?.keys ?? []).map((key) => splitOfValue(key) ?? 'train');
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
  if (splits !== null && has('test'))
    return { isTrain: (index) => own(index) === 'train', draw: () => own };
  if (splits !== null && has('validation')) {
    note({ kind: 'split', count: 0, text: m.datasets_split_of_validation() });
    const split = (index: number): SplitName => (own(index) === 'validation' ? 'test' : 'train');
    return { isTrain: (index) => split(index) === 'train', draw: () => split };
  }
  note({
    kind: 'split',
    count: 0,
    text: splits === null ? sayDrawn(request) : m.datasets_split_of_train(),
  });
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

/** What was left out on request, as facts of the dataset. */
export function sayDropped(
  counts: Readonly<{ empty: number; duplicates: number; nearCopies: number }>,
  note: (finding: Finding) => void,
): void {
  const sentences = [
    [counts.empty, m.datasets_dropped_empty],
    [counts.duplicates, m.datasets_dropped_duplicates],
    [counts.nearCopies, m.datasets_dropped_near_copies],
  ] as const;
  for (const [count, sentence] of sentences) {
    if (count === 0) continue;
    note({ kind: 'dropped', count, text: sentence({ count, shown: grouped(count) }) });
  }
}
