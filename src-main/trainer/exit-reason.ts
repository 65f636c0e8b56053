import type { ChildExit } from './host.ts';

/**
 * `vanished`: something outside ended the process (killed, out of memory), the run is interrupted. `crashed`: the process failed by
 * itself, the run has failed. `reason` is one sentence.
 */
export type ExitReason = Readonly<{ kind: 'vanished' | 'crashed'; reason: string }>;

/** What an exit without an `ended` message means; `lastWords` is the end of what the child wrote to stderr. */
export function exitReason(exit: ChildExit, lastWords: string): ExitReason {
  if (exit.signal !== null) return signalReason(exit.signal);
  const words = lastLine(lastWords);
  const because = words === '' ? '' : `: ${words}`;
  if (exit.code === null) {
    return { kind: 'crashed', reason: `The training process could not be started${because}.` };
  }
  if (/out of memory|bad_alloc|OOM when allocating/i.test(lastWords)) {
    return { kind: 'crashed', reason: outOfMemory };
  }
  // Shells and Windows report a killed process as a code: 128 + signal, or an NTSTATUS.
  if (exit.code === 137) return signalReason('SIGKILL');
  if (exit.code === 143) return signalReason('SIGTERM');
  if (exit.code === 0) {
    return {
      kind: 'crashed',
      reason: 'The training process ended without saying how; its log may tell more.',
    };
  }
  return {
    kind: 'crashed',
    reason: `The training process ended with code ${exitCode(exit.code)}${because}.`,
  };
}

const outOfMemory =
  'The training process ran out of memory. Use a smaller batch size, maximum length or number of hidden units.';

function signalReason(signal: string): ExitReason {
  switch (signal) {
    case 'SIGKILL': {
      return {
        kind: 'vanished',
        reason:
          'The training process was killed (SIGKILL): by the system, probably because memory ran out, or by somebody.',
      };
    }
    case 'SIGTERM':
    case 'SIGINT':
    case 'SIGHUP': {
      return {
        kind: 'vanished',
        reason: `The training process was ended from outside (${signal}).`,
      };
    }
    case 'SIGILL': {
      return {
        kind: 'crashed',
        reason:
          "This machine's processor lacks instructions that the native library needs (SIGILL). Choose the wasm backend.",
      };
    }
    default: {
      return { kind: 'crashed', reason: `The training process crashed (${signal}).` };
    }
  }
}

const exitCode = (code: number): string =>
  code > 0xffff ? `0x${code.toString(16).toUpperCase()}` : String(code);

function lastLine(text: string): string {
  const line =
    text
      .trim()
      .split('\n')
      .findLast((part) => /^\w*Error\b/.test(part)) ?? text.trim().split('\n').at(-1);
  return (line ?? '')
    .trim()
    .slice(0, 300)
    .replace(/[.\s]+$/, '');
}
