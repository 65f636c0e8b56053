import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { openTestCli, type Spawned, type TestCli } from '../../src-main/testing/test-cli.ts';
import { integrity } from '../../e2e/scenarios/home.ts';

/** What a person saw, and what was looked at after the next start. */
export type Outcome = Readonly<{ sees: string; checks: readonly string[] }>;

export type Fault = Readonly<{
  name: string;
  /** Why it cannot be injected here. */
  skip?: () => string | null;
  inject: (place: Place) => Promise<Outcome>;
}>;

/** A home of its own, filled as the template is: the sample corpus and one finished run, `whole`. */
export type Place = TestCli &
  Readonly<{
    datasetId: string;
    /** Hash of the weights that an unbroken run of `tiny` ends with. */
    weightsHash: string;
    epochs: number;
  }>;

/** A few seconds of training, with many steps. */
export const tiny: readonly string[] = [
  ...['--variant', 'A', '--max-length', '12', '--num-words', '300', '--embedding-dim', '4'],
  ...['--hidden-units', '4', '--filters', '6', '--batch-size', '4', '--limit', '240'],
  ...['--epochs', '4', '--patience', 'none'],
];

const trained = z.object({
  event: z.literal('ended'),
  runId: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  weightsHash: z.string().nullable(),
});
export type Ended = z.infer<typeof trained>;
const shownRun = z.object({
  runId: z.string(),
  name: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  weightsHash: z.string().nullable(),
  epochs: z.array(z.object({ epoch: z.number() })),
});
export type ShownRun = z.infer<typeof shownRun>;

export type Template = Readonly<{
  cli: TestCli;
  datasetId: string;
  weightsHash: string;
  epochs: number;
}>;

export async function makeTemplate(): Promise<Template> {
  const cli = openTestCli();
  const { datasetId } = await cli.json(z.object({ datasetId: z.string() }), 'data', 'sample');
  const ended = endedOf(
    await cli.twofold('train', '--dataset', datasetId, '--name', 'whole', ...tiny, '--json'),
  );
  assert.equal(ended.state, 'finished');
  return { cli, datasetId, weightsHash: ended.weightsHash ?? '', epochs: 4 };
}

export function openPlace({ cli, datasetId, weightsHash, epochs }: Template): Place {
  const own = openTestCli();
  cpSync(cli.home, own.home, { recursive: true });
  return { ...own, datasetId, weightsHash, epochs };
}

/** The same for longer: what is done to it while it trains does not come too late. */
export const longer: readonly string[] = ['--epochs', '60'];

/** The last line of `train` and `resume`. */
export function endedOf({ stdout, stderr }: Readonly<{ stdout: string; stderr: string }>): Ended {
  const last = stdout.trim().split('\n').at(-1) ?? '';
  try {
    return trained.parse(JSON.parse(last));
  } catch {
    throw new Error(`It did not end as a training does: ${stdout.slice(-500)}${stderr}`);
  }
}

/** Numbers of the epochs that a command has told of: they are acknowledged. */
export const toldEpochs = (stdout: string): number[] =>
  stdout.split('\n').flatMap((line) => {
    if (!line.startsWith('{"event":"epoch"')) return [];
    return [z.object({ epoch: z.number() }).parse(JSON.parse(line)).epoch];
  });

export const listRuns = (place: Place): Promise<ShownRun[]> =>
  place
    .json(z.array(z.object({ runId: z.string() }).loose()), 'runs', 'list')
    .then(async (runs) => Promise.all(runs.map(({ runId }) => showRun(place, runId))));
export const showRun = (place: Place, run: string): Promise<ShownRun> =>
  place.json(shownRun, 'runs', 'show', run);

export const train = (place: Place, name: string, ...more: string[]): Spawned =>
  place.begin('train', '--dataset', place.datasetId, '--name', name, ...tiny, ...more, '--json');

/** The app starts again: every file is whole, and no state tells of a process that is not there. */
export async function assertSound(place: Place, checks: string[]): Promise<void> {
  const runs = await listRuns(place);
  assert.deepEqual(
    runs.filter(({ state }) => state === 'running').map(({ name }) => name),
    [],
    'a run says that it trains, and nobody trains it',
  );
  const { 'twofold.sqlite': main, 'blobs.sqlite': blobs } = integrity(place.home, [
    'twofold.sqlite',
    'blobs.sqlite',
  ]);
  assert.deepEqual([main, blobs], ['ok', 'ok']);
  const whole = runs.find(({ name }) => name === 'whole');
  assert.deepEqual(
    [whole?.weightsHash, whole?.epochs.length],
    [place.weightsHash, place.epochs],
    'the run from before',
  );
  checks.push('integrity ok', 'states true', 'earlier run whole');
}

/** Resumes a run and compares it with one that was not broken. */
export async function assertResumes(place: Place, run: string, checks: string[]): Promise<void> {
  const outcome = await place.twofold('resume', run, '--json');
  const ended = endedOf(outcome);
  assert.deepEqual(
    [ended.state, ended.reason, ended.weightsHash],
    ['finished', null, place.weightsHash],
  );
  const { epochs } = await showRun(place, run);
  assert.deepEqual(
    epochs.map(({ epoch }) => epoch),
    Array.from({ length: place.epochs }, (_, index) => index + 1),
  );
  checks.push('resumed: same weightsHash');
}

/** The training process that a supervisor has started. */
export async function childOf(pid: number | undefined): Promise<number> {
  for (let turn = 0; turn < 3000; turn += 1) {
    const found = readFileSync(`/proc/${pid ?? 0}/task/${pid ?? 0}/children`, 'utf8')
      .split(' ')
      .filter((text) => text !== '')
      .find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('trainer'));
    if (found !== undefined) return Number(found);
    await sleep(2);
  }
  throw new Error('No training process was started.');
}

export async function until(what: string, look: () => boolean): Promise<void> {
  for (let turn = 0; turn < 30_000; turn += 1) {
    if (look()) return;
    await sleep(1);
  }
  throw new Error(`It never came: ${what}`);
}

/** One sentence on stderr, as a person sees it, without this machine's paths. */
export function sentenceOf(place: Place, text: string): string {
  const line = text.trim();
  assert.match(line, /^[^\n]+$/, 'one sentence is said');
  assert.doesNotMatch(line, /\bat [\w.<>]+ \(|Error:/, 'no stack is shown');
  return line.replaceAll(place.home, '…').replaceAll(place.folder, '…');
}

/** A disk of its own for the home, which only a privileged user may make. Returns how to take it away. */
export function onOwnDisk(place: Place, freeKb: number): () => void {
  const bytes = sizeOf(place.home);
  const kept = `${place.home}-kept`;
  cpSync(place.home, kept, { recursive: true });
  rmSync(place.home, { recursive: true });
  mkdirSync(place.home);
  const size = Math.ceil(bytes / 1024) + freeKb;
  const { status, stderr } = spawnSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${size}k`,
    'twofold-faults',
    place.home,
  ]);
  assert.equal(status, 0, String(stderr));
  cpSync(kept, place.home, { recursive: true });
  rmSync(kept, { recursive: true });
  return () => {
    spawnSync('umount', ['-l', place.home]);
  };
}

export const needsMount = (): string | null =>
  process.platform === 'linux' && process.getuid?.() === 0
    ? null
    : 'only root may mount a small disk';

/** Fills a disk but for so many KiB. */
export function fillDisk(folder: string, leaveKb = 0): string {
  const rest = path.join(folder, 'rest');
  const parts: Buffer[] = [];
  let size = 1 << 20;
  writeFileSync(rest, '');
  while (size >= 4096) {
    try {
      writeFileSync(rest, Buffer.alloc(size), { flag: 'a' });
      parts.push(Buffer.alloc(0));
    } catch {
      size /= 2;
    }
  }
  const bytes = statSync(rest).size;
  if (leaveKb > 0) writeFileSync(rest, Buffer.alloc(Math.max(0, bytes - leaveKb * 1024)));
  return rest;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => {
    if (!entry.isFile()) return sum + 4096;
    return sum + Math.ceil(statSync(path.join(entry.parentPath, entry.name)).size / 4096) * 4096;
  }, 0);
}

/** A program in a namespace of mounts of its own, for faults of files that others use too. */
export function inOwnMounts(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Readonly<{ code: number | null; output: string }>> {
  const child = spawn(
    'unshare',
    ['-m', 'sh', '-c', `${command} && exec "$0" "$@"`, process.execPath, ...args],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}
