import type { Judgement } from '#contract/experiment.ts';
import { resumableStates } from '#contract/run.ts';

type Missing = Judgement['missing'][number];

export type PlanGaps = Readonly<{
  /** Came to no end, or not to a good one. */
  halted: readonly Missing[];
  /** Those of them that can go on; what diverged would diverge again. */
  resumable: readonly string[];
  inTrash: readonly Missing[];
  /** Queued, or training. */
  coming: readonly Missing[];
  /** Stayed behind when a bundle was written. */
  absent: readonly Missing[];
}>;

/** What of its plan an experiment does not have. */
export function planGaps({ missing }: Pick<Judgement, 'missing'>): PlanGaps {
  const alive = missing.filter(({ isInTrash, isHere }) => !isInTrash && isHere);
  const coming = alive.filter(({ state }) => state === 'queued' || state === 'running');
  const halted = alive.filter((run) => !coming.includes(run));
  return {
    halted,
    resumable: halted
      .filter(({ state }) => resumableStates.includes(state) && state !== 'diverged')
      .map(({ runId }) => runId),
    inTrash: missing.filter(
      ({ isInTrash, isHere, state }) => isInTrash && isHere && state === 'finished',
    ),
    coming,
    absent: missing.filter(({ isHere }) => !isHere),
  };
}
