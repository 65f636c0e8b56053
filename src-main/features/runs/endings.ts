import { toFailure } from '#contract/failure.ts';

import type { Outcome } from '../../trainer/supervisor.ts';
import type { Ending } from './store.ts';

export type AnyOutcome = Outcome | Readonly<{ kind: 'unprepared'; error: unknown }>;

/** The row's end for the way a training ended. `lastEpoch` is the last complete one, from which a resume goes on. */
export function endingOf(outcome: AnyOutcome, lastEpoch: number): Ending {
  switch (outcome.kind) {
    case 'ended': {
      const { message } = outcome;
      return {
        state: message.state,
        reason: message.reason,
        weightsHash: message.weightsHash,
        bestWeightsHash: message.bestWeightsHash,
        bestTrainAccuracy: message.bestTrainAccuracy,
        lastTrainAccuracy: message.lastTrainAccuracy,
      };
    }
    case 'vanished': {
      return { state: 'interrupted', reason: `${outcome.reason} ${resumeHint(lastEpoch)}` };
    }
    case 'crashed': {
      return { state: 'failed', reason: `${outcome.reason} ${resumeHint(lastEpoch)}` };
    }
    case 'forced': {
      const what = outcome.request === 'stop' ? 'stop' : 'pause';
      return {
        state: outcome.request === 'stop' ? 'stopped' : 'paused',
        reason:
          lastEpoch === 0
            ? `Ended on your request to ${what} before an epoch was complete.`
            : `Ended on your request to ${what} in the middle of an epoch. ${resumeHint(lastEpoch)}`,
      };
    }
    case 'unprepared': {
      return { state: 'failed', reason: toFailure(outcome.error).message };
    }
  }
}

export const goneReason = (lastEpoch: number): string =>
  `The process that trained it is gone (killed, out of memory, or power lost). ${resumeHint(lastEpoch)}`;

/** A reason why nothing can be stored any more, null for errors that a later try may not have. */
export function storageReason(error: unknown): string | null {
  const code = codeOf(error);
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED') return null;
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') {
    return 'The disk could not be read or written. Check that it has free space and is still there, then resume.';
  }
  return toFailure(error).message;
}

/** The database or the disk says no, as opposed to a defect of ours. */
export function isStorageError(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_') || ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EPERM'].includes(code);
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

function resumeHint(lastEpoch: number): string {
  return lastEpoch === 0
    ? 'No epoch was complete: resume starts again.'
    : `Resume from epoch ${lastEpoch}.`;
}
