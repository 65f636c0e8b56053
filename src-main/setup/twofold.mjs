import path from 'node:path';
import { root } from './places.mjs';
import { entry, prepare } from './prepare.mjs';
import { handOver } from './run.mjs';

await entry(async () => {
  const args = process.argv.slice(2);
  const { node, env } = await prepare({
    native: true,
    messages: ['main'],
    bundle: args[0] === 'serve' ? ['renderer'] : [],
  });
  await handOver(node, [path.join(root, 'src-main', 'cli', 'main.ts'), ...args], {
    cwd: root,
    env,
  });
});
