import { expect, it } from 'vitest';

import { nextSlot, slotRange } from './colour-slot.ts';
import { styleOfRun, stylesApart, stylesByConfiguration } from './style-of-run.ts';

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
    colourSlot: 7,
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

it('draws the runs of a configuration alike, on its side, and the 6th of a side with the next dash', () => {
  const styles = stylesByConfiguration([
    ...Array.from({ length: 6 }, (_, index) => runsOf(null, 'separate', index)),
    ...Array.from({ length: 5 }, (_, index) => runsOf(null, 'shared', index)),
  ]);
  const of = (id: string) => {
    const style = styles.get(id);
    return [style?.colour, style?.dash.join(' ')];
  };
  expect(of('separate 0 1')).toEqual(['run-2', '']);
  expect(of('separate 0 2')).toEqual(['run-2', '']);
  expect(of('separate 5 1')).toEqual(['run-2', '7 3']);
  expect(of('shared 4 2')).toEqual(['run-12', '']);
  expect(
    new Set([...styles.values()].map(({ colour, dash }) => `${colour} ${dash.join()}`)).size,
  ).toBe(11);
});

it('gives A and B of a grid the colours of their variants, and no other configuration', () => {
  const grid = [
    runsOf(null, 'separate', 0),
    runsOf('A', 'separate', 1),
    runsOf(null, 'shared', 0),
    runsOf('B', 'shared', 1),
    runsOf('A', 'separate', 2),
  ];
  const styles = stylesByConfiguration(grid);
  const colours = grid.map(([run]) => styles.get(run?.runId ?? '')?.colour);
  expect(colours).toEqual(['run-2', 'a', 'run-8', 'b', 'run-3']);
  expect(styles.get('separate 1 2')).toMatchObject({ mark: 'circle', isLegibleAsText: true });
});

it('tells few seeds of a configuration apart by dash', () => {
  const styles = stylesByConfiguration([runsOf(null, 'shared', 0)], { isDashBySeed: true });
  expect([...styles.values()].map(({ dash }) => dash.join(' '))).toEqual(['', '7 3']);
});

function runsOf(variant: 'A' | 'B' | null, embedding: 'separate' | 'shared', index: number) {
  return [1, 2].map((seed) => ({
    runId: `${embedding} ${index} ${seed}`,
    variant,
    colourSlot: 1,
    config: { embedding, seed },
  }));
}
