import { csvLine } from '#core/charts/csv.ts';
import type { CurveLine, CurvesContext } from './model.ts';

type TableRow = Readonly<{ x: number; values: readonly (number | null)[] }>;

/** One row for every x that any line has; null where a line has no point there. */
export function tableOfCurves(lines: readonly CurveLine[]): readonly TableRow[] {
  const rows = new Map<number, (number | null)[]>();
  lines.forEach((line, column) => {
    line.x.forEach((x, i) => {
      let row = rows.get(x);
      if (row === undefined) {
        row = new Array<number | null>(lines.length).fill(null);
        rows.set(x, row);
      }
      row[column] = line.y[i] ?? null;
    });
  });
  return [...rows].map(([x, values]) => ({ x, values })).sort((a, b) => a.x - b.x);
}

/** All points with full digits. */
export function csvOfCurves(context: Pick<CurvesContext, 'lines' | 'unit'>): string {
  const head = csvLine([
    context.unit,
    ...context.lines.map((line) => (line.role === 'train' ? `${line.label} train` : line.label)),
  ]);
  const rows = tableOfCurves(context.lines).map((row) => csvLine([row.x, ...row.values]));
  return [head, ...rows].join('');
}
