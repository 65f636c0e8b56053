import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { toFailure } from '../../src-main/contract/failure.ts';
import type { Run } from '../../src-main/contract/run.ts';
import { openApp, type App } from '../../src-main/features/app.ts';
import { curvesOf, pageOf, variants, type RunRecord } from './original-report.ts';

/*
 * `npm run bench -- --original`: the experiment that Twofold grew out of, several seeds of each variant on the full corpus. Hours of
 * work: runs that have ended are kept, and one that was interrupted is resumed from its checkpoint. With --update their figures are
 * kept in the project too. What is kept there is not trained again: where nothing is missing, only its page is written anew.
 */

const root = path.join(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    data: { type: 'string' },
    update: { type: 'boolean', default: false },
  },
});
const recordsFile = path.join(root, 'bench/speed/original.json');
const home = process.env['TWOFOLD_ORIGINAL_HOME'];
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

try {
  if (home === undefined) throw new Error('Start it with "npm run bench -- --original".');
  const seeds = Number(values.seeds);
  const kept = values.update && values.data === undefined ? readRecords() : [];
  const isKept = seeds > 0 && variants.every((variant) => hasSeeds(kept, variant, seeds));
  if (isKept) update(kept);
  process.stdout.write(`${pageOf(isKept ? kept : await trainMissing(home, seeds))}\n`);
} catch (error) {
  say(toFailure(error).message.trim());
  process.exitCode = 1;
}

async function trainMissing(folder: string, seeds: number): Promise<readonly RunRecord[]> {
  const data = corpus();
  mkdirSync(folder, { recursive: true });
  const trainerEntry = path.join(root, 'src-main/trainer/entry.ts');
  const app = openApp({ home: folder, trainerEntry, queue: 'process' });
  const end = (): void => void app.close().then(() => process.exit(1));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    const records = await trainAll(app, data, seeds);
    if (values.update) update(records);
    return records;
  } finally {
    await app.close();
  }
}

function corpus(): string {
  const from = process.env['INIT_CWD'] ?? process.cwd();
  if (values.data !== undefined) return path.resolve(from, values.data);
  const known = path.resolve(process.env['TWOFOLD_TEST_DATA'] ?? '../shared/data', 'imdb.npz');
  if (existsSync(known)) return known;
  throw new Error('Name the corpus: --data PATH of imdb.npz or of the aclImdb archive.');
}

async function trainAll(app: App, data: string, seeds: number): Promise<readonly RunRecord[]> {
  const { datasets } = app.services;
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const { dataset } = await datasets.import({ path: data }, options);
  const records = values.update
    ? readRecords().filter((record) => record.datasetHash === dataset.contentHash)
    : [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    for (const variant of variants) {
      if (records.some((record) => record.variant === variant && record.seed === seed)) continue;
      const run = await train(app, dataset.datasetId, variant, seed);
      records.push(recordOf(run, variant, seed));
      if (values.update) update(records);
    }
  }
  return records;
}

/** After every run, so that what was measured stays when the rest is put off. */
function update(records: readonly RunRecord[]): void {
  writeFileSync(recordsFile, `${JSON.stringify(records, null, 2)}\n`);
  writeFileSync(path.join(root, 'resources/original-curves.svg'), curvesOf(records));
  writeFileSync(path.join(root, 'docs/original-experiment.md'), pageOf(records));
  say('Written to docs/original-experiment.md and resources/original-curves.svg.');
}

function readRecords(): RunRecord[] {
  return existsSync(recordsFile)
    ? (JSON.parse(readFileSync(recordsFile, 'utf8')) as RunRecord[])
    : [];
}

/** Whether the seeds 1 to `seeds` of a variant are there. */
function hasSeeds(records: readonly RunRecord[], variant: 'A' | 'B', seeds: number): boolean {
  return Array.from({ length: seeds }, (_, index) => index + 1).every((seed) =>
    records.some((record) => record.variant === variant && record.seed === seed),
  );
}

async function train(
  { services: { runs } }: App,
  datasetId: string,
  variant: 'A' | 'B',
  seed: number,
): Promise<Run> {
  const name = `original-${variant}-${seed}`;
  const before = runs.list({}).find((run) => run.name === name);
  if (before?.state !== 'finished') say(`${name}: training ...`);
  const [run] =
    before === undefined
      ? runs.start({ datasetId, configs: [{ preset: 'original', variant, seed }], name })
      : [runs.resume({ runId: before.runId })];
  if (run === undefined) throw new Error(`${name} was not started.`);
  const { state, reason } = await runs.follow(run.runId, (line) => {
    if (line.event !== 'epoch') return;
    say(`  epoch ${line.epoch}: loss ${line.loss.toFixed(4)}, test ${line.testAccuracy}`);
  });
  if (state !== 'finished') throw new Error(`${name} ${state}: ${reason ?? ''}`);
  return runs.get({ runId: run.runId });
}

function recordOf(run: Run, variant: 'A' | 'B', seed: number): RunRecord {
  const { best, last, config, datasetHash, epochs, versions, weightsHash, endedAt } = run;
  if (best === null || last === null) throw new Error(`${run.name} has no complete epoch.`);
  return {
    variant,
    seed,
    maxLength: config.maxLength,
    datasetHash,
    endedAt,
    versions,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
    weightsHash,
    best: { epoch: best.epoch, test: best.testAccuracy, train: best.trainAccuracy },
    last: { epoch: last.epoch, test: last.testAccuracy, train: last.trainAccuracy },
    epochs: epochs.map(({ loss, testLoss }) => ({ loss, testLoss })),
  };
}
