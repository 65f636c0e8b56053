import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { WriteDb } from '../../db/handles.ts';
import { abandonedFolders } from '../datasets/store/place.ts';
import { runFolder } from '../runs/store/places.ts';
import { isTakenOver } from './merge.ts';
import { decodeRecord } from './record.ts';
import { findLocal } from './store.ts';

const replacedEnding = '.old';

/** The rows of a run, put aside by an import until they are committed. */
export const recordFile = (folder: string, runId: string): string =>
  path.join(folder, `${runId}.json`);

/** What was in the place of a run that goes on, until its new rows are committed. */
export const replacedRun = (folder: string, runId: string): string =>
  path.join(folder, `${runId}${replacedEnding}`);

/**
 * Of imports that were killed: the folder of a run whose new rows were not committed goes back to its place, so that it agrees with the
 * rows that are there. To be done before what such imports have left is removed.
 */
export function undoKilledImports(db: WriteDb, home: string, now: Date): void {
  for (const folder of abandonedFolders(home, now)) {
    for (const name of readdirSync(folder).filter((one) => one.endsWith(replacedEnding))) {
      const runId = name.slice(0, -replacedEnding.length);
      // Killed while it cleared up: the rows were committed.
      if (!existsSync(recordFile(folder, runId))) continue;
      db.transaction(() => {
        const local = findLocal(db, runId);
        const record = decodeRecord(readFileSync(recordFile(folder, runId)));
        if (local === null || isTakenOver(local.record, record)) return;
        rmSync(runFolder(home, runId), { recursive: true, force: true });
        renameSync(replacedRun(folder, runId), runFolder(home, runId));
      }).immediate();
    }
  }
}
