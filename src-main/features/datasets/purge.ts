import { toFailure } from '#contract/failure.ts';

import type { WriteDb } from '../../db/handles.ts';

import { datasetFolder, removeFolder } from './place.ts';
import { deleteForever, deletedBefore } from './store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const trashDays = 30;

/** Removes what lies in the trash for 30 days and has no runs, not even in the trash: those could still be restored. */
export function purgeTrash(db: WriteDb, home: string, now: Date): void {
  const before = new Date(now.getTime() - trashDays * dayMs).toISOString();
  try {
    for (const { datasetId, contentHash } of deletedBefore(db, before)) {
      // Another process may have restored it meanwhile.
      if (deleteForever(db, datasetId, before)) removeFolder(datasetFolder(home, contentHash));
    }
  } catch (error) {
    // A full or locked disk is no reason not to start: the next start tries again.
    if (toFailure(error).kind !== 'storage') throw error;
  }
}
