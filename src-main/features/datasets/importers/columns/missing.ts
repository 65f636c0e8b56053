import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { KnownColumns } from './known-columns.ts';
import type { Missing } from './labelled-row.ts';
import { badRow, grouped, placeOf, quoted, type Table, type TableRow } from '../table.ts';

/** Rows without a text or a label: one refusal names how many there are and the first of them. */
export type MissingCells = Readonly<{
  see: (what: Missing, row: TableRow) => void;
  isEmpty: () => boolean;
  /**
   * Of what was missing first; null where nothing was.
   *
   * @param rowsSeen where only the first rows were looked at
   */
  refusal: (rowsSeen?: number) => AppError | null;
}>;

export function createMissingCells(table: Table, columns: KnownColumns): MissingCells {
  const found = new Map<Missing, { count: number; first: TableRow[] }>();
  return {
    see(what, row) {
      const part = found.get(what) ?? { count: 0, first: [] };
      found.set(what, part);
      part.count += 1;
      if (part.first.length < ROWS_NAMED) part.first.push(row);
    },
    isEmpty: () => found.size === 0,
    refusal(rowsSeen) {
      const [entry] = found;
      if (entry === undefined) return null;
      const [what, { count, first }] = entry;
      const column = quoted(table.columns[columns[what]]);
      const flag = what === 'text' ? '--drop empty' : '--drop unlabelled';
      const [only] = first;
      if (count === 1 && only !== undefined) {
        const say = what === 'text' ? m.datasets_row_no_text : m.datasets_row_no_label;
        return badRow(table, only, ({ where }) => say({ where, column }), { flag });
      }
      const facts = { source: table.sourceName, count: grouped(count) };
      const rows =
        rowsSeen === undefined
          ? m.datasets_rows_of(facts)
          : m.datasets_rows_of_first({ ...facts, seen: grouped(rowsSeen) });
      const named = first.map(placeOf).join(', ');
      const more = grouped(count - first.length);
      const places = count > first.length ? m.datasets_listed({ shown: named, more }) : named;
      const say = what === 'text' ? m.datasets_rows_no_text : m.datasets_rows_no_label;
      return new AppError('badInput', say({ rows, places, column }), { flag });
    },
  };
}

const ROWS_NAMED = 5;
