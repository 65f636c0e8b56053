import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';

export type Machine = Readonly<{
  processor: string;
  cores: number;
  memoryBytes: number;
  platform: string;
  /** The most that matrix products reach, operations a second: one thread, all cores. */
  peak: Readonly<{ one: number; all: number }>;
  /** Load before the benchmark: other work disturbs it. */
  load: number;
}>;

export function describeMachine(): Machine {
  const cores = availableParallelism();
  const load = loadavg()[0] ?? 0;
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores,
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    peak: { one: multiply(1), all: multiply(cores) },
    load,
  };
}

function multiply(threads: number): number {
  const script = path.join(import.meta.dirname, 'gemm-worker.ts');
  const result = spawnSync(process.execPath, [script, String(threads)], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`The matrix products failed: ${result.stderr}`);
  return (JSON.parse(result.stdout) as { flopsPerSecond: number }).flopsPerSecond;
}
