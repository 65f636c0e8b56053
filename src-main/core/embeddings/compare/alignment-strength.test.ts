import { expect, it } from 'vitest';

import { tableMeasures, type TableMeasure } from '#contract/embedding-diff.ts';

import { alignmentStrength } from './alignment-strength.ts';

const figures = (heldOutCosine: number | null) => ({
  ...(Object.fromEntries(tableMeasures.map((name) => [name, 0.9])) as Record<TableMeasure, number>),
  heldOutCosine,
});
const strength = (heldOut: number | null, chance: number | null, isSameFrame = false) =>
  alignmentStrength({ isSameFrame, figures: figures(heldOut), chance: figures(chance) });

it('goes by what is held out, never by what was fitted', () => {
  expect(strength(0.017, -0.005)).toEqual({ kind: 'chance', heldOut: 0.017, chance: -0.005 });
  expect(strength(0.15, -0.01)?.kind).toBe('weak');
  expect(strength(0.8, 0)?.kind).toBe('fair');
});

it('takes chance off, but adds nothing where chance is below 0', () => {
  expect(strength(0.14, 0.1)?.kind).toBe('chance');
  expect(strength(0.04, -0.1)?.kind).toBe('chance');
});

it('believes nothing that is undefined, and has nothing to say of one frame', () => {
  expect(strength(null, null)?.kind).toBe('chance');
  expect(strength(1, 0, true)).toBeNull();
});
