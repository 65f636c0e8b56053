import { expect, test } from 'vitest';

import { onPaper } from '../palette.ts';
import { svgText } from '../svg.ts';
import { curvesFigure, type CurveRun } from './curves.ts';

const words = {
  label: '',
  epoch: 'epoch',
  title: 'Loss, lower is better',
  solid: 'validation',
  thin: 'training',
  best: 'best epoch',
  end: 'end of a run',
};
const runOf = (name: string, epochCount: number): CurveRun => ({
  runId: name,
  name,
  lineName: name,
  style: { colour: 'a', dash: [7, 3], mark: 'circle', isLegibleAsText: true },
  epochs: Array.from({ length: epochCount }, (_, index) => ({
    epoch: index + 1,
    loss: 0.5,
    accuracy: 0.8,
    valLoss: 0.4 + index / 10,
    valAccuracy: 0.8,
  })),
  bestEpoch: 1,
});
const drawn = (runs: readonly CurveRun[]) => {
  const legend = runs.map(({ runId, name, style: { colour, dash } }) => ({
    runIds: [runId],
    name,
    line: { colour, dash },
  }));
  const fields = { solid: 'valLoss', thin: 'loss', isPercent: false } as const;
  const { figure, alone } = curvesFigure(runs, fields, legend, words);
  return { page: svgText(figure, onPaper), file: svgText(alone, onPaper) };
};
const texts = (svg: string) => [...svg.matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text);

test('alone a figure says what its axis, its lines and its marks are, and whose each line is', () => {
  const names = Array.from({ length: 10 }, (_, index) => `A seed ${index + 1}`);
  const { page, file } = drawn(names.map((name) => runOf(name, 3)));
  expect(texts(file)).toEqual(expect.arrayContaining([...names, ...Object.values(words).slice(1)]));
  // Beside a page's legend neither is said again, nor are two of ten lines named and the others not.
  expect(texts(page)).toContain('Loss, lower is better');
  expect(texts(page).filter((text) => names.includes(text ?? ''))).toEqual([]);
});

test('a line that ends before others ends with a tick, and its label is led to by dots', () => {
  const { page } = drawn([runOf('short', 3), runOf('long', 4)]);
  expect(page.match(/class="mark end" data-run="\w+" data-epoch="\d"/g)).toEqual([
    'class="mark end" data-run="short" data-epoch="3"',
  ]);
  const leaders = page.match(/<path data-run="[^>]*stroke-dasharray="1 3"[^>]*>/g) ?? [];
  expect(leaders).toHaveLength(2);
  expect(leaders.join()).not.toContain(onPaper('a'));
  expect(texts(page)).toEqual(expect.arrayContaining(['short', 'long']));
});
