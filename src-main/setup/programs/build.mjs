import { ensureBundle } from './bundle.mjs';
import { entry, prepare } from '../prepare.mjs';

await entry(async () => {
  const { node, env } = await prepare({ messages: true });
  await ensureBundle({ node, env, wanted: ['renderer', 'electron'], isForced: true });
});
