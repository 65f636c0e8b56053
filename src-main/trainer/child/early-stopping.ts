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
