import { z } from 'zod';

/** What the inputs of calls have in common. */
export const nothing = z.object({});
export const datasetId = z.object({ datasetId: z.string() });
export const runId = z.object({ runId: z.string() });
export const runIds = z.object({ runIds: z.array(z.string()).min(1).max(1000) });
export const experimentId = z.object({ experimentId: z.string() });
/** Which weights every figure belongs to. */
export const bestOrLast = z.enum(['best', 'last']);
