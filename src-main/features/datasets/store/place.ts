import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

/*
 * <home>/datasets/<contentHash>/documents.sqlite   texts, labels, vocabulary (documents.ts)
 * <home>/datasets/<contentHash>/ids.bin            core/text/encoded-file.ts
 * <home>/datasets/<contentHash>/documents.sha256   of documents.sqlite (seal.ts)
 * <home>/datasets/<contentHash>/ids.sha256         of ids.bin
 * <home>/datasets/.importing-<pid>-<random>/       an import underway; renamed to the above at its end
 */

export function datasetFolder(home: string, contentHash: string): string {
  return path.join(home, 'datasets', contentHash);
}

export const documentsFile = (folder: string): string => path.join(folder, 'documents.sqlite');
export const idsFile = (folder: string): string => path.join(folder, 'ids.bin');
/** Of one of the two. */
export const sealFile = (file: string): string => file.replace(/\.\w+$/, '.sha256');

export function createTemporaryFolder(home: string): string {
  const parent = path.join(home, 'datasets');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(path.join(parent, `${temporaryPrefix}${process.pid}-`));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Temporary folders that imports of processes that are gone have left behind. */
export function abandonedFolders(home: string, now: Date): string[] {
  const parent = path.join(home, 'datasets');
  const dayMs = 24 * 60 * 60 * 1000;
  // No dataset was imported yet.
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => {
      if (!name.startsWith(temporaryPrefix)) return false;
      const pid = Number.parseInt(name.slice(temporaryPrefix.length), 10);
      const stats = statSync(path.join(parent, name), { throwIfNoEntry: false });
      // Pids are used again, so an old folder goes even if a process of that number exists.
      return !isAlive(pid) || now.getTime() - (stats?.mtimeMs ?? 0) > dayMs;
    })
    .map((name) => path.join(parent, name));
}

export function folderSize(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

/** Whether two files hold the same bytes; false where one is missing. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size;
  if (size(one) === undefined || size(one) !== size(other)) return false;
  return (await digestOf(one)) === (await digestOf(other));
}

/** sha256 in hex. A buffer that is used again is faster than a stream. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1_048_576);
  const handle = await open(file);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/** Makes a file or folder's content survive a power cut. Folders cannot be synced on Windows, where renames need no help. */
export async function syncToDisk(target: string): Promise<void> {
  const isFolder = statSync(target).isDirectory();
  if (isFolder && process.platform === 'win32') return;
  const handle = await open(target, isFolder ? 'r' : 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const temporaryPrefix = '.importing-';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
