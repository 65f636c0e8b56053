import { z } from 'zod';

import { nothing } from './input.ts';

/** The finished experiments that come with Twofold, trained on the sample reviews. */
export const exampleSchema = z.object({
  /** The comparison of A and B, which is shown first, with its runs. */
  experimentId: z.string(),
  runIds: z.array(z.string()),
  /** All runs of the example. */
  allRunIds: z.array(z.string()),
  reportId: z.string(),
});
export type Example = Readonly<z.infer<typeof exampleSchema>>;

export const exampleCalls = {
  'example.state': { input: nothing, output: z.object({ isHere: z.boolean() }) },
  /** Imports what of it is not here, and restores what is in the trash. */
  'example.open': { input: nothing, output: exampleSchema },
  /** To the trash, with its report, and with the sample reviews where nothing else uses them. */
  'example.remove': { input: nothing, output: z.object({ runIds: z.array(z.string()) }) },
} as const;
