import { z } from 'zod';

import * as m from '#messages';

/**
 * Every way a request can end badly. `invalid` and `notFound` are the caller's mistake (exit code 2 on the command line), the
 * rest happened while doing what was asked (exit code 1).
 */
export const failureKinds = [
  'invalid', // a value out of bounds or a wrong combination
  'notFound', // no run, dataset, snapshot of that name
  'ambiguous', // a prefix that several ids share
  'badInput', // a file that cannot be imported as it is
  'inUse', // something else needs it (a dataset with runs, a running run)
  'unavailable', // a part of this machine's set-up is missing
  'storage', // disk full, no rights, damaged database
  'cancelled',
  'internal', // a defect of ours
] as const;

export const failureSchema = z.object({
  kind: z.enum(failureKinds),
  /** One sentence a person can act on. */
  message: z.string(),
  /** The form field or flag it belongs to. */
  field: z.string().optional(),
  /** What does it on the command line, where that is said with the sentence; a window has controls for it. */
  flag: z.string().optional(),
});
export type Failure = z.infer<typeof failureSchema>;
export type FailureKind = Failure['kind'];

export type Result<T> =
  Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; failure: Failure }>;

/** The one error class thrown on purpose; anything else that reaches a boundary is `internal`. */
export class AppError extends Error {
  readonly kind: FailureKind;
  readonly field: string | undefined;
  readonly flag: string | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    options: { field?: string; flag?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.field = options.field;
    this.flag = options.flag;
  }
}

/** EDQUOT, for which Node has no name: on Linux, on macOS. */
export const isQuotaCode = (code: string): boolean => /^Unknown system error -(122|69)$/.test(code);

/** A name of more bytes than a file can have, or one with a NUL in it. */
export const isBadName = (error: unknown): boolean =>
  errorCode(error) === 'ENAMETOOLONG' ||
  (errorCode(error) === 'ERR_INVALID_ARG_VALUE' && messageOf(error).includes('null bytes'));

export function toFailure(error: unknown): Failure {
  if (error instanceof AppError) {
    const { kind, message, field, flag } = error;
    return {
      kind,
      message,
      ...(field === undefined ? {} : { field }),
      ...(flag === undefined ? {} : { flag }),
    };
  }
  if (error instanceof z.ZodError) {
    const issue = error.issues[0];
    const where = issue?.path.join('.') ?? '';
    return {
      kind: 'invalid',
      message: m.app_field_invalid({
        where: where === '' ? m.app_request() : where,
        why: (issue?.message ?? m.app_invalid()).replace(/\.$/, ''),
      }),
      ...(where === '' ? {} : { field: where }),
    };
  }
  if (isBadName(error)) return { kind: 'storage', message: m.storage_bad_name() };
  const code = errorCode(error);
  if (code !== undefined && isQuotaCode(code)) {
    return { kind: 'storage', message: m.storage_quota_full() };
  }
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') {
    return {
      kind: 'storage',
      message: m.storage_disk_full(),
    };
  }
  if (
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EROFS' ||
    code?.startsWith('SQLITE_READONLY') === true
  ) {
    return {
      kind: 'storage',
      message: m.storage_no_right({ error: messageOf(error) }),
    };
  }
  if (code === 'EIO' || code?.startsWith('SQLITE_IOERR') === true) {
    return {
      kind: 'storage',
      message: m.storage_disk_unreadable(),
    };
  }
  if (code === 'SQLITE_NOTADB' || code?.startsWith('SQLITE_CORRUPT') === true) {
    return { kind: 'storage', message: m.storage_damaged_part() };
  }
  if (code === 'SQLITE_BUSY') {
    return {
      kind: 'storage',
      message: m.storage_busy(),
    };
  }
  if (code === 'ENOENT') {
    return { kind: 'notFound', message: m.app_not_found({ what: messageOf(error) }) };
  }
  return { kind: 'internal', message: messageOf(error) };
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
