import { eachEpochFigure, epochFigures, type EpochFigure } from '#contract/metric.ts';
import type { OutsideEpoch } from '#contract/outside-curve.ts';
import { hasControls } from '#contract/name.ts';
import * as m from '#messages';

import { epochMetrics } from '../metrics/table.ts';

export type CurveTable = Readonly<{
  header: readonly string[];
  /** As text, a cell a column. */
  rows: readonly (readonly string[])[];
  /** Line of each row, from 1. */
  lines: readonly number[];
}>;

export type ReadCurves = Readonly<{
  /** The name is null where the table has no column for it. */
  curves: readonly Readonly<{ name: string | null; epochs: readonly OutsideEpoch[] }>[];
  isFromZero: boolean;
  unusedColumns: readonly string[];
}>;

/**
 * Curves out of a table with a row an epoch: that of Keras's CSVLogger, of `v_epochs`, or any with a column `epoch` and figures by
 * their usual names. A column `run` or `name` tells several curves apart. Throws an Error with one sentence for what cannot be read.
 */
export function readCurves({ header, rows, lines }: CurveTable): ReadCurves {
  const columns = header.map((title) => meanings.get(plain(title)));
  const at = (meaning: Meaning): number => columns.indexOf(meaning);
  const doubled = columns.find((meaning, index) => meaning !== undefined && at(meaning) !== index);
  if (doubled !== undefined) throw new Error(m.runs_curves_two_columns({ column: doubled }));
  if (header.length === 0) throw new Error(m.runs_curves_empty_file());
  const listed = shown(header.join(', '), 200);
  if (at('epoch') < 0) throw new Error(m.runs_curves_no_epoch({ columns: listed }));
  if (epochFigures.every((figure) => at(figure) < 0))
    throw new Error(m.runs_curves_no_figures({ columns: listed, known: epochFigures.join(', ') }));

  const curves = new Map<string | null, Map<number, OutsideEpoch>>();
  let isFromZero = false;
  for (const [index, cells] of rows.entries()) {
    const line = lines[index] ?? index + 2;
    const epoch = Number(cells[at('epoch')]?.trim() || Number.NaN);
    if (!Number.isInteger(epoch) || epoch < 0 || epoch > mostEpochs)
      throw new Error(m.runs_curves_bad_epoch({ line, value: shown(cells[at('epoch')] ?? '') }));
    isFromZero ||= epoch === 0;
    const name = at('name') < 0 ? null : (cells[at('name')] ?? '').trim();
    if (name !== null && (name === '' || name.length > 200 || hasControls(name)))
      throw new Error(m.runs_curves_bad_name({ line }));
    const curve = curves.get(name) ?? new Map<number, OutsideEpoch>();
    curves.set(name, curve);
    if (curve.has(epoch)) throw new Error(m.runs_curves_epoch_twice({ line, epoch }));
    const figures = eachEpochFigure((figure) =>
      at(figure) < 0 ? null : figureOf(cells[at(figure)] ?? '', figure, line),
    );
    curve.set(epoch, { epoch, ...figures });
  }
  if (curves.size === 0) throw new Error(m.runs_curves_empty());
  const shift = isFromZero ? 1 : 0;
  return {
    curves: [...curves].map(([name, byEpoch]) => ({
      name,
      epochs: [...byEpoch.values()]
        .map((row) => ({ ...row, epoch: row.epoch + shift }))
        .toSorted((a, b) => a.epoch - b.epoch),
    })),
    isFromZero,
    unusedColumns: header.filter((_, index) => columns[index] === undefined),
  };
}

type Meaning = 'epoch' | 'name' | EpochFigure;

const mostEpochs = 1_000_000;

/** Of a stranger's text as much as a sentence bears. */
const shown = (text: string, most = 40): string =>
  text.length > most ? `${text.slice(0, most - 3)}...` : text;

const plain = (title: string): string => title.toLowerCase().replaceAll(/[^a-z]/g, '');

const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['epoch', 'epoch'],
  ['run', 'name'],
  ['name', 'name'],
  ...epochFigures.flatMap((figure) =>
    [plain(figure), ...epochMetrics[figure].titles].map((title) => [title, figure] as const),
  ),
]);

/** Null for an empty cell and for what is not finite. */
function figureOf(cell: string, figure: EpochFigure, line: number): number | null {
  const text = cell.trim();
  if (/^([+-]?(nan|na|null|none|inf|infinity))?$/i.test(text)) return null;
  // A decimal comma: no figure has groups of thousands.
  const value = Number(text.replace(',', '.'));
  if (!Number.isFinite(value))
    throw new Error(m.runs_curves_bad_figure({ line, column: figure, value: shown(text) }));
  const isShare = epochMetrics[figure].format === 'share';
  if (isShare && !(value >= 0 && value <= 1))
    throw new Error(m.runs_curves_no_share({ line, column: figure, value: shown(text) }));
  if (!isShare && value < 0)
    throw new Error(m.runs_curves_negative({ line, column: figure, value: shown(text) }));
  return value;
}
