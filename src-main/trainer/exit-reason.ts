import * as m from '#messages';

import type { ChildExit } from './host.ts';

/**
 * `vanished`: something outside ended the process (killed, out of memory), the run is interrupted. `crashed`: the process failed by
 * itself, the run has failed. `reason` is one sentence.
 */
export type ExitReason = Readonly<{ kind: 'vanished' | 'crashed'; reason: string }>;

/** What an exit without an `ended` message means; `lastWords` is the end of what the child wrote to stderr. */
export function exitReason(exit: ChildExit, lastWords: string): ExitReason {
  if (exit.signal !== null) return signalReason(exit.signal);
  const because = lastLine(lastWords);
  if (exit.code === null) {
    const reason =
      because === '' ? m.trainer_not_started() : m.trainer_not_started_because({ because });
    return { kind: 'crashed', reason };
  }
  if (/out of memory|bad_alloc|OOM when allocating/i.test(lastWords)) {
    return { kind: 'crashed', reason: m.trainer_out_of_memory() };
  }
  // Shells and Windows report a killed process as a code: 128 + signal, or an NTSTATUS.
  if (exit.code === 137) return signalReason('SIGKILL');
  if (exit.code === 143) return signalReason('SIGTERM');
  if (exit.code === 0) {
    return {
      kind: 'crashed',
      reason: m.trainer_ended_silently(),
    };
  }
  const code = exitCode(exit.code);
  const reason =
    because === ''
      ? m.trainer_ended_with_code({ code })
      : m.trainer_ended_with_code_because({ code, because });
  return { kind: 'crashed', reason };
}

function signalReason(signal: string): ExitReason {
  switch (signal) {
    case 'SIGKILL': {
      return {
        kind: 'vanished',
        reason: m.trainer_killed(),
      };
    }
    case 'SIGTERM':
    case 'SIGINT':
    case 'SIGHUP': {
      return {
        kind: 'vanished',
        reason: m.trainer_ended_from_outside({ signal }),
      };
    }
    case 'SIGILL': {
      return {
        kind: 'crashed',
        reason: m.trainer_illegal_instruction(),
      };
    }
    default: {
      return { kind: 'crashed', reason: m.trainer_crashed({ signal }) };
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
