import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  afterEpoch,
  isPatienceOver,
  patienceToStopAt,
  previewStop,
  type Waiting,
} from './early-stopping.ts';

/** Epochs until it is over, for a sequence of validation losses; null where it never is. */
function epochsUntilOver(losses: readonly number[], patience: number | 'none', minDelta = 0) {
  let waiting: Waiting = { valLossToBeat: null, epochsWaited: 0 };
  for (const [index, loss] of losses.entries()) {
    waiting = afterEpoch(waiting, loss, minDelta);
    if (isPatienceOver(waiting, patience)) return index + 1;
  }
  return null;
}

describe('early stopping', () => {
  it('waits as many epochs as patience says after the best one', () => {
    expect(epochsUntilOver([0.5, 0.4, 0.45, 0.41, 0.42], 3)).toBe(5);
    expect(epochsUntilOver([0.5, 0.4, 0.45, 0.41, 0.39], 3)).toBeNull();
    expect(epochsUntilOver([0.5, 0.6], 1)).toBe(2);
  });

  it('counts an equal loss, and a gain of no more than minDelta, as no improvement', () => {
    expect(epochsUntilOver([0.5, 0.5], 1)).toBe(2);
    expect(epochsUntilOver([0.5, 0.45, 0.4], 2, 0.2)).toBe(3);
    // Small gains add up against the value to beat.
    expect(epochsUntilOver([0.5, 0.42, 0.3], 2, 0.15)).toBeNull();
  });

  it('never ends without patience', () => {
    expect(epochsUntilOver(Array<number>(50).fill(1), 'none')).toBeNull();
  });
});

describe('the preview of another rule', () => {
  const epochsOf = (losses: readonly number[]) =>
    losses.map((valLoss, index) => ({ epoch: index + 1, valLoss }));
  const curve = epochsOf([0.5, 0.4, 0.45, 0.39, 0.41, 0.42, 0.38]);

  it('ends where the trainer would have ended, and keeps what it would have kept', () => {
    expect(previewStop(curve, { patience: 1, minDelta: 0 })).toEqual({
      stop: curve[2],
      kept: curve[1],
      reference: curve[1],
    });
    expect(previewStop(curve, { patience: 2, minDelta: 0 })).toEqual({
      stop: curve[5],
      kept: curve[3],
      reference: curve[3],
    });
    expect(previewStop(curve, { patience: 3, minDelta: 0 })).toEqual({
      stop: null,
      kept: curve[6],
      reference: curve[6],
    });
    expect(previewStop([], { patience: 3, minDelta: 0 })).toBeNull();
  });

  it('keeps the lowest loss even where the gain is too small to wait for', () => {
    // Epoch 4 is lower than epoch 2 by 0.01 only: it ends the wait no sooner, but its weights are the best.
    expect(previewStop(curve, { patience: 2, minDelta: 0.05 })).toEqual({
      stop: curve[3],
      kept: curve[3],
      reference: curve[1],
    });
  });

  it('keeps the earlier of two equal losses', () => {
    const flat = epochsOf([0.4, 0.3, 0.3, 0.3]);
    expect(previewStop(flat, { patience: 2, minDelta: 0 })).toEqual({
      stop: flat[3],
      kept: flat[1],
      reference: flat[1],
    });
  });

  it('finds the patience that ends nearest to an epoch', () => {
    expect([3, 6, 8].map((epoch) => patienceToStopAt(curve, 0, epoch, 20))).toEqual([1, 2, 3]);
    // None ends after epoch 5 exactly; the less patient of two as near is taken.
    expect(
      previewStop(curve, { patience: patienceToStopAt(curve, 0, 5, 20), minDelta: 0 })?.stop,
    ).toBe(curve[5]);
    expect(patienceToStopAt(curve, 0, 8, 1)).toBe(1);
  });

  it('never ends sooner with more patience, and never keeps a worse epoch', () => {
    const losses = fc.array(fc.double({ min: 0, max: 2, noNaN: true }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        losses,
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (values, patience, minDelta) => {
          const epochs = epochsOf(values);
          const [less, more] = [patience, patience + 1].map((of) =>
            previewStop(epochs, { patience: of, minDelta }),
          );
          const endOf = (of: typeof less) => of?.stop?.epoch ?? epochs.length + 1;
          expect(endOf(more)).toBeGreaterThanOrEqual(endOf(less));
          expect(more!.kept.valLoss).toBeLessThanOrEqual(less!.kept.valLoss);
        },
      ),
    );
  });
});
