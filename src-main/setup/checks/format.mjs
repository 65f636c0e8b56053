import path from 'node:path';
import { root } from '../places.mjs';
import { entry, prepare } from '../prepare.mjs';
import { handOver } from '../run.mjs';

await entry(async () => {
  const { node, env } = await prepare();
  const prettier = path.join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  const args = process.argv.slice(2);
  await handOver(
    node,
    [prettier, ...(args.length > 0 ? args : ['--write', '--log-level', 'warn', '.'])],
    { cwd: root, env },
  );
});
