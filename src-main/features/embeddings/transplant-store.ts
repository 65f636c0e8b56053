import type { Transplant, TransplantRequest } from '#contract/transplant.ts';

import type { ReadDb, WriteDb } from '../../db/handles.ts';

export function putTransplant(db: WriteDb, transplant: Transplant): void {
  const { diffId, donor, receiver } = transplant;
  db.prepare(
    'INSERT OR REPLACE INTO transplants (diff_id, donor, receiver, transplant) VALUES (?, ?, ?, ?)',
  ).run(diffId, donor, receiver, JSON.stringify(transplant));
}

export function findTransplant(
  db: ReadDb,
  { diffId, donor, receiver }: TransplantRequest,
): Transplant | null {
  const row = db
    .prepare('SELECT transplant FROM transplants WHERE diff_id = ? AND donor = ? AND receiver = ?')
    .pluck()
    .get(diffId, donor, receiver) as string | undefined;
  return row === undefined ? null : (JSON.parse(row) as Transplant);
}

/** Of one comparison. */
export const listTransplants = (db: ReadDb, diffId: string): Transplant[] =>
  (
    db
      .prepare('SELECT transplant FROM transplants WHERE diff_id = ? ORDER BY donor, receiver')
      .pluck()
      .all(diffId) as string[]
  ).map((row) => JSON.parse(row) as Transplant);
