import { z } from 'zod';

/** As the build of the screens writes them (setup/programs/notices.mjs): `texts` of a part are indices, for many parts share one. */
const noticesSchema = z.object({
  parts: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      licence: z.string(),
      texts: z.array(z.number().int()),
    }),
  ),
  texts: z.array(z.string()),
});
export type Notices = z.infer<typeof noticesSchema>;

/** The licences of every part that is handed on. Rejects where the file is missing, as it is under the build tool's own server. */
export async function fetchNotices(): Promise<Notices> {
  const response = await fetch('./notices.json');
  return noticesSchema.parse(await response.json());
}
