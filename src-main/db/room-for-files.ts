import { existsSync, statfsSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

/** The counts of a file system: files that it can have, and how many more (statfs(2)). */
type FileCounts = Readonly<{ files: number; ffree: number }>;

/**
 * For a disk that has free space but takes no more files: an error of a full disk, or of a database that cannot be made, in words.
 * Any other as it is. `place` is what was to be written, where the error does not say.
 */
export function withRoomForFiles(
  error: unknown,
  place: string,
  countsOf: (folder: string) => FileCounts = (folder) => statfsSync(folder),
): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code !== 'ENOSPC' && error.code !== 'SQLITE_CANTOPEN') return error;
  const { path: from, dest } = error as NodeJS.ErrnoException & { dest?: unknown };
  let folder = path.resolve(typeof dest === 'string' ? dest : (from ?? place));
  while (!existsSync(folder)) folder = path.dirname(folder);
  const { files, ffree } = countsOf(folder);
  // File systems that make room for files as they need it count none.
  if (files === 0 || ffree > 0) return error;
  return new AppError('storage', m.storage_no_more_files({ folder }), { cause: error });
}
