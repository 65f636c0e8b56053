import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { isPidAlive } from '../runs/train/process-identity.ts';

const prefix = 'twofold-work-';

/** Gives work a folder among the temporary files of the system, which is gone afterwards; with it go those that killed processes left. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  for (const folder of abandoned()) remove(folder);
  const folder = mkdtempSync(path.join(tmpdir(), `${prefix}${process.pid}-`));
  try {
    return await work(folder);
  } finally {
    remove(folder);
  }
}

/** Only the user's own: others may lay what they like into this folder. */
function abandoned(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => {
      const pid = new RegExp(`^${prefix}(\\d+)-\\w{6}$`).exec(name)?.[1];
      if (pid === undefined || isPidAlive(Number(pid))) return false;
      const stats = lstatSync(path.join(tmpdir(), name), { throwIfNoEntry: false });
      return stats?.isDirectory() === true && stats.uid === (process.getuid?.() ?? stats.uid);
    })
    .map((name) => path.join(tmpdir(), name));
}

function remove(folder: string): void {
  // On Windows a browser that has just ended may still hold its profile.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
