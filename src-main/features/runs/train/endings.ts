import { isQuotaCode } from '#contract/failure.ts';
import { reasonOf, type Reason } from '#core/wording/reasons.ts';

import type { Outcome } from '../../../processes/training-supervisor.ts';
import type { Ending } from '../store/store.ts';

export type AnyOutcome = Outcome | Readonly<{ kind: 'unprepared'; error: unknown }>;

/** The row's end for the way a training ended. `lastEpoch` is the last complete one, from which a resume goes on. */
export function endingOf(outcome: AnyOutcome, lastEpoch: number): Ending {
  switch (outcome.kind) {
    case 'ended': {
      const { message } = outcome;
      return {
        state: message.state,
        // The process is of this version.
        reason: message.reason as Reason | null,
        weightsHash: message.weightsHash,
        bestWeightsHash: message.bestWeightsHash,
        bestTrainAccuracy: message.bestTrainAccuracy,
        lastTrainAccuracy: message.lastTrainAccuracy,
      };
    }
    case 'vanished':
      return { state: 'interrupted', reason: { ...outcome.reason, lastEpoch } };
    case 'crashed':
      return { state: 'failed', reason: { ...outcome.reason, lastEpoch } };
    case 'forced': {
      const { request } = outcome;
      return {
        state: request === 'stop' ? 'stopped' : 'paused',
        reason: { kind: 'forced', request, lastEpoch },
      };
    }
    case 'unprepared':
      return { state: 'failed', reason: reasonOf(outcome.error) };
  }
}

/** A reason why nothing can be stored any more, null for errors that a later try may not have. */
export function storageReason(error: unknown): Reason | null {
  const code = codeOf(error);
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED') return null;
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') return { kind: 'diskUnreadable' };
  return reasonOf(error);
}

/** The database or the disk says no, as opposed to a defect of ours. */
export function isStorageError(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code.startsWith('SQLITE_') ||
    isQuotaCode(code) ||
    ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EPERM'].includes(code)
  );
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
