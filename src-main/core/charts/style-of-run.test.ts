import { expect, it } from 'vitest';

import { nextSlot, slotRange } from '../colour-slot.ts';
import { styleOfRun, stylesApart } from './style-of-run.ts';

const a = { variant: 'A', colourSlot: 1, config: { embedding: 'separate', seed: 1 } } as const;

it('colours by variant and dashes by seed', () => {
  expect(styleOfRun(a, 'variant')).toMatchObject({ colour: 'a', dash: [], mark: 'circle' });
  const b = { variant: 'B', colourSlot: 7, config: { embedding: 'shared', seed: 3 } } as const;
  expect(styleOfRun(b, 'variant')).toMatchObject({ colour: 'b', dash: [2, 3], mark: 'square' });
  const dashOf = (seed: number) =>
    styleOfRun({ ...a, config: { ...a.config, seed } }, 'variant').dash.join();
  const ten = Array.from({ length: 10 }, (_, index) => dashOf(index + 1));
  expect(new Set(ten).size).toBe(10);
  expect(dashOf(11)).toBe(ten[0]);
});

it('keeps a custom run on its side', () => {
  const custom = {
    variant: null,
    colourSlot: 6,
    config: { embedding: 'shared', seed: 1 },
  } as const;
  expect(styleOfRun(custom, 'variant')).toMatchObject({ colour: 'b', mark: 'triangle' });
});

it('colours by slot, and gives the 13th the first colour with the next dash', () => {
  expect(styleOfRun(a, 'run')).toMatchObject({ colour: 'run-1', dash: [], isLegibleAsText: false });
  expect(styleOfRun({ ...a, colourSlot: 13 }, 'run')).toMatchObject({
    colour: 'run-1',
    dash: [7, 3],
  });
});

it('keeps the side of a run in every slot that it can have', () => {
  for (const embedding of ['separate', 'shared'] as const) {
    let slot: number | null = null;
    for (let run = 0; run < 12; run += 1) {
      slot = nextSlot({ embedding }, slot);
      const { colour } = styleOfRun(
        { ...a, colourSlot: slot, config: { embedding, seed: 1 } },
        'run',
      );
      const number = Number(colour.replace('run-', ''));
      const { low, high } = slotRange({ embedding });
      expect(number >= low && number <= high, colour).toBe(true);
    }
  }
});

it('takes the colours of the slots where two runs would look the same', () => {
  const runs = [
    { ...a, runId: 'x' },
    { ...a, runId: 'y', colourSlot: 4 },
  ];
  expect([...stylesApart(runs).values()].map(({ colour }) => colour)).toEqual(['run-1', 'run-4']);
  const seeds = [
    { ...a, runId: 'x' },
    { ...a, runId: 'y', config: { ...a.config, seed: 2 } },
  ];
  expect([...stylesApart(seeds).values()].map(({ colour }) => colour)).toEqual(['a', 'a']);
});
