import { AppError } from '#contract/failure.ts';
import { MOST_VALUES } from '#core/table/columns.ts';
import * as m from '#messages';

import type { Value } from './labelled-row.ts';
import { grouped, quoted, type Table, type TableRow } from '../table.ts';

/** Values of a column, a number each, with the first rows they stand in. */
export type Values = Readonly<{
  keys: string[];
  shown: string[];
  counts: Map<string, number>;
  places: Omit<TableRow, 'cells'>[][];
  codeOf: (value: Value, row: TableRow) => number;
  entries: () => ValueCount[];
}>;

/** A value as it is first written, with its rows. */
export type ValueCount = Readonly<{ key: string; value: string; count: number }>;

export function createValues(table: Table, column: string): Values {
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
    codeOf({ key, cell }, { row, line, place }) {
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
            { field: 'labelColumn', flag: '--label-column C' },
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
    entries: () =>
      keys.map((key, code) => ({ key, value: shown[code] ?? key, count: counts.get(key) ?? 0 })),
  };
}
