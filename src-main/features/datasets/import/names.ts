import type { Dataset } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ReadDb, WriteDb } from '../../../db/handles.ts';

import { findByName, setDeleted, setName } from '../store/store.ts';

/** Two datasets of one name cannot be told apart: a name that is taken goes on with a number, `films-2`. */
export function freeName(db: ReadDb, wanted: string): string {
  let name = wanted;
  for (let number = 2; findByName(db, name) !== undefined; number += 1) {
    const end = `-${number}`;
    name = `${wanted.slice(0, MOST_CHARACTERS - end.length)}${end}`;
  }
  return name;
}

/** From the trash; its name may have been given away meanwhile. */
export function bringBack(
  db: WriteDb,
  { datasetId, name }: Pick<Dataset, 'datasetId' | 'name'>,
): void {
  setName(db, datasetId, freeName(db, name));
  setDeleted(db, datasetId, null);
}

/** Throws where another dataset has the name. */
export function assertNameFree(db: ReadDb, datasetId: string, name: string): void {
  const other = findByName(db, name);
  if (other === undefined || other === datasetId) return;
  throw new AppError('invalid', m.datasets_name_used({ name, datasetId: other }), {
    field: 'name',
  });
}

const MOST_CHARACTERS = 200;
