import { z } from 'zod';

import { AppError, toFailure, type FailureKind } from '#contract/failure.ts';
import { printable } from '#contract/name.ts';
import * as m from '#messages';

const wrongUse: readonly FailureKind[] = ['invalid', 'notFound', 'ambiguous'];

/** 2 for wrong use, else 1. */
export function exitCodeOf(error: unknown): 1 | 2 {
  // Only what was said on purpose counts: a file of ours that is not there is no wrong use.
  const isOnPurpose = error instanceof AppError || error instanceof z.ZodError;
  return isOnPurpose && wrongUse.includes(toFailure(error).kind) ? 2 : 1;
}

/** One sentence on stderr, never a stack trace (`TWOFOLD_DEBUG` adds it for a defect). */
export function sayFailure(error: unknown): void {
  const { message, flag } = toFailure(error);
  const text = flag === undefined ? message : m.shell_failure_flag({ message, flag });
  process.stderr.write(`${printable(text.trim())}\n`);
  if (process.env['TWOFOLD_DEBUG'] !== undefined && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
}
