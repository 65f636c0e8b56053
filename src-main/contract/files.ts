import { z } from 'zod';

export const fileEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  isFolder: z.boolean(),
  sizeBytes: z.number(),
});

export const fileCalls = {
  'files.list': {
    input: z.object({ folder: z.string().nullable() }),
    output: z.object({
      folder: z.string(),
      parent: z.string().nullable(),
      entries: z.array(fileEntrySchema),
    }),
  },
} as const;
