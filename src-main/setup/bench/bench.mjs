import path from 'node:path';
import { ensurePeers } from './bench-peers.mjs';
import { ensureChromium } from '../chromium.mjs';
import { SetupFailure } from '../failure.mjs';
import { cacheFolder, root } from '../places.mjs';
import { entry, prepare } from '../prepare.mjs';
import { handOver } from '../run.mjs';

const flags = [
  '--quick',
  '--with-pytorch',
  '--product',
  '--no-peers',
  '--original',
  '--update',
  '--embeddings',
  '--statistics',
];
const options = ['--out', '--data', '--seeds'];
const help = `npm run bench -- [--quick] [--with-pytorch] [--product] [--no-peers] [--out FOLDER] [--data PATH]

Trains and evaluates with Twofold, Keras and tfjs-layers in turn and prints a table of their speed and memory.
  --quick          fewer rounds, and of the two large settings only variant A: under 5 minutes instead of about 25, after the peers are installed
  --with-pytorch   PyTorch (CPU) as well; its first installation may bring 6 GB
  --product        also what a run costs beyond the engine: log, snapshots, an open window; and the time to the first step
  --no-peers       without the comparison
  --out FOLDER     where bench.md and bench.json are written (default: out/bench)
  --data PATH      an aclImdb archive or imdb.npz to measure on (default: imdb.npz in TWOFOLD_TEST_DATA, else the built-in sample corpus)

npm run bench -- --original [--seeds N] [--data PATH] [--update]

Trains the original experiment, both variants with 3 (or N) seeds on the full corpus, and prints its table. It takes hours; started
again, it resumes where it was. --update writes them into docs/original-experiment.md; what the project keeps is not trained again.

npm run bench -- --embeddings

Compares three embedding tables of 6,000 x 64 and of 20,000 x 300, all measures of all pairs, and prints seconds and peak memory.

npm run bench -- --statistics [TOPIC ...]

Simulates how often each rule of judgement is wrong, and prints the rates. The topics are the files of bench/statistics.
`;

// `npm run bench`: training and evaluation beside Keras, tfjs-layers and (with --with-pytorch) PyTorch; bench/speed measures.
await entry(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  const hasTopics = args[0] === '--statistics';
  for (const [index, arg] of args.entries()) {
    const isValue = options.includes(args[index - 1]) || (hasTopics && !arg.startsWith('-'));
    if (isValue || flags.includes(arg) || (options.includes(arg) && args[index + 1])) continue;
    throw new SetupFailure(
      `"bench" does not know "${arg}"; it takes ${flags.join(', ')}, --out FOLDER, --data PATH and --seeds N.`,
    );
  }
  if (args.includes('--statistics')) {
    const { node, env } = await prepare({ messages: true });
    const topics = args.filter((arg) => arg !== '--statistics');
    await handOver(node, [path.join(root, 'bench', 'statistics', 'run.ts'), ...topics], {
      cwd: root,
      env,
    });
    return;
  }
  const bundle = args.includes('--product') ? ['renderer'] : [];
  const { node, env, native } = await prepare({ native: true, messages: true, bundle });
  if (native.backend !== 'native')
    throw new SetupFailure(
      `There is nothing to compare without the native backend: ${native.reason}.`,
    );
  const folder = path.join(cacheFolder({ env }), 'bench');
  if (args.includes('--original')) {
    const script = path.join(root, 'bench', 'speed', 'original.ts');
    await handOver(node, [script, ...args.filter((arg) => arg !== '--original')], {
      cwd: root,
      env: { ...env, TWOFOLD_ORIGINAL_HOME: path.join(folder, 'original') },
    });
    return;
  }
  if (args.includes('--embeddings')) {
    await handOver(node, [path.join(root, 'bench', 'speed', 'embeddings.ts')], { cwd: root, env });
    return;
  }
  if (args.includes('--product')) env.TWOFOLD_CHROMIUM = await ensureChromium({ node, env });
  const python = args.includes('--no-peers')
    ? ''
    : await ensurePeers({ env, withPytorch: args.includes('--with-pytorch') });
  await handOver(node, [path.join(root, 'bench', 'speed', 'run.ts'), ...args], {
    cwd: root,
    env: {
      ...env,
      TWOFOLD_BENCH_PYTHON: python,
      TWOFOLD_BENCH_HOME: path.join(folder, 'home'),
    },
  });
});
