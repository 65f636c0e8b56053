import type { RunConfig } from '#contract/run-config.ts';

export type Waiting = Readonly<{ valLossToBeat: number | null; epochsWaited: number }>;

/** Keras's EarlyStopping on the validation loss: an epoch counts as better when it beats the best by more than minDelta. */
export function afterEpoch(waiting: Waiting, valLoss: number, minDelta: number): Waiting {
  const { valLossToBeat, epochsWaited } = waiting;
  return valLossToBeat === null || valLoss < valLossToBeat - minDelta
    ? { valLossToBeat: valLoss, epochsWaited: 0 }
    : { valLossToBeat, epochsWaited: epochsWaited + 1 };
}

export const isPatienceOver = (
  { epochsWaited }: Waiting,
  patience: RunConfig['patience'],
): boolean => patience !== 'none' && epochsWaited >= patience;

/** Which of two epochs is kept: the lower validation loss, the earlier one on ties, whatever minDelta is. */
export const isBetter = (
  later: Readonly<{ valLoss: number }>,
  best: Readonly<{ valLoss: number }> | null,
): boolean => best === null || later.valLoss < best.valLoss;

export type StopRule = Pick<RunConfig, 'patience' | 'minDelta'>;

export type StopPreview<E> = Readonly<{
  /** The last epoch that would have been trained; null where the rule would not have ended within these epochs. */
  stop: E | null;
  /** The epoch whose weights would have been kept. */
  kept: E;
}>;

/** What another rule would have made of the epochs that a run has trained, in order from the first; null without epochs. */
export function previewStop<E extends Readonly<{ valLoss: number }>>(
  epochs: readonly E[],
  { patience, minDelta }: StopRule,
): StopPreview<E> | null {
  let waiting: Waiting = { valLossToBeat: null, epochsWaited: 0 };
  let kept: E | null = null;
  for (const epoch of epochs) {
    waiting = afterEpoch(waiting, epoch.valLoss, minDelta);
    if (isBetter(epoch, kept)) kept = epoch;
    if (isPatienceOver(waiting, patience)) return kept === null ? null : { stop: epoch, kept };
  }
  return kept === null ? null : { stop: null, kept };
}
