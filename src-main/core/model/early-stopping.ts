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
  /** The last epoch that counted as better: its loss is to be beaten, and patience counts from it. */
  reference: E;
}>;

/** What another rule would have made of the epochs that a run has trained, in order from the first; null without epochs. */
export function previewStop<E extends Readonly<{ valLoss: number }>>(
  epochs: readonly E[],
  { patience, minDelta }: StopRule,
): StopPreview<E> | null {
  let waiting: Waiting = { valLossToBeat: null, epochsWaited: 0 };
  let [kept] = epochs;
  let reference = kept;
  if (kept === undefined || reference === undefined) return null;
  for (const epoch of epochs) {
    waiting = afterEpoch(waiting, epoch.valLoss, minDelta);
    if (waiting.epochsWaited === 0) reference = epoch;
    if (isBetter(epoch, kept)) kept = epoch;
    if (isPatienceOver(waiting, patience)) return { stop: epoch, kept, reference };
  }
  return { stop: null, kept, reference };
}

/** The patience, `most` at most, with which a run would have ended nearest to an epoch; beyond the last: not at all where that is possible. */
export function patienceToStopAt(
  epochs: readonly Readonly<{ epoch: number; valLoss: number }>[],
  minDelta: number,
  wanted: number,
  most: number,
): number {
  const beyond = (epochs.at(-1)?.epoch ?? 0) + 1;
  const distance = (patience: number): number =>
    Math.abs((previewStop(epochs, { patience, minDelta })?.stop?.epoch ?? beyond) - wanted);
  let best = 1;
  for (let patience = 2; patience <= most; patience += 1) {
    if (distance(patience) < distance(best)) best = patience;
  }
  return best;
}
