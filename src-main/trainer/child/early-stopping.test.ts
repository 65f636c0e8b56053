import { describe, expect, it } from 'vitest';

import { afterEpoch, isPatienceOver, type Waiting } from './early-stopping.ts';

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
