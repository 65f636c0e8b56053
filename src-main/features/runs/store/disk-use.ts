import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import type { ReadDb } from '../../../db/handles.ts';
import { logFile, runFolder } from './places.ts';

/** Bytes of a run's files, embedding tables and predictions. Tables that runs share are counted for each. */
export function diskBytesOf(db: ReadDb, home: string, runId: string, runKey: number): number {
  const blobs = db
    .prepare(
      `SELECT (SELECT COALESCE(SUM(rows * dims * 4), 0) FROM snapshots WHERE run_key = @runKey) +
              (SELECT COALESCE(SUM(count * 8), 0) FROM predictions WHERE run_key = @runKey)`,
    )
    .pluck()
    .get({ runKey });
  const log = logFile(home, runId);
  return (
    Number(blobs) + folderBytes(runFolder(home, runId)) + fileBytes(log) + fileBytes(`${log}.1`)
  );
}

function folderBytes(folder: string): number {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return 0; // it has not started yet
  }
  // What takes the place of another in a moment is counted as if it had.
  const kept = names.filter((name) => !names.includes(`${name}.next`));
  return kept.reduce((sum, name) => sum + fileBytes(path.join(folder, name)), 0);
}

const fileBytes = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
