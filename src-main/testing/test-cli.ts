import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'vitest';
import type { z } from 'zod';

import { programFile } from './programs.ts';

export type Outcome = Readonly<{ code: number | null; stdout: string; stderr: string }>;
export type Spawned = Readonly<{
  child: ChildProcess;
  outcome: Promise<Outcome>;
  /** Resolves when it has printed that. */
  line: (part: string) => Promise<void>;
}>;

export type BeginOptions = Pick<SpawnOptions, 'detached' | 'env' | 'uid' | 'gid'>;

export type TestCli = Readonly<{
  /** Where the user stands. */
  folder: string;
  home: string;
  begin: (...args: string[]) => Spawned;
  /**
   * The same with variables of its own, as another user, or (`detached`) in a process group of its own, so that a signal can be sent to the
   * whole of it by the negative pid.
   */
  beginAs: (options: BeginOptions, ...args: readonly string[]) => Spawned;
  twofold: (...args: string[]) => Promise<Outcome>;
  /** What a command prints with --json, as the contract has it. */
  json: <T extends z.ZodType>(schema: T, ...args: string[]) => Promise<z.output<T>>;
  remove: () => void;
}>;

const entry = programFile('cli');

/** The real command line, in processes of its own over a home of its own. */
export function openTestCli(): TestCli {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-cli-'));
  const home = path.join(folder, 'home');

  const beginAs: TestCli['beginAs'] = ({ env = {}, ...options }, ...args) => {
    const child = spawn(process.execPath, [entry, ...args], {
      ...options,
      env: { ...process.env, TWOFOLD_HOME: home, INIT_CWD: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const outcome = new Promise<Outcome>((resolve) =>
      child.once('close', (code) => resolve({ code, stdout, stderr })),
    );
    return {
      child,
      outcome,
      line: (part) =>
        new Promise((resolve, reject) => {
          const look = () => {
            if (stdout.includes(part)) resolve();
          };
          child.stdout.on('data', look);
          look();
          void outcome.then(() =>
            reject(new Error(`It ended without "${part}": ${stdout}${stderr}`)),
          );
        }),
    };
  };

  const begin = (...args: string[]): Spawned => beginAs({}, ...args);
  const twofold = (...args: string[]): Promise<Outcome> => begin(...args).outcome;
  return {
    folder,
    home,
    begin,
    beginAs,
    twofold,
    async json(schema, ...args) {
      const { code, stdout, stderr } = await twofold(...args, '--json');
      expect([code, stderr]).toEqual([0, '']);
      return schema.parse(JSON.parse(stdout));
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
