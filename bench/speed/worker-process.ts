import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Timing = Readonly<{
  rows: number;
  seconds: number;
  /** Of all threads together. */
  processorSeconds: number;
  /** The most resident memory the process has had. */
  peakBytes: number;
}>;

/** One contestant in a process of its own: it waits without using the processor until it is asked. */
export type Worker = Readonly<{
  versions: Readonly<Record<string, string>>;
  ask: (kind: 'train' | 'evaluate', count: number) => Promise<Timing>;
  close: () => Promise<void>;
}>;

/** Starts a program that answers `train STEPS` and `evaluate ROWS` with a line of JSON. Throws with its last words where it ends. */
export async function startWorker(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Worker> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2000);
  });
  const waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Libraries print there too.
    if (line.startsWith('{')) waiting.shift()?.resolve(JSON.parse(line));
  });
  const closed = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      for (const { reject } of waiting.splice(0)) {
        reject(
          new Error(`${args.find((arg) => /worker/.test(arg)) ?? command} ${why}: ${lastWords}`),
        );
      }
      resolve();
    };
    child.on('error', (error) => {
      end(error.message);
    });
    child.on('close', (code, signal) => {
      end(`ended (${signal ?? String(code)})`);
    });
  });
  const killChild = (): void => void child.kill();
  process.once('exit', killChild);
  void closed.then(() => process.off('exit', killChild));
  const answer = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  const { versions } = (await answer()) as { versions: Record<string, string> };
  return {
    versions,
    ask(kind, count) {
      const next = answer();
      child.stdin.write(`${kind} ${count}\n`);
      return next as Promise<Timing>;
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
