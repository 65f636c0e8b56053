import type { Diff } from '#contract/embedding-diff.ts';
import type { Transplant, TransplantRequest } from '#contract/transplant.ts';

import type { ReadDb, WriteDb } from '../../../db/handles.ts';

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
  return row === undefined ? null : read(row);
}

/** Of one comparison. */
export const listTransplants = (db: ReadDb, diffId: string): Transplant[] =>
  (
    db
      .prepare('SELECT transplant FROM transplants WHERE diff_id = ? ORDER BY donor, receiver')
      .pluck()
      .all(diffId) as string[]
  ).map(read);

/**
 * Between the tables of a comparison, in its numbering: its own, else the newest of another comparison of the same two tables, whose
 * alignment may rest on a few other words.
 */
export function transplantsBetween(db: ReadDb, { diffId, request, tables }: Diff): Transplant[] {
  const rows = db
    .prepare(
      `SELECT diff, transplant FROM transplants JOIN embedding_diffs USING (diff_id)
       ORDER BY diff_id <> ?, created_at DESC, donor, receiver`,
    )
    .all(diffId) as Readonly<{ diff: string; transplant: string }>[];
  const found = new Map<string, Transplant>();
  for (const row of rows) {
    const other = JSON.parse(row.diff) as Diff;
    const transplant = read(row.transplant);
    const placeOf = (index: number): number =>
      tables.findIndex((table) => idOf(table) === idOf(other.tables[index]));
    const [donor, receiver] = [placeOf(transplant.donor), placeOf(transplant.receiver)];
    const key = `${donor} ${receiver}`;
    const isSame = other.request.centring === request.centring && donor >= 0 && receiver >= 0;
    if (isSame && !found.has(key)) found.set(key, { ...transplant, diffId, donor, receiver });
  }
  return [...found.values()];
}

const idOf = (table: Diff['tables'][number] | undefined): string | null | undefined =>
  table?.snapshotId ?? table?.tableId;

/** Earlier versions ran no controls. */
const read = (row: string): Transplant => ({
  controls: null,
  ...(JSON.parse(row) as Omit<Transplant, 'controls'>),
});
