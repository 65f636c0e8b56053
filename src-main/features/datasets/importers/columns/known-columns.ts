import { AppError } from '#contract/failure.ts';
import { isLabelName, isTextName } from '#core/table/columns.ts';
import { labelKey } from '#core/table/labels.ts';
import { splitOfValue, splitsOfValues } from '#core/table/splits.ts';
import * as m from '#messages';

import {
  chooseColumns,
  isRepeatedName,
  listed,
  repeated,
  type ChosenColumns,
  type ColumnRequest,
} from './choose-columns.ts';
import { noSplit } from './labelled-row.ts';
import { badRow, flagOf, grouped, quoted, type Table, type TableRow } from '../table.ts';

export type KnownColumns = ChosenColumns & Readonly<{ text: number; label: number }>;

/** The columns of a table; throws where one that is needed is not clear. */
export function knownColumns(
  table: Table,
  rows: readonly TableRow[],
  request: ColumnRequest,
): KnownColumns {
  const columns = chooseColumns(table, rows, request);
  const { text, label } = columns;
  const doubt = request.splitColumn === undefined ? saySplitDoubt(table, columns) : null;
  if (doubt !== null)
    throw new AppError('badInput', doubt.text, { field: 'splitColumn', flag: doubt.flag });
  if (text === null) throw noTextColumn(table, rows, columns);
  if (label === null) throw noLabelColumn(table, rows, columns);
  return { ...columns, text, label };
}

/** A sentence about a column that was taken for the splits and has values that name none; null where there is none. */
function saySplitDoubt(
  table: Table,
  { facts, split }: ChosenColumns,
): Readonly<{ text: string; flag: string }> | null {
  const values = [...(facts[split ?? -1]?.values.keys() ?? [])];
  const strange = values.filter((value) => splitOfValue(value) === null);
  if (split === null || strange.length === 0) return null;
  const name = table.columns[split] ?? '';
  const [only] = strange;
  const isTest = splitsOfValues(values).get(only ?? '') === 'test';
  const say = isTest ? m.datasets_split_doubt_test : m.datasets_split_doubt;
  const none = '--split-column none';
  return {
    text: say({
      source: table.sourceName,
      column: quoted(name),
      values: listed(values.map(quoted)),
      strange: listed(strange.map(quoted)),
    }),
    flag: isTest ? m.datasets_flag_or({ flag: flagOf('--split-column', name), other: none }) : none,
  };
}

/** A sentence about a file of delimited values that comes out as one column; null for any other. */
export const sayOneColumn = ({ columns, delimiter, sourceName }: Table): string | null =>
  columns.length === 1 && delimiter !== null ? m.datasets_one_column({ source: sourceName }) : null;

/** A sentence about the column that is named as labels are and has none; null where there is no such column. */
export function sayEmptyLabels(
  table: Table,
  rows: readonly TableRow[],
  { facts, text, split }: ChosenColumns,
): string | null {
  const index = facts.findIndex(
    ({ name, kind }, at) => kind === 'empty' && isLabelName(name) && at !== text && at !== split,
  );
  return index === -1
    ? null
    : m.datasets_label_column_empty({
        source: table.sourceName,
        column: quoted(table.columns[index]),
        count: grouped(rows.length),
      });
}

function noTextColumn(table: Table, rows: readonly TableRow[], columns: ChosenColumns): AppError {
  const twice = columns.facts.findIndex((_, index) => isRepeatedName(table, index, isTextName));
  if (twice !== -1) return repeated(table, twice, 'textColumn');
  const numbers = columns.facts.findIndex(
    ({ name, kind }) => kind === 'number' && isTextName(name),
  );
  const row = rows.find(({ cells }) => labelKey(cells[numbers]) !== null);
  if (row !== undefined) {
    return badRow(
      table,
      row,
      ({ where }) => m.datasets_row_text_number({ where, column: quoted(table.columns[numbers]) }),
      { field: 'textColumn', flag: '--text-column C' },
    );
  }
  return new AppError(
    'badInput',
    m.datasets_no_text_column({ source: table.sourceName, columns: listed(table.columns) }),
    { field: 'textColumn', flag: '--text-column C' },
  );
}

function noLabelColumn(table: Table, rows: readonly TableRow[], columns: ChosenColumns): AppError {
  const { split } = columns;
  const twice = columns.facts.findIndex((_, index) => isRepeatedName(table, index, isLabelName));
  if (twice !== -1) return repeated(table, twice, 'labelColumn');
  // The label column may have been taken for the splits.
  const stray = rows.find(({ cells }) => splitOfValue(labelKey(cells[split ?? -1]) ?? '') === null);
  if (split !== null && stray !== undefined)
    return noSplit(table, stray, stray.cells[split], split);
  const oneColumn = sayOneColumn(table);
  const text =
    oneColumn ??
    sayEmptyLabels(table, rows, columns) ??
    m.datasets_no_label_column({ source: table.sourceName, columns: listed(table.columns) });
  return new AppError('badInput', text, {
    field: 'labelColumn',
    flag: oneColumn === null ? '--label-column C' : '--delimiter D',
  });
}
