import { sweepBlobs } from '../db/blobs.ts';
import type { Databases } from '../db/open.ts';
import { keptReplaced } from './backups/place.ts';
import { purgeDatasets } from './datasets/store/purge.ts';
import { purgeReports } from './reports/store.ts';
import { isStorageError } from './runs/train/endings.ts';
import { purgeRuns } from './runs/store/maintenance.ts';
import { referredBlobs } from './runs/results/results-store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const trashDays = 30;

/**
 * Once a day: empties the trash of what lies there for 30 days, and sweeps blobs that nothing refers to. Not while a database is kept that
 * a restore replaced: it may still refer to them when it is put back. The 30 days end at the last time that this was done, or now if that
 * is earlier: one day with a clock that runs ahead costs nothing.
 */
export function maintainDaily(databases: Databases, home: string, now: Date): void {
  try {
    maintain(databases, home, now);
  } catch (error) {
    // A full or locked disk is no reason not to start: the next day tries again.
    if (!isStorageError(error)) throw error;
  }
}

function maintain({ main, blobs }: Databases, home: string, now: Date): void {
  const last = main.prepare(`SELECT value FROM settings WHERE key = 'maintainedAt'`).pluck().get();
  // No moment where somebody has changed it.
  const lastMs = typeof last === 'string' ? Date.parse(JSON.parse(last) as string) || null : null;
  if (lastMs !== null && Math.abs(now.getTime() - lastMs) < dayMs) return;
  if (keptReplaced(home) !== undefined) return;
  main
    .prepare(`INSERT OR REPLACE INTO settings VALUES ('maintainedAt', ?)`)
    .run(JSON.stringify(now.toISOString()));
  const untilMs = Math.min(now.getTime(), lastMs ?? Infinity);
  const before = new Date(untilMs - trashDays * dayMs).toISOString();
  purgeRuns(main, home, before);
  // Behind the runs that would keep them.
  purgeDatasets(main, home, before);
  purgeReports(main, before);
  const referred = referredBlobs(main);
  sweepBlobs(blobs, (hash) => referred.has(hash), now);
}
