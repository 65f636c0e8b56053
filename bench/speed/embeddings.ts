import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';

import { toFailure } from '../../src-main/contract/failure.ts';
import type { CompareJob } from '../../src-main/core/embeddings/analysis-job.ts';
import { createAnalysis } from '../../src-main/processes/analysis-supervisor.ts';
import { randomStream } from '../../src-main/core/util/random.ts';
import { forkHost } from '../../src-main/processes/host.ts';

/*
 * `npm run bench -- --embeddings`: how long a comparison of three tables takes, all measures of all pairs, in the analysis child as the
 * workbench starts it; and the most memory that child had.
 */

const settings = [
  { words: 6000, dims: 64, goal: { seconds: 5, gigabytes: 2 } },
  { words: 20_000, dims: 300, goal: { seconds: 60, gigabytes: 2 } },
];
const rounds = 3;

try {
  process.stdout.write(
    `Three tables, all measures of all pairs; ${availableParallelism()} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}.\n`,
  );
  for (const { words, dims, goal } of settings) {
    const results = [];
    for (let round = 0; round < rounds; round += 1) results.push(await measure(words, dims));
    const seconds = results.map((result) => result.seconds).sort((a, b) => a - b);
    const peak = Math.max(...results.map(({ peakBytes }) => peakBytes)) / 1e9;
    process.stdout.write(
      `${words} x ${dims}: ${seconds.map((value) => value.toFixed(1)).join(', ')} s (goal ${goal.seconds}), ` +
        `peak ${peak.toFixed(2)} GB (goal ${goal.gigabytes})\n`,
    );
  }
} catch (error) {
  process.stderr.write(`${toFailure(error).message}\n`);
  process.exitCode = 1;
}

async function measure(
  words: number,
  dims: number,
): Promise<{ seconds: number; peakBytes: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-bench-'));
  try {
    const job = jobOf(folder, words, dims);
    const analysis = createAnalysis({
      host: forkHost,
      entry: path.join(import.meta.dirname, '../../src-main/analysis/entry.ts'),
    });
    const begunAt = performance.now();
    const { peakBytes } = await analysis.ask(job, 'compared', {
      signal: new AbortController().signal,
    });
    return { seconds: (performance.now() - begunAt) / 1000, peakBytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tables that share something, each in a frame of its own: the second and third hold half of the first. */
function jobOf(folder: string, words: number, dims: number): CompareJob {
  const picks = Int32Array.from({ length: words }, (_, row) => row);
  const tableOf = (name: string): Float32Array => {
    const { normal } = randomStream(1, name);
    return Float32Array.from({ length: words * dims }, normal);
  };
  const shared = tableOf('shared');
  const tables = ['a', 'b', 'c'].map((name, index) => {
    const own = tableOf(name);
    // Columns in another order are a rotation.
    const values = own.map((value, at) => {
      const [row, column] = [Math.floor(at / dims), at % dims];
      return (value + (shared[row * dims + ((column + 7 * index) % dims)] ?? 0)) / 2;
    });
    const file = path.join(folder, `${name}.f32`);
    writeFileSync(file, new Uint8Array(values.buffer));
    const startFile = path.join(folder, `${name}-0.f32`);
    writeFileSync(startFile, new Uint8Array(own.buffer));
    return { file, startFile, rows: words, dims, picks };
  });
  return {
    kind: 'compare',
    tables,
    resultFile: path.join(folder, 'result'),
    members: tables.map((_, seed) => ({ runId: `run ${seed}`, seed, group: null })),
    shownCount: 3,
    rankedCount: words,
    pairs: [
      [0, 1],
      [0, 2],
      [1, 2],
    ].map(([first = 0, second = 0]) => ({
      first,
      second,
      isFixed: false,
      floor: { gap: 'oneSeed' },
    })),
    reference: null,
    subject: 'table',
    isCentred: true,
    poles: { positive: picks.slice(0, 20), negative: picks.slice(20, 40) },
    logOdds: new Float32Array(words).map((_, word) => Math.sin(word)),
    seed: 1,
  };
}
