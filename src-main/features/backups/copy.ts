import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import Database from 'better-sqlite3';

import type { backupReasons } from '#contract/backup.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { makeOneFolder } from '../../db/make-folder.ts';
import { contentsOf, runFiles } from './contents.ts';
import {
  backupsFolder,
  goodBackups,
  isTaken,
  mainFile,
  mainName,
  newId,
  nextSequence,
  type BackupFacts,
} from './place.ts';

export type CopyRequest = Readonly<{
  home: string;
  reason: (typeof backupReasons)[number];
  /** ISO. */
  createdAt: string;
}>;

/**
 * Copies the main database with SQLite's backup API while others read and write it: complete, checked and on the disk, or not at all.
 * For a process of its own: the check of a large database takes seconds. Returns the id.
 */
export async function copyDatabase(request: CopyRequest): Promise<string> {
  return inNewFolder(request, async (folder) => {
    const source = new Database(mainFile(request.home), { readonly: true, fileMustExist: true });
    try {
      source.pragma('busy_timeout = 10000');
      // One snapshot for all of it: what other connections write would begin it anew.
      source.exec('BEGIN');
      source.prepare('SELECT COUNT(*) FROM sqlite_schema').get();
      await source.backup(path.join(folder, mainName), { progress: () => pagesAStep });
    } finally {
      source.close();
    }
    const facts = describe(request, folder);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path.join(folder, mainName)), hash);
    return { ...facts, sha256: hash.digest('hex') };
  });
}

/** The same at once, for the moment before a migration, when nothing else runs in this process yet. */
export function copyBeforeUpgrade(home: string, db: Database.Database, now: Date): void {
  const why = 'upgrade';
  const request: CopyRequest = { home, reason: why, createdAt: now.toISOString() };
  const version = Number(db.pragma('user_version', { simple: true }));
  const isThere = goodBackups(request.home).some(
    // Of two processes that open an old home together.
    ({ reason, schemaVersion, createdAt }) =>
      reason === 'upgrade' &&
      schemaVersion === version &&
      Math.abs(Date.parse(request.createdAt) - Date.parse(createdAt)) < 60_000,
  );
  if (isThere) return;
  const folder = newFolder(request.home);
  try {
    db.prepare('VACUUM INTO ?').run(path.join(folder, mainName));
    const facts = describe(request, folder);
    const sha256 = createHash('sha256')
      .update(readFileSync(path.join(folder, mainName)))
      .digest('hex');
    complete(request, folder, { ...facts, sha256 });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function inNewFolder(
  request: CopyRequest,
  work: (folder: string) => Promise<BackupFacts>,
): Promise<string> {
  const folder = newFolder(request.home);
  try {
    return complete(request, folder, await work(folder));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function newFolder(home: string): string {
  makeOneFolder(backupsFolder(home));
  return mkdtempSync(path.join(backupsFolder(home), `.making-${process.pid}-`));
}

/** Checks the copy and writes down what it refers to. */
function describe(request: CopyRequest, folder: string): Omit<BackupFacts, 'sha256'> {
  const file = path.join(folder, mainName);
  const copy = new Database(file, { fileMustExist: true });
  try {
    // One file, without a write-ahead log beside it.
    copy.pragma('journal_mode = DELETE');
    if (copy.pragma('quick_check(1)', { simple: true }) !== 'ok') throw damaged();
    const { schemaVersion, runIds, datasets, blobs } = contentsOf(copy);
    const files = runFiles(request.home, runIds);
    const lines = [...blobs.map((hash) => `blob ${hash}`), ...files.map((name) => `file ${name}`)];
    writeFileSync(path.join(folder, 'refers.txt'), lines.map((line) => `${line}\n`).join(''));
    const { createdAt, reason } = request;
    return {
      createdAt,
      reason,
      bytes: statSync(file).size,
      schemaVersion,
      runs: runIds.length,
      datasets,
      blobs: blobs.length,
      checkpoints: files.length,
      sequence: nextSequence(request.home),
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw /^SQLITE_(CORRUPT|NOTADB)/.test(code) ? damaged() : error;
  } finally {
    copy.close();
  }
}

/** Onto the disk, then under its name. */
function complete({ home, createdAt }: CopyRequest, folder: string, facts: BackupFacts): string {
  writeFileSync(path.join(folder, 'facts.json'), `${JSON.stringify(facts)}\n`);
  for (const name of [mainName, 'refers.txt', 'facts.json', '.']) syncTo(path.join(folder, name));
  const parent = backupsFolder(home);
  const backupId = newId(new Date(createdAt), (id) => isTaken(home, id));
  renameSync(folder, path.join(parent, backupId));
  syncTo(parent);
  return backupId;
}

export function syncTo(target: string): void {
  const isFolder = statSync(target).isDirectory();
  // Windows cannot open folders; its renames are durable without it.
  if (isFolder && process.platform === 'win32') return;
  const handle = openSync(target, isFolder ? 'r' : 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The copy is as damaged as the original. */
const damaged = (): AppError => new AppError('storage', m.backups_source_damaged());

const pagesAStep = 1000;
