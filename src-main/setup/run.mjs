import { spawn, spawnSync } from 'node:child_process';
import { Interrupted } from './failure.mjs';

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// npm runs scripts through a shell that dies of a signal without handing it on; its end is then the only sign of it.
const parent = process.ppid;
const parentPollMs = 300;
// npm and the terminal both send the same Ctrl-C: what comes within this time is one wish.
const sameWishMs = 400;

/**
 * Runs a step of the set-up to its end and keeps what it prints.
 * A signal is handed on, and once the program has ended the step throws `Interrupted`.
 * @returns {Promise<{code: number | null, signal: string | null, output: string, timedOut: boolean}>} output: the last 64 KB of both
 *   streams, empty with `stdio: 'inherit'`
 */
export async function run(
  command,
  args,
  { stdio = 'capture', cwd, env = process.env, limitMs, shell = false } = {},
) {
  const child = spawn(command, args, {
    cwd,
    env,
    shell,
    stdio: stdio === 'capture' ? ['ignore', 'pipe', 'pipe'] : stdio,
    windowsHide: true,
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-65_536);
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  let timedOut = false;
  const timer =
    limitMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, limitMs);
  const { code, signal, received } = await outcome(child);
  clearTimeout(timer);
  if (received !== null) throw new Interrupted(received);
  return { code, signal, output, timedOut };
}

/**
 * Hands over to the program that all the set-up was for: same terminal, same signals, same end.
 * Sets this process's exit code, or ends it by the signal that ended the program.
 */
export async function handOver(command, args, options) {
  endAs(await passThrough(command, args, options));
}

/** Runs a program on this terminal and hands signals on to it; how it ended is the caller's to judge. */
export async function passThrough(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: 'inherit' });
  return await outcome(child, { endsWithShell: true });
}

/** Ends this process as a program did. */
export function endAs({ code, signal }) {
  if (signal !== null) endBy(signal);
  process.exitCode = code ?? 1;
}

/** Ends this process the way the signal would have, so that whoever waits sees the same. */
export function endBy(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** Whether a program can be started and ends with exit code 0. */
export function answers(command, args = ['--version'], env = process.env) {
  const result = spawnSync(command, args, {
    stdio: 'ignore',
    env,
    timeout: 20_000,
    windowsHide: true,
  });
  return result.status === 0;
}

/** The last line of a program's output that says something. */
export function lastLine(output) {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.filter(Boolean).at(-1) ?? 'no output';
}

/** Calls `onGone` when the shell that npm put above this process has ended; without npm nothing is watched. */
export function watchShell(onGone) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32')
    return undefined;
  return setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, parentPollMs);
}

function outcome(child, { endsWithShell = false } = {}) {
  return new Promise((resolve, reject) => {
    let received = null;
    let lastMs = -Infinity;
    const onSignal = (signal) => {
      received ??= signal;
      const nowMs = performance.now();
      // A terminal sends Ctrl-C to every process of the group: the child has it already.
      const isDelivered = signal === 'SIGINT' && process.stdin.isTTY === true;
      if (!isDelivered && nowMs - lastMs > sameWishMs) child.kill(signal);
      lastMs = nowMs;
    };
    for (const signal of passedOn) process.on(signal, onSignal);
    const shell = endsWithShell
      ? watchShell(() => {
          clearInterval(shell);
          // A signal that reached this process too has been dealt with.
          if (received === null) child.kill('SIGTERM');
        })
      : undefined;
    const settle = () => {
      clearInterval(shell);
      for (const signal of passedOn) process.off(signal, onSignal);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code, signal) => {
      settle();
      resolve({ code, signal, received });
    });
  });
}
