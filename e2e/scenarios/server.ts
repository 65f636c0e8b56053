import { spawn } from 'node:child_process';

import { programFile } from '../../src-main/testing/programs.ts';

export type Server = Readonly<{
  /** The one-time link. */
  link: string;
  /** `http://127.0.0.1:PORT` */
  origin: string;
  pid: number;
  /** All that it printed so far. */
  output: () => string;
  stop: () => Promise<void>;
}>;

/** It pauses its runs first; only a server that hangs needs more. */
const stopLimitMs = 30_000;

/** Starts the browser shell on a home folder and waits for its one-time link. */
export async function startServer(
  home: string,
  /** Whether answers and events are checked against the contract too; not where speed is measured. */
  { isChecked = true } = {},
): Promise<Server> {
  const child = spawn(process.execPath, [programFile('main'), '--no-open'], {
    env: { ...process.env, TWOFOLD_HOME: home, TWOFOLD_CHECK: isChecked ? '1' : '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let output = '';
  const link = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/open\/\S+/.exec(output);
      if (found !== null) resolve(found[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(`The server ended before it gave a link:\n${output}`)));
  });
  return {
    link,
    origin: new URL(link).origin,
    pid: child.pid ?? 0,
    output: () => output,
    stop: async () => {
      const limit = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(limit);
    },
  };
}
