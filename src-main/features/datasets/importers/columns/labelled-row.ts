import type { ImportRequest } from '#contract/dataset.ts';
import type { AppError } from '#contract/failure.ts';
import { labelKey, numberOf } from '#core/table/labels.ts';
import { splitOfValue } from '#core/table/splits.ts';
import { hasWords } from '#core/text/tokenizer.ts';
import * as m from '#messages';

import type { ImportLimits } from '../importer.ts';
import type { KnownColumns } from './known-columns.ts';
import { badRow, quoted, sayTooLarge, type Table, type TableRow } from '../table.ts';

/** What a row becomes; `dropped` is why it is left out, as was asked for. */
export type LabelledRow =
  | Readonly<{
      dropped: null;
      content: string | Int32Array;
      label: Value;
      split: Value | null;
      rating: number | null;
    }>
  | Readonly<{ dropped: 'empty' | 'unlabelled' }>
  /** Not asked for: the import cannot go on, though other rows are still counted. */
  | Readonly<{ dropped: 'missing'; what: Missing }>
  | Readonly<{ dropped: 'label'; label: Value }>;

export type Missing = 'text' | 'label';

/** A cell with its key (core/table/labels.ts). */
export type Value = Readonly<{ key: string; cell: unknown }>;

export type RowReader = Readonly<{
  /** The columns that `read` wants the cells of, in this order. */
  wanted: readonly number[];
  /** Throws for a row that cannot be used, with its place. */
  read: (row: TableRow) => LabelledRow;
}>;

export function createRowReader(
  table: Table,
  columns: KnownColumns,
  request: Pick<ImportRequest, 'drop' | 'dropLabels' | 'splitColumn' | 'threshold'>,
  limits: ImportLimits,
): RowReader {
  const { drop = [], dropLabels = [] } = request;
  const wanted = [columns.text, columns.label, columns.split, columns.rating].filter(
    (index) => index !== null,
  );
  const splitAt = columns.split === null ? -1 : 2;
  const ratingAt = columns.rating === null ? -1 : wanted.length - 1;
  const isSplitAsked = request.splitColumn !== undefined;
  const isRating = request.threshold !== undefined;
  const keysToDrop = new Set(dropLabels.map(labelKey));
  const nameAt = (index: number | null) => quoted(table.columns[index ?? -1]);

  return {
    wanted,
    read(row) {
      const [textCell, labelCell] = row.cells;
      const key = labelKey(labelCell);
      if (key !== null && keysToDrop.has(key)) {
        return { dropped: 'label', label: { key, cell: labelCell } };
      }
      const content = contentOf(table, row, textCell);
      if (content !== null && sizeOf(content) > limits.reviewBytes) {
        throw badRow(table, row, sayTooLarge(limits.reviewBytes));
      }
      if (content === null || (drop.includes('empty') && isEmpty(content))) {
        return drop.includes('empty') ? { dropped: 'empty' } : { dropped: 'missing', what: 'text' };
      }
      if (key === null) {
        return drop.includes('unlabelled')
          ? { dropped: 'unlabelled' }
          : { dropped: 'missing', what: 'label' };
      }
      if (typeof labelCell === 'object') {
        const say =
          Array.isArray(labelCell) || ArrayBuffer.isView(labelCell)
            ? m.datasets_row_label_list
            : m.datasets_row_label_object;
        throw badRow(table, row, ({ where }) => say({ where, column: nameAt(columns.label) }), {
          field: 'labelColumn',
          flag: '--label-column C',
        });
      }
      const rating = isRating ? numberOf(key) : numberOf(labelKey(row.cells[ratingAt]) ?? '');
      const label = { key, cell: labelCell };
      if (splitAt === -1) return { dropped: null, content, label, split: null, rating };
      const cell = row.cells[splitAt];
      const split = labelKey(cell);
      // What other values of a column that was asked for stand for is known once all are.
      if (split === null || (!isSplitAsked && splitOfValue(split) === null)) {
        throw noSplit(table, row, cell, columns.split);
      }
      return { dropped: null, content, label, split: { key: split, cell }, rating };
    },
  };
}

export function noSplit(
  table: Table,
  row: Omit<TableRow, 'cells'>,
  cell: unknown,
  split: number | null,
): AppError {
  const column = quoted(table.columns[split ?? -1]);
  return badRow(table, row, ({ where }) =>
    m.datasets_row_split({ where, value: quoted(cell ?? ''), column }),
  );
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
  throw badRow(table, row, m.datasets_row_no_string, {
    field: 'textColumn',
    flag: '--text-column C',
  });
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
