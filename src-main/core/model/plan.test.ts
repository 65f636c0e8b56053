import { describe, expect, it } from 'vitest';

import { choosePlan } from './plan.ts';

const defaults = {
  maxLength: 500,
  hiddenUnits: 128,
  batchSize: 300,
  threads: 'auto',
  lstmActivation: 'tanh',
} as const;

describe('choosePlan', () => {
  it('takes one thread an operation and two operations at a time on two cores', () => {
    expect(choosePlan(defaults, 2, 'native')).toMatchObject({
      intraOpThreads: 1,
      interOpThreads: 2,
      lstmBackward: 'steps',
    });
  });

  it('takes whole-chunk kernels for small steps and plain ones for ReLU', () => {
    expect(choosePlan({ ...defaults, hiddenUnits: 32 }, 2, 'native').lstmBackward).toBe('block');
    expect(choosePlan({ ...defaults, lstmActivation: 'relu' }, 2, 'native').lstmBackward).toBe(
      'unrolled',
    );
  });

  it('never has a chunk longer than a review', () => {
    const plan = choosePlan({ ...defaults, maxLength: 8 }, 2, 'native');
    expect([plan.lstmChunk, plan.convChunk, plan.flattenChunk]).toEqual([8, 8, 8]);
  });

  it('obeys a given thread count', () => {
    expect(choosePlan({ ...defaults, threads: 1 }, 8, 'native')).toMatchObject({
      intraOpThreads: 1,
      interOpThreads: 1,
    });
  });
});
