import { rmSync } from 'node:fs';

import { sayGone } from '#core/ending-words.ts';

import { sweepBlobs } from '../../db/blobs.ts';
import type { WriteDb } from '../../db/handles.ts';
import type { Databases } from '../../db/open.ts';
import { listBackups } from '../backups/place.ts';
import { logFile, runFolder } from './places.ts';
import { isProcessAlive } from './process-identity.ts';
import { referredBlobs } from './results-store.ts';
import { settleQuietly } from './settle.ts';
import { claimedRuns, deletedBefore, interruptRun, lastEpochOf, purgeRun } from './store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const trashDays = 30;

/** Runs whose supervisor is gone become interrupted, their checkpoint settled. Returns their ids. */
export function interruptOrphans(db: WriteDb, home: string, now: Date): string[] {
  return claimedRuns(db)
    .filter(({ owner }) => owner === null || !isProcessAlive(owner))
    .filter(({ runId, runKey, owner }) =>
      db
        .transaction(() => {
          const epoch = lastEpochOf(db, runKey);
          if (!interruptRun(db, runId, owner, sayGone(epoch), now.toISOString())) return false;
          // Before anybody can see it interrupted, and resume it.
          settleQuietly(runFolder(home, runId), epoch);
          return true;
        })
        .immediate(),
    )
    .map(({ runId }) => runId);
}

/**
 * Once a day: empties the trash of what lies there for 30 days, and sweeps blobs that nothing refers to. Not while a database is kept that
 * a restore replaced: it may still refer to them when it is put back.
 */
export function maintainDaily(databases: Databases, home: string, now: Date): void {
  const { main } = databases;
  const last = main.prepare(`SELECT value FROM settings WHERE key = 'maintainedAt'`).pluck().get();
  const lastMs = typeof last === 'string' ? Date.parse(JSON.parse(last) as string) : 0;
  if (Math.abs(now.getTime() - lastMs) < dayMs) return;
  if (listBackups(home).some(({ kind }) => kind === 'replaced')) return;
  main
    .prepare(`INSERT OR REPLACE INTO settings VALUES ('maintainedAt', ?)`)
    .run(JSON.stringify(now.toISOString()));
  const before = new Date(now.getTime() - trashDays * dayMs).toISOString();
  for (const { runId, runKey } of deletedBefore(main, before)) {
    rmSync(runFolder(home, runId), { recursive: true, force: true });
    rmSync(logFile(home, runId), { force: true });
    rmSync(`${logFile(home, runId)}.1`, { force: true });
    purgeRun(main, runKey);
  }
  const referred = referredBlobs(main);
  sweepBlobs(databases.blobs, (hash) => referred.has(hash), now);
}
