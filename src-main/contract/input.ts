import { z } from 'zod';

/** What the inputs of calls have in common. */
export const nothing = z.object({});
/** What a call that only does something comes back with. */
export const done = z.void();
export const datasetId = z.object({ datasetId: z.string() });
export const runId = z.object({ runId: z.string() });
export const runIds = z.object({ runIds: z.array(z.string()).min(1).max(1000).readonly() });
export const experimentId = z.object({ experimentId: z.string() });
/** Which weights every figure belongs to. */
export const bestOrLast = z.enum(['best', 'last']);
