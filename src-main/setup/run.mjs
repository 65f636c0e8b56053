import { spawn, spawnSync } from 'node:child_process';

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end. Signals this process receives are handed to it, and when it goes by a signal the set-up
 * that waits for it is told so (`signal`), so that Ctrl-C stops both.
 * @returns {Promise<{code: number | null, signal: string | null, output: string, timedOut: boolean}>} output is the last 64 KB of
 *   both streams where `stdio` is 'capture'.
 */
export function run(command, args, { stdio = 'capture', cwd, env = process.env, limitMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: stdio === 'capture' ? ['ignore', 'pipe', 'pipe'] : stdio,
      windowsHide: true,
    });
    let output = '';
    let timedOut = false;
    const keep = (chunk) => {
      output = (output + chunk).slice(-65_536);
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    const forward = Object.fromEntries(passedOn.map((signal) => [signal, () => child.kill(signal)]));
    for (const signal of passedOn) process.on(signal, forward[signal]);
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, limitMs);
    const settle = (finish) => (value, signal) => {
      clearTimeout(timer);
      for (const name of passedOn) process.off(name, forward[name]);
      finish(value, signal);
    };
    child.on('error', settle(reject));
    child.on(
      'close',
      settle((code, signal) => resolve({ code, signal, output, timedOut })),
    );
  });
}

/** Whether a program can be started and answers `--version` (or what `args` says) with exit code 0. */
export function answers(command, args = ['--version'], env = process.env) {
  const result = spawnSync(command, args, { stdio: 'ignore', env, timeout: 20_000, windowsHide: true });
  return result.status === 0;
}

/** The last line of a program's output that says something. */
export function lastLine(output) {
  return (
    output
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .at(-1) ?? 'no output'
  );
}
