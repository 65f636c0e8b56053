import { AppError } from '#contract/failure.ts';
import { epochFigures } from '#contract/metric.ts';
import type { OutsideCurve, OutsideEpoch } from '#contract/outside-curve.ts';
import * as m from '#messages';

import { inserted, selected } from '../../db/columns.ts';
import type { ReadDb, WriteDb } from '../../db/handles.ts';

const epochFields = ['epoch', ...epochFigures];

/** By name. */
export function listCurves(db: ReadDb): OutsideCurve[] {
  const rows = db
    .prepare(
      `SELECT curve_id AS curveId, name, file_name AS fileName, imported_at AS importedAt
       FROM outside_curves ORDER BY name, curve_id`,
    )
    .all() as Omit<OutsideCurve, 'epochs'>[];
  const epochs = db.prepare(
    `SELECT ${selected(epochFields)} FROM outside_epochs WHERE curve_id = ? ORDER BY epoch`,
  );
  return rows.map((row) => ({ ...row, epochs: epochs.all(row.curveId) as OutsideEpoch[] }));
}

/** The same figures again keep their row, under the new name. */
export function putCurve(db: WriteDb, { epochs, ...curve }: OutsideCurve): void {
  db.prepare(
    `INSERT INTO outside_curves VALUES (@curveId, @name, @fileName, @importedAt)
     ON CONFLICT (curve_id) DO UPDATE SET name = excluded.name, file_name = excluded.file_name`,
  ).run(curve);
  const insert = db.prepare(
    `INSERT INTO outside_epochs ${inserted(['curveId', ...epochFields])} ON CONFLICT DO NOTHING`,
  );
  for (const epoch of epochs) insert.run({ curveId: curve.curveId, ...epoch });
}

export function deleteCurve(db: WriteDb, curveId: string): void {
  const { changes } = db.prepare('DELETE FROM outside_curves WHERE curve_id = ?').run(curveId);
  if (changes === 0) throw new AppError('notFound', m.runs_curves_unknown({ curveId }));
}
