import type { WriteDb } from '../../../db/handles.ts';

import { datasetFolder, removeFolder } from './place.ts';
import { deleteForever, deletedBefore } from './store.ts';

/** Later than every time of a deletion. */
export const afterAll = '9999';

/**
 * The ids of what lay in the trash since before a time and is now deleted for good: what has no runs, not even in the trash, since
 * those could still be restored.
 */
export function purgeDatasets(db: WriteDb, home: string, before: string): string[] {
  return deletedBefore(db, before).flatMap(({ datasetId, contentHash }) =>
    // One that is restored or imported again at this moment waits, or was quicker.
    db
      .transaction(() => {
        if (!deleteForever(db, datasetId, before)) return [];
        removeFolder(datasetFolder(home, contentHash));
        return [datasetId];
      })
      .immediate(),
  );
}
