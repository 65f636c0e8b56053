import { AppError } from '#contract/failure.ts';
import type { Branch, Snapshot } from '#contract/snapshot.ts';
import { branchWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { ReadDb } from '../../db/handles.ts';

export type StoredSnapshot = Snapshot & Readonly<{ blobHash: string }>;

const select = `SELECT s.snapshot_id AS snapshotId, r.run_id AS runId, s.branch, s.epoch, s.rows, s.dims, s.blob_hash AS blobHash
  FROM snapshots s JOIN runs r USING (run_key)`;

/** By epoch, then branch. */
export function listSnapshots(db: ReadDb, runId: string): StoredSnapshot[] {
  return db
    .prepare(`${select} WHERE r.run_id = ? ORDER BY s.epoch, s.branch`)
    .all(runId) as StoredSnapshot[];
}

export function findSnapshot(db: ReadDb, snapshotId: string): StoredSnapshot {
  const row = db.prepare(`${select} WHERE s.snapshot_id = ?`).get(snapshotId) as
    StoredSnapshot | undefined;
  if (row === undefined) {
    throw new AppError('notFound', m.embeddings_unknown({ snapshotId }));
  }
  return row;
}

export function snapshotNames(db: ReadDb): { id: string; name: string }[] {
  const rows = db
    .prepare(
      `SELECT s.snapshot_id AS id, r.name, s.epoch, s.branch FROM snapshots s JOIN runs r USING (run_key)
       WHERE r.deleted_at IS NULL ORDER BY s.run_key, s.epoch, s.branch`,
    )
    .all() as { id: string; name: string; epoch: number; branch: Branch }[];
  return rows.map(({ id, name, epoch, branch }) => ({
    id,
    name: m.embeddings_name({ name, epoch, branch: branchWord(branch) }),
  }));
}

export const withoutHash = ({ blobHash: _, ...snapshot }: StoredSnapshot): Snapshot => snapshot;
