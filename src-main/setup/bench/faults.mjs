import path from 'node:path';
import { SetupFailure } from '../failure.mjs';
import { root } from '../places.mjs';
import { entry, prepare } from '../prepare.mjs';
import { handOver } from '../run.mjs';

const help = `npm run faults -- [--kills N] [--only TEXT] [--seed N]

Injects every fault that Twofold has to survive, starts it again, and prints what the user sees and what was checked.
  --kills N     kills of training and import at random moments (default 100; 0: none)
  --only TEXT   faults whose name holds that text ("random kills": those alone)
  --seed N      of the random moments (default: another one each time)
`;

// `npm run faults`; bench/faults injects.
await entry(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  for (let at = 0; at < args.length; at += 2) {
    const isNumber = /^\d+$/.test(args[at + 1] ?? '');
    const isKnown = args[at] === '--only' || (['--kills', '--seed'].includes(args[at]) && isNumber);
    if (!isKnown || args[at + 1] === undefined)
      throw new SetupFailure(
        `"faults" does not know "${args[at]}"; it takes --kills N, --seed N and --only TEXT.`,
      );
  }
  const { node, env } = await prepare({ native: true, messages: true, bundle: ['renderer'] });
  await handOver(node, [path.join(root, 'bench', 'faults', 'run.ts'), ...args], { cwd: root, env });
});
