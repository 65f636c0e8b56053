import { rmSync } from 'node:fs';

import type { WriteDb } from '../../../db/handles.ts';
import { logFile, runFolder } from './places.ts';
import { isProcessAlive } from '../train/process-identity.ts';
import { settleQuietly } from '../train/settle.ts';
import { claimedRuns, deletedBefore, interruptRun, lastEpochOf, purgeRun } from './store.ts';

/** Runs whose supervisor is gone become interrupted, their checkpoint settled. Returns their ids. */
export function interruptOrphans(db: WriteDb, home: string, now: Date): string[] {
  return claimedRuns(db)
    .filter(({ owner }) => owner === null || !isProcessAlive(owner))
    .filter(({ runId, runKey, owner }) =>
      db
        .transaction(() => {
          const lastEpoch = lastEpochOf(db, runKey);
          const gone = { kind: 'gone', lastEpoch } as const;
          if (!interruptRun(db, runId, owner, gone, now.toISOString())) return false;
          // Before anybody can see it interrupted, and resume it.
          settleQuietly(runFolder(home, runId), lastEpoch);
          return true;
        })
        .immediate(),
    )
    .map(({ runId }) => runId);
}

/**
 * Deletes for good what lies in the trash since before that time, with its files. What refers to its blobs is gone then. Nobody can
 * restore a run in between: its files are removed while the database is held, and only where it still lies in the trash.
 */
export function purgeRuns(db: WriteDb, home: string, before: string): void {
  for (const { runId, runKey } of deletedBefore(db, before)) {
    db.transaction(() => {
      if (!purgeRun(db, runKey, before)) return;
      rmSync(runFolder(home, runId), { recursive: true, force: true });
      rmSync(logFile(home, runId), { force: true });
      rmSync(`${logFile(home, runId)}.1`, { force: true });
    }).immediate();
  }
}
