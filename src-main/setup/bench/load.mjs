import path from 'node:path';
import { SetupFailure } from '../failure.mjs';
import { root } from '../places.mjs';
import { entry, prepare } from '../prepare.mjs';
import { handOver } from '../run.mjs';

/** What else than the Runs screen is measured. */
const kinds = { '--growth': 'growth.ts', '--soak': 'soak.ts', '--collect': 'collect.ts' };
const options = [
  '--minutes',
  '--runs',
  '--steps',
  '--live',
  '--overlaid',
  '--seconds',
  '--bundles',
];
const help = `npm run load -- [--runs N] [--steps N] [--live N] [--overlaid N] [--seconds N]
npm run load -- --growth [--runs N] [--steps N]
npm run load -- --soak [--minutes N]
npm run load -- --collect [--bundles N]

Fills a home with runs, opens it in Chromium, and prints what the Runs screen takes: how long until something is shown, how much
processor time of the page that is, and which tasks kept it from answering for more than 50 ms. An empty list is measured beside it.
  --runs N       runs in the list (default 1000)
  --steps N      points of a curve by step (default 7820)
  --live N       runs that are followed live (default 50)
  --overlaid N   runs that are drawn at once (default 200)
  --seconds N    how long the live ones are followed (default 20)

With --growth the same acts (start-up, list, filter, a run, two compared, rows written, an export) are timed in turns with a tenth of the
runs and with all of them (default 10000 of 1000 points: ten million rows), and queries over 40 ms are named. It takes some minutes.

With --soak small runs train one after another for an hour (or --minutes N) with a window open; memory, handles, children of the server
and the memory of the page are told by tenths of the time, and must stay flat.

With --collect the bundles of a sweep on Slurm are taken in: a hundredth, a tenth and all of them (default 1000). The time a bundle must
not rise. Then Runs is opened with that experiment, and followed while a window takes the bundles in.
`;

// `npm run load`: many runs; bench/load measures.
await entry(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  for (const [index, arg] of args.entries()) {
    if (arg in kinds) continue;
    if (options.includes(arg) && /^\d+$/.test(args[index + 1] ?? '')) continue;
    if (options.includes(args[index - 1])) continue;
    throw new SetupFailure(
      `"load" does not know "${arg}"; it takes ${options.join(', ')}, each with a number.`,
    );
  }
  const { node, env } = await prepare({
    messages: true,
    programs: true,
    bundle: ['renderer'],
    chromium: true,
  });
  await handOver(
    node,
    [
      path.join(root, 'bench', 'load', kinds[args.find((arg) => arg in kinds)] ?? 'run.ts'),
      ...args,
    ],
    { cwd: root, env },
  );
});
