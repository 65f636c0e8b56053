import * as m from '#messages';

import { numbersIn, retold } from './retold.ts';

/** After so many epochs without a better one; `isLost`: none was ever near guessing. */
export function sayStoppedEarly(epochs: number, isLost: boolean): string {
  const early = m.trainer_stopped_early({ count: epochs });
  return isLost ? `${early} ${m.trainer_worse_than_guessing()}` : early;
}

/** The process had to be ended. `lastEpoch`: the last complete one, from which a resume goes on. */
export const sayForced = (request: 'stop' | 'pause', lastEpoch: number): string =>
  lastEpoch === 0
    ? m.runs_ended_before_epoch({ request })
    : withResume(m.runs_ended_in_epoch({ request }), lastEpoch);

export const sayGone = (lastEpoch: number): string => withResume(m.runs_gone(), lastEpoch);

export function withResume(sentence: string, lastEpoch: number): string {
  const hint =
    lastEpoch === 0 ? m.runs_resume_starts_again() : m.runs_resume_from({ epoch: lastEpoch });
  return `${sentence} ${hint}`;
}

/** Why a run ended, stored in another language: what is of few kinds is told anew, all else stays as it is. */
export const retoldReason = (reason: string): string =>
  retold(reason, () =>
    [0, ...numbersIn(reason)].flatMap((epochs) => [
      () => sayStoppedEarly(epochs, false),
      () => sayStoppedEarly(epochs, true),
      () => sayForced('stop', epochs),
      () => sayForced('pause', epochs),
      () => sayGone(epochs),
    ]),
  );
