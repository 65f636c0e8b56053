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
    for (const at of missing) makeOneFolder(at);
  } catch (error) {
    const why = withRoomForFiles(error, folder);
    if (why instanceof AppError) throw why;
    const sentence = isBadName(error) ? m.storage_long_folder : m.storage_no_folder;
    throw new AppError('storage', sentence({ folder }), { cause: error });
  }
}

/** Without its parents: what lies in a data folder that was deleted meanwhile does not bring it back empty. */
export function makeOneFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // It is there already, or another process was faster.
    if (!existsSync(folder)) throw error;
  }
}
