import { AppError } from '#contract/failure.ts';
import type { Diff, TableMeasure } from '#contract/embedding-diff.ts';
import * as m from '#messages';

import type { ReadDb, WriteDb } from '../../../db/handles.ts';

export type StoredDiff = Readonly<{ diff: Diff; wordsHash: string; numbersHash: string }>;

/** The blobs that it names are stored already. `cachedAt` is null for one that is kept. */
export function putDiff(
  db: WriteDb,
  { diff, wordsHash, numbersHash }: StoredDiff,
  cachedAt: string | null,
): void {
  db.prepare(
    `INSERT OR REPLACE INTO embedding_diffs (diff_id, created_at, diff, words_hash, numbers_hash, cached_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(diff.diffId, diff.createdAt, JSON.stringify(diff), wordsHash, numbersHash, cachedAt);
}

/** A cached one is kept from now on (null), or was asked for once more; what is kept stays kept. */
export function touchDiff(db: WriteDb, diffId: string, cachedAt: string | null): void {
  db.prepare(
    'UPDATE embedding_diffs SET cached_at = ? WHERE diff_id = ? AND cached_at IS NOT NULL',
  ).run(cachedAt, diffId);
}

/** Drops cached ones but for the `count` asked for last; returns the blobs they named. */
export function trimCachedDiffs(db: WriteDb, count: number): string[] {
  const rows = db
    .prepare(
      `DELETE FROM embedding_diffs WHERE diff_id IN (
         SELECT diff_id FROM embedding_diffs WHERE cached_at IS NOT NULL
         ORDER BY cached_at DESC, diff_id LIMIT -1 OFFSET ?)
       RETURNING words_hash AS wordsHash, numbers_hash AS numbersHash`,
    )
    .all(count) as Omit<StoredDiff, 'diff'>[];
  return rows.flatMap(({ wordsHash, numbersHash }) => [wordsHash, numbersHash]);
}

/** Null where there is no such comparison. */
export function keptState(db: ReadDb, diffId: string): 'kept' | 'cached' | null {
  const row = db
    .prepare('SELECT cached_at AS cachedAt FROM embedding_diffs WHERE diff_id = ?')
    .get(diffId) as { cachedAt: string | null } | undefined;
  if (row === undefined) return null;
  return row.cachedAt === null ? 'kept' : 'cached';
}

export function findDiff(db: ReadDb, diffId: string): StoredDiff {
  const row = db
    .prepare(
      `SELECT diff, words_hash AS wordsHash, numbers_hash AS numbersHash FROM embedding_diffs WHERE diff_id = ?`,
    )
    .get(diffId) as { diff: string; wordsHash: string; numbersHash: string } | undefined;
  if (row === undefined) throw new AppError('notFound', m.embeddings_diff_unknown({ diffId }));
  return { ...row, diff: readDiff(row.diff) };
}

/** Those that are kept, newest first. */
export function listDiffs(db: ReadDb): Diff[] {
  const rows = db
    .prepare(
      'SELECT diff FROM embedding_diffs WHERE cached_at IS NULL ORDER BY created_at DESC, diff_id',
    )
    .pluck()
    .all() as string[];
  return rows.map(readDiff);
}

export function deleteDiff(db: WriteDb, diffId: string): void {
  db.prepare('DELETE FROM embedding_diffs WHERE diff_id = ?').run(diffId);
}

/** Earlier versions stored the squared Procrustes distance alone, and no mean of second-order similarity. */
function readDiff(json: string): Diff {
  const diff = JSON.parse(json) as Diff;
  const whole = (figures: Figures): Figures => {
    const { procrustesDistance: squared } = figures;
    return {
      ...figures,
      procrustesDistanceRoot:
        figures.procrustesDistanceRoot ?? (squared === null ? null : Math.sqrt(squared)),
      meanSecondOrder: figures.meanSecondOrder ?? null,
    };
  };
  return {
    ...diff,
    pairs: diff.pairs.map(({ figures, chance, floor, ...pair }) => ({
      ...pair,
      figures: whole(figures),
      chance: whole(chance),
      floor: floor && {
        ...floor,
        within: whole(floor.within),
        ...(floor.sides === undefined
          ? {}
          : {
              sides: [
                floor.sides[0] && whole(floor.sides[0]),
                floor.sides[1] && whole(floor.sides[1]),
              ],
            }),
        across: whole(floor.across),
      },
    })),
  };
}

type Figures = Record<TableMeasure, number | null>;
