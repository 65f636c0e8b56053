import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { AppError, isBadName } from '#contract/failure.ts';
import * as m from '#messages';

import { withRoomForFiles } from './room-for-files.ts';

/**
 * Makes the data folder with its parents, one by one: Node's own recursive mkdir never returns where a file system refuses to make
 * a folder with "not found", as /proc does.
 *
 * @throws AppError `storage` where a folder cannot be made, or a file stands in its place
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at); at = path.dirname(at)) missing.unshift(at);
  try {
    for (const at of missing) {
      try {
        mkdirSync(at);
      } catch (error) {
        // Another process may have been faster.
        if (!existsSync(at)) throw error;
      }
    }
  } catch (error) {
    const why = withRoomForFiles(error, folder);
    if (why instanceof AppError) throw why;
    const sentence = isBadName(error) ? m.storage_long_folder : m.storage_no_folder;
    throw new AppError('storage', sentence({ folder }), { cause: error });
  }
}
