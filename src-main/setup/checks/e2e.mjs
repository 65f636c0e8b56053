import path from 'node:path';
import { root } from '../places.mjs';
import { entry, prepare } from '../prepare.mjs';
import { handOver } from '../run.mjs';

const updateFlag = '--update-screenshots';

await entry(async () => {
  const args = process.argv.slice(2);
  const { node, env } = await prepare({
    native: true,
    messages: true,
    programs: true,
    bundle: ['renderer'],
    chromium: true,
  });
  // Playwright refuses flags it does not know.
  if (args.includes(updateFlag)) env.TWOFOLD_UPDATE_SCREENSHOTS = '1';
  const cli = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  await handOver(node, [cli, 'test', ...args.filter((arg) => arg !== updateFlag)], {
    cwd: root,
    env,
  });
});
