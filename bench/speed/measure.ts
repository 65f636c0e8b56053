import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import path from 'node:path';

import type { RunConfig } from '../../src-main/contract/run-config.ts';
import { resolveConfig } from '../../src-main/core/run-config.ts';
import type { Setting } from './grid.ts';
import { writeArrays, type Reviews } from './reviews.ts';
import { startWorker, type Timing, type Worker } from './worker-process.ts';

export type PeerName = 'engine' | 'keras' | 'layers' | 'torch';
export type Kind = 'train' | 'evaluate';

/** Samples a second by wall time, over the rounds; processor time is the median's. */
export type Rate = Readonly<{
  median: number;
  low: number;
  high: number;
  processorMsPerSample: number;
  rounds: number;
}>;

export type PeerResult = Readonly<{
  train: Rate | null;
  evaluate: Rate | null;
  firstStepSeconds: number;
  peakBytes: number;
  versions: Readonly<Record<string, string>>;
  /** As it was started: threads, compilation. */
  settings: string;
}>;

export type Measured = Readonly<{
  setting: string;
  variant: 'A' | 'B';
  config: RunConfig;
  peers: Readonly<Partial<Record<PeerName, PeerResult>>>;
  notes: readonly string[];
}>;

export type MeasureOptions = Readonly<{
  reviews: Reviews;
  python: string;
  isQuick: boolean;
  withPytorch: boolean;
  say: (line: string) => void;
  /** Which settings of a peer were the quickest at a sequence length; filled as they are tried. */
  chosen: Map<string, string>;
}>;

/** One setting and variant: all peers started and warmed up, then one after another in every round. */
export async function measure(
  setting: Setting,
  variant: 'A' | 'B',
  options: MeasureOptions,
): Promise<Measured> {
  const { isQuick, say } = options;
  const resolved = resolveConfig({ ...setting.fields, variant, validation: 'test' });
  if (!resolved.ok) throw new Error(resolved.errors[0]?.message);
  const { config } = resolved;
  const size = isQuick ? 'quick' : 'full';
  const counts = { train: setting.trainSteps[size], evaluate: setting.evaluateRows[size] };
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-bench-'));
  const notes: string[] = [];
  const peers: Peer[] = [];
  try {
    writeArrays(folder, options.reviews, config, {
      train: counts.train * config.batchSize,
      test: counts.evaluate,
    });
    say(`${setting.name}, ${variant}: starting ...`);
    peers.push(await startEngine(config, options));
    peers.push(await startQuickest('keras', setting, config, folder, options));
    if (options.withPytorch)
      peers.push(await startQuickest('torch', setting, config, folder, options));
    const layers = setting.layers;
    if (layers !== null && freemem() < layers.memoryBytes) {
      notes.push(
        `tfjs-layers is not measured: it takes about ${layers.memoryBytes / 1e9} GB, and ${(freemem() / 1e9).toFixed(1)} GB are free.`,
      );
    } else if (layers !== null) {
      peers.push(await startLayers(config, folder));
    }

    // The engine prepares a graph for each length of the pads that a batch shares.
    for (const { name, worker } of peers)
      if (name !== 'layers') await worker.ask('evaluate', counts.evaluate);
    const rounds = isQuick ? 3 : 7;
    for (let round = 0; round < rounds; round += 1) {
      for (const kind of ['train', 'evaluate'] as const) {
        for (const peer of peers) {
          const isLayers = peer.name === 'layers';
          if (isLayers && (kind === 'evaluate' || (isQuick && round > 0))) continue;
          const count = isLayers ? (layers?.steps ?? 1) : counts[kind];
          peer.timings[kind].push(await peer.worker.ask(kind, count));
        }
      }
      say(`${setting.name}, ${variant}: round ${round + 1} of ${rounds}`);
    }
    return {
      setting: setting.name,
      variant,
      config,
      peers: Object.fromEntries(peers.map((peer) => [peer.name, resultOf(peer)])),
      notes,
    };
  } finally {
    for (const { worker } of peers) await worker.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Peer = Readonly<{
  name: PeerName;
  worker: Worker;
  settings: string;
  firstStepSeconds: number;
  timings: Record<Kind, Timing[]>;
}>;

const here = import.meta.dirname;
const cores = availableParallelism();

async function startEngine(config: RunConfig, { reviews }: MeasureOptions): Promise<Peer> {
  const script = path.join(here, 'engine-worker.ts');
  const args = [script, JSON.stringify(config), '{}', reviews.encodedPath, reviews.contentHash];
  return warmUp('engine', await startWorker(process.execPath, args), 'its plan');
}

async function startLayers(config: RunConfig, folder: string): Promise<Peer> {
  const script = path.join(here, 'layers-worker.ts');
  const worker = await startWorker(process.execPath, [script, JSON.stringify(config), folder]);
  return warmUp('layers', worker, 'as shipped');
}

/** What an expert would try: the library's own choice of threads, ours, one thread an operation; compiled by XLA or not. */
const candidates = {
  keras: [
    { name: 'default threads', settings: { intra: 0, inter: 0, jit: false } },
    { name: '1 thread an operation', settings: { intra: 1, inter: cores, jit: false } },
    { name: 'default threads, XLA', settings: { intra: 0, inter: 0, jit: true } },
  ],
  torch: [
    { name: `${cores} threads`, settings: { threads: cores } },
    { name: '1 thread', settings: { threads: 1 } },
  ],
} as const;

/**
 * Starts a Python peer with each of its settings in turn and keeps the quickest; the choice holds for both variants, and in a quick
 * benchmark for all batch sizes at that length.
 */
async function startQuickest(
  name: 'keras' | 'torch',
  setting: Setting,
  config: RunConfig,
  folder: string,
  { python, isQuick, chosen, say }: MeasureOptions,
): Promise<Peer> {
  const key = `${name} ${isQuick ? config.maxLength : setting.name}`;
  const known = chosen.get(key);
  // XLA takes long to compile a step of 500 time steps.
  const all = candidates[name].filter(
    (one) => !(isQuick && 'jit' in one.settings && one.settings.jit),
  );
  const wanted = known === undefined ? all : all.filter((one) => one.name === known);
  let best: Peer | null = null;
  let bestSeconds = Infinity;
  for (const one of wanted) {
    const script = path.join(here, `${name}-worker.py`);
    const args = [script, JSON.stringify(config), folder, JSON.stringify(one.settings)];
    const peer = await warmUp(name, await startWorker(python, args), one.name);
    if (wanted.length === 1) return peer;
    const steps = config.batchSize > 100 ? 1 : Math.min(20, setting.trainSteps.quick);
    const { seconds } = await peer.worker.ask('train', steps);
    say(`  ${name}, ${one.name}: ${((steps * config.batchSize) / seconds).toFixed(0)} samples/s`);
    const loser = seconds < bestSeconds ? best : peer;
    if (seconds < bestSeconds) [best, bestSeconds] = [peer, seconds];
    await loser?.worker.close();
  }
  if (best === null) throw new Error(`There is no setting for ${name}.`);
  chosen.set(key, best.settings);
  return best;
}

/** The first step prepares the graph; the second and a short evaluation bring everything into memory. */
async function warmUp(name: PeerName, worker: Worker, settings: string): Promise<Peer> {
  const { seconds } = await worker.ask('train', 1);
  if (name !== 'layers') {
    await worker.ask('train', 1);
    await worker.ask('evaluate', 256);
  }
  return {
    name,
    worker,
    settings,
    firstStepSeconds: seconds,
    timings: { train: [], evaluate: [] },
  };
}

function resultOf({ worker, settings, firstStepSeconds, timings }: Peer): PeerResult {
  const all = [...timings.train, ...timings.evaluate];
  return {
    train: rateOf(timings.train),
    evaluate: rateOf(timings.evaluate),
    firstStepSeconds,
    peakBytes: Math.max(...all.map(({ peakBytes }) => peakBytes)),
    versions: worker.versions,
    settings,
  };
}

function rateOf(timings: readonly Timing[]): Rate | null {
  if (timings.length === 0) return null;
  const rates = timings.map(({ rows, seconds }) => rows / seconds);
  return {
    median: middle(rates),
    low: Math.min(...rates),
    high: Math.max(...rates),
    processorMsPerSample: middle(
      timings.map(({ rows, processorSeconds }) => (1000 * processorSeconds) / rows),
    ),
    rounds: timings.length,
  };
}

export function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}
