import { z } from 'zod';

import { failureSchema } from './failure.ts';

/** Long work of a kind that goes on by itself; it is known for as long as the process that does it lives. */
export const jobOf = <K extends string, P extends string, S extends z.ZodType, R extends z.ZodType>(
  kind: K,
  parts: Readonly<{
    /** What it works on. */
    subject: S;
    phases: readonly P[];
    result: R;
  }>,
) =>
  z.object({
    kind: z.literal(kind),
    jobId: z.string(),
    subject: parts.subject,
    state: z.enum(['running', 'finished', 'failed', 'cancelled']),
    /** Null before its first step; `total` is null while it is unknown. */
    progress: z
      .object({
        phase: z.enum(parts.phases),
        done: z.number(),
        total: z.number().nullable(),
      })
      .nullable(),
    /** Of the current phase. */
    ratePerSecond: z.number().nullable(),
    secondsLeft: z.number().nullable(),
    /** Once it is finished. */
    result: parts.result.nullable(),
    /** Why it failed or was cancelled. */
    failure: failureSchema.nullable(),
  });
