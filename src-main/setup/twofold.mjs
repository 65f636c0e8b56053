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
  // An import makes short-lived strings without end: a small nursery keeps 100 MB less of them, at the same speed.
  const flags = args[0] === 'data' ? ['--max-semi-space-size=4'] : [];
  await handOver(node, [...flags, path.join(root, 'src-main', 'cli', 'main.ts'), ...args], {
    cwd: root,
    env,
  });
});
