import { expect, test } from 'vitest';

import { nextSlot } from './colour-slot.ts';

test('runs take the colours of their side in turn', () => {
  const take = (embedding: 'separate' | 'shared', count: number): number[] => {
    const slots: number[] = [];
    for (let i = 0; i < count; i += 1) slots.push(nextSlot({ embedding }, slots.at(-1) ?? null));
    return slots;
  };
  expect(take('separate', 8)).toEqual([1, 2, 3, 4, 5, 6, 1, 2]);
  expect(take('shared', 7)).toEqual([7, 8, 9, 10, 11, 12, 7]);
});
