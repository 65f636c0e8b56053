import { toFailure } from '#contract/failure.ts';

import type { WriteDb } from '../../db/handles.ts';

import { datasetFolder, removeFolder } from './place.ts';
import { deleteForever, deletedBefore } from './store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const trashDays = 30;

/** Removes what lies in the trash for 30 days and has no runs, not even in the trash: those could still be restored. */
export function purgeTrash(db: WriteDb, home: string, now: Date): void {
  try {
    purgeDatasets(db, home, new Date(now.getTime() - trashDays * dayMs).toISOString());
  } catch (error) {
    // A full or locked disk is no reason not to start: the next start tries again.
    if (toFailure(error).kind !== 'storage') throw error;
  }
}

/** Later than every time of a deletion. */
export const afterAll = '9999';

/** The ids of what lay in the trash since before a time and is now deleted for good. */
export function purgeDatasets(db: WriteDb, home: string, before: string): string[] {
  return deletedBefore(db, before).flatMap(({ datasetId, contentHash }) => {
    // Another process may have restored it meanwhile.
    if (!deleteForever(db, datasetId, before)) return [];
    removeFolder(datasetFolder(home, contentHash));
    return [datasetId];
  });
}
