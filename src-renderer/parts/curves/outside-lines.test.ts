import { expect, it } from 'vitest';

import { outsideStyle } from '#core/charts/style-of-run.ts';
import { beyondText, lastEpochBeside, outsideLines } from './outside-lines.ts';

const curve = (length: number) => ({
  curve: {
    curveId: `c${length}`,
    name: `of ${length}`,
    fileName: 'log.csv',
    importedAt: '2026-02-03T10:00:00Z',
    epochs: Array.from({ length }, (_, index) => ({
      epoch: index + 1,
      loss: null,
      accuracy: null,
      valLoss: index === 4321 ? 0.25 : 0.5 + (index % 7) / 100,
      valAccuracy: null,
      testLoss: null,
      testAccuracy: null,
    })),
  },
  style: outsideStyle(0),
});

it('a very long curve leaves the runs their room, and is named', () => {
  const long = curve(300_000);
  const short = curve(30);
  const [run] = outsideLines([curve(12)], 'valLoss', 'validation');
  const last = lastEpochBeside(run === undefined ? [] : [run]);
  expect(last).toBe(48);
  const lines = outsideLines([long, short], 'valLoss', 'validation', last);
  expect(lines.map(({ x, totalPoints }) => [x.at(-1), x.length, totalPoints])).toEqual([
    [48, 48, 300_000],
    [30, 30, 30],
  ]);
  expect(beyondText([long, short], last)).toBe(
    'Drawn to epoch 48 beside these runs: of 300000 goes on to epoch 300,000. Without runs it is drawn whole.',
  );
  expect(outsideLines([long], 'valLoss', 'validation', last)[0]).toBe(lines[0]);
});

it('without runs it is drawn to its end, by the points that show', () => {
  const long = curve(300_000);
  expect(lastEpochBeside([])).toBe(Infinity);
  expect(beyondText([long], Infinity)).toBeNull();
  const [line] = outsideLines([long], 'valLoss', 'validation');
  expect([line?.x[0], line?.x.at(-1), line?.totalPoints]).toEqual([1, 300_000, 300_000]);
  expect(line?.x.length).toBeLessThanOrEqual(4000);
  expect(line?.y).toContain(0.25);
  expect(line?.x[line.y.indexOf(0.25)]).toBe(4322);
});

it('a short run leaves a curve of usual length whole', () => {
  const [run] = outsideLines([curve(2)], 'valLoss', 'validation');
  expect(lastEpochBeside(run === undefined ? [] : [run])).toBe(20);
});
