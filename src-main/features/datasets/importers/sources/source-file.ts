import { statSync } from 'node:fs';
import path from 'node:path';

import { AppError, isBadName } from '#contract/failure.ts';
import * as m from '#messages';

/** What tells that a file was written to; null for a folder, and for what is not there. */
export function stampOf(file: string): string | null {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() === true ? `${stat.size} ${stat.mtimeNs}` : null;
}

/**
 * What is read of a source, refused in the end where the file is no longer as it was found: one that another program still
 * writes, or cuts, reads as a whole file with fewer rows. A folder has no stamp; each of its files is small and read at once.
 */
export async function* whileUnchanged<T>(
  source: string,
  stamp: string | null,
  signal: AbortSignal,
  documents: AsyncIterable<T>,
): AsyncGenerator<T> {
  const assertUnchanged = (): void => {
    if (stamp === null || stampOf(source) === stamp) return;
    throw new AppError('badInput', m.datasets_source_changed({ file: source }), { field: 'path' });
  };
  try {
    yield* documents;
    assertUnchanged();
  } catch (error) {
    // What a changed file seems to be damaged by is the change.
    if (!signal.aborted) assertUnchanged();
    throw sayUnread(error, source);
  }
}

/** Why a source, or a file in it, cannot be read; errors of other files (those that are written) are left as they are. */
export function sayUnread(error: unknown, source: string, field = 'path'): unknown {
  const file = pathOf(error);
  if (file === null || (file !== source && !file.startsWith(`${source}${path.sep}`))) return error;
  const { code } = error as NodeJS.ErrnoException;
  const options = { field, cause: error };
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'badInput',
        m.datasets_source_refused({ file: refusedPart(file, source) }),
        options,
      );
    case 'ENOENT':
      // Node reads a name that is not UTF-8 as one with this character, and then finds no such file.
      return file.includes('\uFFFD')
        ? new AppError('badInput', m.datasets_source_name({ file }), options)
        : new AppError('notFound', m.datasets_source_gone({ file }), options);
    default: {
      const sentence = isBadName(error)
        ? m.storage_bad_name()
        : m.datasets_source_unread({ file, code: code ?? '' });
      return new AppError('badInput', sentence, options);
    }
  }
}

/** The folder that may not be opened, where a name in it was asked for; else the file itself. */
function refusedPart(file: string, source: string): string {
  let part = file;
  while (part !== source && !canStat(part)) part = path.dirname(part);
  return part;
}

function canStat(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch {
    return false;
  }
}

function pathOf(error: unknown): string | null {
  return error instanceof Error && 'path' in error && typeof error.path === 'string'
    ? error.path
    : null;
}
