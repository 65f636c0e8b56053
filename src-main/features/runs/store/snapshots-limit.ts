import { chooseThinned, keepsBetween, type StoredEpoch } from '#core/embeddings/thinning.ts';

import type { ReadDb } from '../../../db/handles.ts';
import type { Databases } from '../../../db/open.ts';
import { deleteSnapshots, isBlobReferred, storedSnapshots } from '../results/results-store.ts';

/** Drops embedding tables that a run's `snapshots` leave out, and those beyond the disk limit. Epoch 0, best and last of every run stay. */
export function thinSnapshots(databases: Databases, limitBytes: number, now: Date): void {
  const dropped = unwantedIn(databases.main, limitBytes);
  if (dropped.length === 0) return;
  freeBlobs(databases, deleteSnapshots(databases.main, dropped), now);
}

/** What `thinSnapshots` would drop, in runs' epochs and bytes. */
export function beyondLimit(
  db: ReadDb,
  limitBytes: number,
): Readonly<{ epochs: number; bytes: number }> {
  const dropped = unwantedIn(db, limitBytes);
  return { epochs: dropped.length, bytes: dropped.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function unwantedIn(db: ReadDb, limitBytes: number): readonly StoredEpoch[] {
  const stored = storedSnapshots(db);
  const isWanted = ({ isKept, snapshots, epoch }: (typeof stored)[number]) =>
    isKept || keepsBetween(snapshots, epoch);
  const unwanted = stored.filter((item) => !isWanted(item));
  return [...unwanted, ...chooseThinned(stored.filter(isWanted), limitBytes)];
}

/**
 * Drops a run's embedding tables on request, but for epoch 0, best and last, and of `every` so many epochs one. With `isTrial` it only
 * tells what would go.
 */
export function thinRun(
  databases: Databases,
  request: Readonly<{ runId: string; every: number | null; isTrial: boolean }>,
  now: Date,
): Readonly<{ epochs: number[]; bytes: number }> {
  const { runId, every, isTrial } = request;
  const dropped = storedSnapshots(databases.main).filter(
    ({ run, epoch, isKept }) => run === runId && !isKept && !keepsBetween(every ?? 'ends', epoch),
  );
  if (!isTrial && dropped.length > 0) {
    freeBlobs(databases, deleteSnapshots(databases.main, dropped), now);
  }
  return {
    epochs: dropped.map(({ epoch }) => epoch),
    bytes: dropped.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/**
 * Deletes blobs that no row refers to. The newest minute is left alone (another process may be about to write their rows);
 * the daily sweep finds what this leaves.
 */
export function freeBlobs({ main, blobs }: Databases, hashes: readonly string[], now: Date): void {
  const before = new Date(now.getTime() - 60_000).toISOString();
  const remove = blobs.prepare('DELETE FROM blobs WHERE hash = ? AND created_at < ?');
  blobs
    .transaction(() => {
      for (const hash of new Set(hashes)) {
        if (!isBlobReferred(main, hash)) remove.run(hash, before);
      }
    })
    .immediate();
}
