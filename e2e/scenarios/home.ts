import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import Database from 'better-sqlite3';

import { loadCheckpoint, saveWeights } from '../../src-main/trainer/checkpoint.ts';

const run = promisify(execFile);

/** What SQLite finds wrong in the databases of a home, beside the process that has them open. */
export function integrity(
  home: string,
  files: readonly string[] = readdirSync(home).filter((name) => name.endsWith('.sqlite')),
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    files.map((name) => {
      const db = new Database(path.join(home, name), { readonly: true });
      const found = db.pragma('integrity_check', { simple: true });
      db.close();
      return [name, found];
    }),
  );
}

/** Numbers of the epochs that are stored of the only run of a home. */
export function storedEpochs(home: string): readonly number[] {
  const db = new Database(path.join(home, 'twofold.sqlite'), { readonly: true });
  const epochs = db.prepare('SELECT epoch FROM epochs ORDER BY run_key, epoch').pluck().all();
  db.close();
  return epochs.map(Number);
}

/** Process ids of the training processes that a server has started. */
export async function trainingProcesses(serverPid: number): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, ...command] = line.trim().split(/\s+/);
    return Number(parent) === serverPid && /trainer/.test(command.join(' ')) ? [Number(pid)] : [];
  });
}

/** Puts a NaN (or another value) into the weights that a run, or the only one of a home, goes on from: its next step cannot but diverge. */
export function poisonCheckpoints(
  home: string,
  { runId = readdirSync(path.join(home, 'runs'))[0] ?? '', value = Number.NaN } = {},
): void {
  const folder = path.join(home, 'runs', runId);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.ckpt'))) {
    const file = path.join(folder, name);
    const { weights, optimizer, state } = loadCheckpoint(file);
    const poisoned = weights.map((tensor) =>
      tensor.name === 'output/bias' ? { ...tensor, values: Float32Array.of(value) } : tensor,
    );
    saveWeights(file, [...poisoned, ...optimizer], state);
  }
}
