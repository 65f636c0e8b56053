import { AppError } from '#contract/failure.ts';
import { epochFigures } from '#contract/metric.ts';
import type { OutsideCurve, OutsideEpoch } from '#contract/outside-curve.ts';
import * as m from '#messages';

import { insertRow, selected } from '../../db/columns.ts';
import type { ReadDb, WriteDb } from '../../db/handles.ts';

const curveFields = ['curveId', 'name', 'fileName', 'importedAt'];
const epochFields = ['epoch', ...epochFigures];

/** By name. */
export function listCurves(db: ReadDb): OutsideCurve[] {
  const rows = db
    .prepare(`SELECT ${selected(curveFields)} FROM outside_curves ORDER BY name, curve_id`)
    .all() as Omit<OutsideCurve, 'epochs'>[];
  const epochs = db.prepare(
    `SELECT ${selected(epochFields)} FROM outside_epochs WHERE curve_id = ? ORDER BY epoch`,
  );
  return rows.map((row) => ({ ...row, epochs: epochs.all(row.curveId) as OutsideEpoch[] }));
}

/** The same figures again keep their row, under the new name. */
export function putCurve(db: WriteDb, { epochs, ...curve }: OutsideCurve): void {
  const renamed = 'DO UPDATE SET name = excluded.name, file_name = excluded.file_name';
  insertRow(db, 'INSERT INTO outside_curves', curve, `ON CONFLICT (curve_id) ${renamed}`);
  const { curveId } = curve;
  for (const epoch of epochs)
    insertRow(db, 'INSERT OR IGNORE INTO outside_epochs', { curveId, ...epoch });
}

export function deleteCurve(db: WriteDb, curveId: string): void {
  const { changes } = db.prepare('DELETE FROM outside_curves WHERE curve_id = ?').run(curveId);
  if (changes === 0) throw new AppError('notFound', m.runs_curves_unknown({ curveId }));
}
