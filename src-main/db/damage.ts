import { AppError } from '#contract/failure.ts';

/** A database file that cannot be read, as a whole or in part. */
export class DamagedError extends AppError {
  readonly database: 'main' | 'blobs';

  constructor(
    database: 'main' | 'blobs',
    message: string,
    options: { flag?: string; cause?: unknown } = {},
  ) {
    super('storage', message, options);
    this.name = 'DamagedError';
    this.database = database;
  }
}

/** Whether SQLite found that a file is no database, or not a whole one. */
export function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^SQLITE_(NOTADB|CORRUPT)/.test(code);
}
