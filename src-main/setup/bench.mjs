import path from 'node:path';
import { ensurePeers } from './bench-peers.mjs';
import { SetupFailure } from './failure.mjs';
import { cacheFolder, root } from './places.mjs';
import { entry, prepare } from './prepare.mjs';
import { handOver } from './run.mjs';

const flags = ['--quick', '--with-pytorch'];
const options = ['--out', '--data'];

// `npm run bench`: training and evaluation beside Keras, tfjs-layers and (with --with-pytorch) PyTorch; e2e/bench measures.
await entry(async () => {
  const args = process.argv.slice(2);
  for (const [index, arg] of args.entries()) {
    const isValue = options.includes(args[index - 1]);
    if (isValue || flags.includes(arg) || (options.includes(arg) && args[index + 1])) continue;
    throw new SetupFailure(
      `"bench" does not know "${arg}"; it takes ${flags.join(', ')}, --out FOLDER and --data PATH.`,
    );
  }
  const { node, env, native } = await prepare({ native: true });
  if (native.backend !== 'native')
    throw new SetupFailure(
      `There is nothing to compare without the native backend: ${native.reason}.`,
    );
  const python = await ensurePeers({ env, withPytorch: args.includes('--with-pytorch') });
  await handOver(node, [path.join(root, 'e2e', 'bench', 'run.ts'), ...args], {
    cwd: root,
    env: {
      ...env,
      TWOFOLD_BENCH_PYTHON: python,
      TWOFOLD_BENCH_HOME: path.join(cacheFolder({ env }), 'bench', 'home'),
    },
  });
});
