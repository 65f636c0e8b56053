import { z } from 'zod';

import { nothing, runId, runIds } from './input.ts';
import { expectedSchema, runStateSchema } from './run.ts';

/** From the least to the most that can be expected; equal where it is certain. */
const spanSchema = z.tuple([z.number(), z.number()]);

/** The runs of a home that train or wait, in the order in which they start. */
export const queueSchema = z.object({
  /** No further run starts; what trains goes on. */
  isPaused: z.boolean(),
  /** A process of this home (a window, or one that the command line left) starts the runs. */
  isServed: z.boolean(),
  runs: z.array(
    z.object({
      runId: z.string(),
      name: z.string(),
      /** `paused`: it was paused when the window was closed, and goes on with the queue. */
      state: runStateSchema,
      variant: z.enum(['A', 'B']).nullable(),
      experimentId: z.string().nullable(),
      /** From 1 among those that wait; null while it trains. */
      position: z.number().int().nullable(),
      /** Until it is over, counted from its own start where it waits; null where nothing is known. */
      secondsLeft: spanSchema.nullable(),
    }),
  ),
  /** How many runs like the next one train at once, by memory, cores and settings. */
  atOnce: z.number().int(),
  /** Until all are over. */
  secondsLeft: spanSchema,
});
export type Queue = z.infer<typeof queueSchema>;

/** What several runs would take. */
export const workSchema = z.object({
  runs: z.number().int(),
  /** Runs that were asked for more than once, beside those; each is trained once. */
  repeated: z.number().int(),
  seconds: spanSchema,
  /** Of the run that needs most. */
  peakMemoryBytes: z.number(),
  diskBytes: z.number(),
  diskFreeBytes: z.number(),
  atOnce: z.number().int(),
  /** The weakest that the estimate of a run has. */
  basis: expectedSchema.shape.basis,
});

export const queueCalls = {
  'queue.get': { input: nothing, output: queueSchema },
  /** Ended runs wait again, behind those that wait or at an index among them. */
  'queue.add': {
    input: runIds.extend({ index: z.number().int().min(0).optional() }),
    output: queueSchema,
  },
  'queue.move': { input: runId.extend({ index: z.number().int().min(0) }), output: queueSchema },
  'queue.remove': { input: runIds, output: queueSchema },
  'queue.pause': { input: nothing, output: queueSchema },
  'queue.start': { input: nothing, output: queueSchema },
} as const;

export const queueEvents = {
  'queue.changed': nothing,
} as const;
