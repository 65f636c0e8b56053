import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { SetupFailure } from '../failure.mjs';
import { root } from '../places.mjs';
import { entry, prepare } from '../prepare.mjs';
import { say } from '../say.mjs';

const target = path.join(root, 'resources', 'example.twofold');
const mostBytes = 6_000_000;
const help = `npm run example

Trains the runs of the built-in example with the command line and writes ${path.relative(root, target)}. It takes some minutes.
`;

/** Small enough for a file of 6 MB with all weights, tables and predictions, and for some seconds a run. */
const shared = { maxLength: 64, batchSize: 32, validation: 0.05 };
const pairs = {
  ...{ ...shared, numWords: 365, embeddingDim: 6, hiddenUnits: 8, filters: 16 },
  ...{ epochs: 3, learningRate: 0.005 },
};
const small = {
  ...{ ...shared, numWords: 256, embeddingDim: 4, hiddenUnits: 4, filters: 8 },
  ...{ epochs: 3, learningRate: 0.01 },
};
const variants = [{ variant: 'A' }, { variant: 'B' }];
/** The last one is the newest, which the Start screen shows first. */
const experiments = [
  {
    name: 'Example: length',
    base: small,
    list: variants,
    grid: { maxLength: [16, 32, 48, 64] },
  },
  { name: 'Example: factors', base: small, grid: 'factors' },
  { name: 'Example: embedding', base: pairs, list: variants, seeds: [1, 2, 3, 4, 5, 6] },
];

await entry(async () => {
  const args = process.argv.slice(2);
  if (args.length > 0) {
    process.stdout.write(help);
    return;
  }
  const { node, env } = await prepare({ native: true, messages: true, programs: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-example-'));
  const twofold = (...words) => {
    const { status, stdout, stderr } = spawnSync(
      node,
      [path.join(env.TWOFOLD_PROGRAMS, 'cli.js'), ...words, '--json'],
      {
        env: { ...env, TWOFOLD_HOME: path.join(folder, 'home'), TWOFOLD_LANGUAGE: 'en' },
        encoding: 'utf8',
        maxBuffer: 1e9,
      },
    );
    if (status !== 0) throw new SetupFailure(`"twofold ${words.join(' ')}" failed: ${stderr}`);
    return JSON.parse(stdout);
  };
  try {
    const { datasetId } = twofold('data', 'sample');
    const runIds = experiments.flatMap((experiment) => {
      const { name } = experiment;
      const file = path.join(folder, 'sweep.json');
      writeFileSync(file, JSON.stringify({ dataset: datasetId, seeds: [1, 2, 3], ...experiment }));
      say(`Training "${name}" ...`);
      const { runs } = twofold('sweep', file, '--wait');
      return runs.map(({ runId }) => runId);
    });
    for (const runId of runIds) {
      twofold('runs', 'tag', runId, 'Example');
      twofold('embeddings', 'thin', runId);
    }
    const bundle = path.join(folder, 'example.twofold');
    twofold('bundle', 'export', ...runIds, '--out', bundle);
    const bytes = gzipSync(readFileSync(bundle), { level: 9 });
    if (bytes.length > mostBytes)
      throw new SetupFailure(`The example would have ${bytes.length} bytes of ${mostBytes}.`);
    writeFileSync(target, bytes);
    say(`${path.relative(root, target)}: ${runIds.length} runs, ${bytes.length} bytes.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
