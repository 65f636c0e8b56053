import Database from 'better-sqlite3';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ReadDb } from '../../db/handles.ts';
import { isProcessAlive } from '../runs/train/process-identity.ts';
import { claimedRuns, findRow } from '../runs/store/store.ts';
import { mainFile } from './place.ts';
import { entrants } from './presence.ts';

/**
 * Throws `inUse` with one sentence where another process has the home open, or a run trains. `withSelf`: this process has it open too,
 * and will close it.
 */
export function assertAlone(home: string, { withSelf = false } = {}): void {
  const training = trainingRun(home);
  if (training !== null) throw new AppError('inUse', m.backups_run_trains(training));
  const other = entrants(home).alive.find(({ pid }) => !withSelf || pid !== process.pid);
  if (other !== undefined) throw new AppError('inUse', m.backups_others_open({ pid: other.pid }));
}

/**
 * Throws `inUse` where a process has the database of a home open: it was written by an older program, which fails on the newer format
 * that this one would bring it to. Whoever is only coming in reads the newer format.
 */
export function assertNobodyHasOlder(home: string): void {
  const other = entrants(home).alive.find(({ hadDatabase }) => hadDatabase);
  if (other !== undefined) throw new AppError('inUse', m.storage_older_open({ pid: other.pid }));
}

/** A run that a living process trains; null where there is none, or the database cannot be read. */
function trainingRun(home: string): { name: string; pid: number } | null {
  let db: Database.Database | undefined;
  try {
    db = new Database(mainFile(home), { readonly: true, fileMustExist: true });
    const reading = db as unknown as ReadDb;
    for (const { runId, owner } of claimedRuns(reading)) {
      if (owner !== null && isProcessAlive(owner))
        return { name: findRow(reading, runId).name, pid: owner.pid };
    }
    return null;
  } catch {
    return null; // damaged, or of an older format: nobody trains in it
  } finally {
    db?.close();
  }
}
