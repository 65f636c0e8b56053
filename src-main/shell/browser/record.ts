import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

/** Says where the browser shell of a home can be asked for a new link. Readable by its owner only. */
export type ShellRecord = Readonly<z.infer<typeof recordSchema>>;

const recordSchema = z.object({
  pid: z.number().int().positive(),
  /** Start of the process, in the platform's own words: process numbers are used again. */
  startedAt: z.string(),
  port: z.number().int(),
  /** A socket of the file system, or a named pipe: not reachable from a web page. */
  channel: z.string(),
  token: z.string(),
});

const recordFile = (home: string): string => path.join(home, 'shell.json');

/** Null where there is none, or none that can be read. */
export function readRecord(home: string): ShellRecord | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordFile(home), 'utf8')));
  } catch {
    return null;
  }
}

/**
 * Publishes the record if there is none; false where there is one already. It appears whole and at once (a hard link), so no
 * reader sees half of it and of two that start together one wins.
 */
export function publishRecord(home: string, record: ShellRecord): boolean {
  const own = path.join(home, `.shell-${randomBytes(6).toString('hex')}.json`);
  try {
    writeFileSync(own, JSON.stringify(record), { mode: 0o600, flag: 'wx' });
    linkSync(own, recordFile(home));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (codeOf(error) === 'ENOSPC') throw error;
    // A file system without hard links.
    return createWhole(recordFile(home), JSON.stringify(record));
  } finally {
    rmSync(own, { force: true });
  }
}

/** Takes away the record if it is still this one (by token), or where `token` is null one that cannot be read. */
export function removeRecord(home: string, token: string | null): void {
  if ((readRecord(home)?.token ?? null) === token) rmSync(recordFile(home), { force: true });
}

/** Takes away what a shell left that was killed: its record and, in this home, its socket. */
export function removeStale(home: string, record: ShellRecord): void {
  removeRecord(home, record.token);
  const isOurs =
    path.dirname(record.channel) === home &&
    /^shell-[0-9a-f]+\.sock$/.test(path.basename(record.channel));
  if (isOurs) rmSync(record.channel, { force: true });
}

function createWhole(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
