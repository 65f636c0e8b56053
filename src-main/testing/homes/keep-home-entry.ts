import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { brotliCompressSync } from 'node:zlib';

import Database from 'better-sqlite3';

import type { RunConfigInput } from '#contract/run-config.ts';
import { diffStartSchema } from '#contract/embedding-diff.ts';
import { sweepSchema } from '#contract/sweep.ts';

import { openApp, type App } from '../../features/app.ts';
import { tarOf } from '../archives.ts';
import { keptHomeFile, type Made } from './kept-homes.ts';
import { instructions } from '../processor.ts';
import { programFile } from '../programs.ts';

/*
 * Keeps a home of this program for the programs to come: db/fixtures/old-homes/README.md. Homes are small: few words, small models.
 */

const small = {
  ...{ numWords: 100, maxLength: 12, embeddingDim: 2, hiddenUnits: 2, filters: 1, kernelSize: 2 },
  ...{ batchSize: 8, epochs: 2, validation: 0.2, snapshots: 'ends' },
} as const satisfies RunConfigInput;
const onWasm = { ...small, variant: 'B', backend: 'wasm' } as const;
/** One review a step, so that there is time to end it. */
const long = { ...small, variant: 'B', batchSize: 1, epochs: 4 } as const;

const folder = mkdtempSync(path.join(tmpdir(), 'twofold-keep-'));
const home = path.join(folder, 'home');
const at = (name: string): string => path.join(folder, name);
const trainerEntry = programFile('trainer');

await withApp(home, async ({ services, handlers }) => {
  const { datasets, diffs, outsideCurves, outsideTables, queue, reports, runs, sweeps } = services;
  writeReviews(at('Reviews'));
  const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
  const imported = await datasets.import({ path: at('Reviews') }, quiet);
  const { datasetId } = imported.dataset;
  const start = (name: string, config: RunConfigInput): string =>
    runs.start({ datasetId, configs: [config], name })[0]?.runId ?? '';
  const train = async (name: string, config: RunConfigInput): Promise<string> => {
    const runId = start(name, config);
    await runs.follow(runId, () => undefined);
    return runId;
  };

  const sweep = { base: small, list: [{ variant: 'A' }, { variant: 'B' }], seeds: [1, 2] };
  const pilot = sweeps.start({ datasetId, name: 'Pilot', sweep: sweepSchema.parse(sweep) });
  await queue.work();
  const alone = await train('Alone', onWasm);
  runs.note({ runId: alone, note: 'Trained to see whether the\nold program still runs.' });
  runs.tag({ runIds: [alone], add: ['small', 'old'] });
  runs.favourite({ runIds: [alone], isFavourite: true });
  const stopped = start('Stopped', { ...long, backend: 'native' });
  await runs.follow(stopped, (line) => {
    if (line.event === 'epoch' && line.epoch === 2) runs.stop({ runId: stopped });
  });
  runs.rename({
    runId: await trainAndKill(datasetId, { ...long, backend: 'wasm' }),
    name: 'Killed',
  });
  runs.remove({ runIds: [await train('Discarded', { ...onWasm, epochs: 1, branches: 'cnn' })] });
  queue.pause();
  runs.enqueue({ datasetId, configs: [onWasm], name: 'Waiting' });

  const pair = pilot.runs.slice(0, 2).map(({ runId }) => runId);
  const [a = '', b = ''] = pair;
  const { diffId } = await diffs.compare(
    diffStartSchema.parse({
      tables: [
        { kind: 'run', runId: a, branch: 'lstm' },
        { kind: 'run', runId: b, branch: 'shared' },
      ],
    }),
    quiet,
  );
  await services.transplants.evaluate({ diffId, donor: 0, receiver: 1 }, quiet);
  writeFileSync(at('vectors.txt'), 'the 0 1\nplot 0.25 0.5\ndull 0.5 0.25\n');
  await outsideTables.import({ path: at('vectors.txt') });
  writeFileSync(at('log.csv'), 'epoch,loss,val_loss\n0,0.7,0.71\n1,0.6,0.65\n');
  outsideCurves.import({ path: at('log.csv') });
  await runs.baselines({ runIds: pair, weights: 'best' });
  reports.save({ spec: reports.draft({ runIds: pair }) });
  await handlers['settings.set']({ theme: 'dark' });
});

const made: Made = {
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(),
  processor: instructions(),
  resumed: await resumedInCopy(),
};
await keep();
rmSync(folder, { recursive: true });

async function withApp<T>(of: string, work: (app: App) => Promise<T>): Promise<T> {
  const app = openApp({
    home: of,
    trainerEntry,
    analysisEntry: programFile('analysis'),
    queue: 'process',
  });
  try {
    return await work(app);
  } finally {
    await app.close({ active: 'stop' });
  }
}

/** Trains in a process of its own, and kills it and the process that it trains in after two epochs. */
async function trainAndKill(datasetId: string, config: RunConfigInput): Promise<string> {
  const program = path.join(import.meta.dirname, '../processes/supervising-process.ts');
  const args = [program, home, trainerEntry, datasetId, JSON.stringify(config)];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let runId = '';
  for await (const text of createInterface(child.stdout)) {
    const line = JSON.parse(text) as { event: string; runId: string; epoch?: number };
    if (line.event === 'queued') runId = line.runId;
    if (line.event === 'epoch' && line.epoch === 2) process.kill(-(child.pid ?? 0), 'SIGKILL');
  }
  return runId;
}

/** The weights with which this program itself ends what it has left. */
async function resumedInCopy(): Promise<Made['resumed']> {
  cpSync(home, at('copy'), { recursive: true });
  return await withApp(at('copy'), async ({ services: { runs } }) => {
    const resumed = async (name: string): Promise<string> => {
      const { runId } = runs.resume({ runId: runs.resolve(name) });
      await runs.follow(runId, () => undefined);
      return runs.get({ runId }).weightsHash ?? '';
    };
    return { Stopped: await resumed('Stopped'), Killed: await resumed('Killed') };
  });
}

async function keep(): Promise<void> {
  let version = 0;
  for (const name of ['twofold.sqlite', 'blobs.sqlite']) {
    const db = new Database(path.join(home, name));
    db.exec('VACUUM');
    version ||= Number(db.pragma('user_version', { simple: true }));
    db.close();
  }
  const needed = /^(twofold\.sqlite|blobs\.sqlite|(datasets|runs|logs)\/.*)$/;
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((name) => needed.test(name) && statSync(path.join(home, name)).isFile())
    .toSorted();
  const files = names.map((name) => ({
    name: `home/${name}`,
    text: readFileSync(path.join(home, name)),
  }));
  const tar = await tarOf([...files, { name: 'made.json', text: JSON.stringify(made) }]);
  const file = keptHomeFile(version);
  writeFileSync(file, brotliCompressSync(tar));
  process.stdout.write(`${file}: ${statSync(file).size} bytes\n`);
}

/** Forty to train on and twenty to test on; one is empty, one has markup, and several repeat others or contradict them. */
function writeReviews(to: string): void {
  const things = ['plot', 'cast', 'music', 'ending', 'script', 'camera', 'humour', 'pace'];
  const ways = ['is', 'stays', 'was'];
  const judgements = {
    pos: ['wonderful', 'moving', 'clever', 'warm'],
    neg: ['dull', 'clumsy', 'noisy', 'empty'],
  };
  for (const [split, count] of [
    ['train', 20],
    ['test', 10],
  ] as const)
    for (const side of ['pos', 'neg'] as const)
      for (let index = 0; index < count; index += 1) {
        const of = (words: readonly string[], turn: number) => words[turn % words.length] ?? '';
        const said = [
          `The ${of(things, index)} ${of(ways, index)} ${of(judgements[side], index)}`,
          `and the ${of(things, index * 3)} ${of(ways, index >> 2)} ${of(judgements[side], index >> 2)}.`,
          'Really so, all of it.',
        ];
        let text = said.join(' ');
        if (split === 'train' && index === 6) text = 'The cast and the plot.';
        if (split === 'train' && side === 'neg' && index === 3) text = said.join('<br />');
        if (split === 'train' && side === 'neg' && index === 5) text = '';
        if (split === 'test' && index === 7)
          text = `The plot is ${of(judgements[side], 0)} and the plot is ${of(judgements[side], 0)}. Really so, all of it.`;
        const file = path.join(to, split, side, `${index}_${side === 'pos' ? 9 : 2}.txt`);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
}
