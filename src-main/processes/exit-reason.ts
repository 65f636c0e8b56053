import type { Exit } from '#core/wording/reasons.ts';

import type { ChildExit } from './host.ts';

/**
 * `vanished`: something outside ended the process (killed, out of memory), the run is interrupted. `crashed`: the process failed by
 * itself, the run has failed.
 */
export type ExitReason = Readonly<{ kind: 'vanished' | 'crashed'; reason: Exit }>;

/** What an exit without an `ended` message means; `lastWords` is the end of what the child wrote to stderr. */
export function exitReason(exit: ChildExit, lastWords: string): ExitReason {
  if (exit.signal !== null) return signalReason(exit.signal);
  const because = lastLine(lastWords);
  if (exit.code === null) {
    return { kind: 'crashed', reason: { kind: 'notStarted', because } };
  }
  if (/out of memory|bad_alloc|OOM when allocating/i.test(lastWords)) {
    return { kind: 'crashed', reason: { kind: 'outOfMemory' } };
  }
  // Shells and Windows report a killed process as a code: 128 + signal, or an NTSTATUS.
  if (exit.code === 137) return signalReason('SIGKILL');
  if (exit.code === 143) return signalReason('SIGTERM');
  if (exit.code === 0) {
    return { kind: 'crashed', reason: { kind: 'endedSilently' } };
  }
  return { kind: 'crashed', reason: { kind: 'endedWithCode', code: exit.code, because } };
}

function signalReason(signal: string): ExitReason {
  switch (signal) {
    case 'SIGKILL':
      return { kind: 'vanished', reason: { kind: 'killed' } };
    case 'SIGTERM':
    case 'SIGINT':
    case 'SIGHUP':
      return { kind: 'vanished', reason: { kind: 'endedFromOutside', signal } };
    case 'SIGILL':
      return { kind: 'crashed', reason: { kind: 'illegalInstruction' } };
    default:
      return { kind: 'crashed', reason: { kind: 'crashed', signal } };
  }
}

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
