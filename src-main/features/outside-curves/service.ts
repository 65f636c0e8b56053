import { createHash } from 'node:crypto';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import { withControls } from '#contract/name.ts';
import * as m from '#messages';

import type { WriteDb } from '../../db/handles.ts';
import { resolveName } from '../resolve.ts';
import type { OutsideCurvesService } from '../services.ts';
import { readCurvesFile } from './csv.ts';
import { deleteCurve, listCurves, putCurve } from './store.ts';

export function createOutsideCurves(
  options: Readonly<{ db: WriteDb; emit: Emit; now: () => Date }>,
): OutsideCurvesService {
  const { db, emit, now } = options;
  return {
    list: () => listCurves(db),
    resolve: (text) =>
      resolveName(
        'curve',
        text,
        listCurves(db).map(({ curveId, name }) => ({ id: curveId, name })),
      ),
    import({ path: file, name }) {
      const { curves, isFromZero, unusedColumns } = readCurvesFile(file);
      if (name !== undefined && curves.length > 1)
        throw new AppError('invalid', m.runs_curves_name_of_several({ count: curves.length }), {
          field: 'name',
        });
      const fileName = withControls(path.basename(file), () => ' ');
      const importedAt = now().toISOString();
      const stored = curves.map(({ name: own, epochs }) => ({
        curveId: idOf(epochs),
        name: name ?? own ?? path.parse(fileName).name,
        fileName,
        importedAt,
        epochs: [...epochs],
      }));
      db.transaction(() => {
        for (const curve of stored) putCurve(db, curve);
      }).immediate();
      emit('outsideCurves.changed', {});
      const ids = new Set(stored.map(({ curveId }) => curveId));
      return {
        curves: listCurves(db).filter(({ curveId }) => ids.has(curveId)),
        isFromZero,
        unusedColumns: [...unusedColumns],
      };
    },
    remove({ curveId }) {
      deleteCurve(db, curveId);
      emit('outsideCurves.changed', {});
    },
    restore(curve) {
      db.transaction(() => {
        putCurve(db, { ...curve, curveId: idOf(curve.epochs) });
      }).immediate();
      emit('outsideCurves.changed', {});
    },
  };
}

const idOf = (epochs: unknown): string =>
  createHash('sha256').update(JSON.stringify(epochs)).digest('hex').slice(0, 12);
