import { expect, it } from 'vitest';

import { plotScale } from '../common/plot-scale.ts';
import type { RunStyle } from '#core/charts/style-of-run.ts';
import { nearestLine, passing, withBrush, type ParallelContext } from './model.ts';

const style: RunStyle = { colour: 'a', dash: [], mark: 'circle', isLegibleAsText: true };
const format = String;
const context: ParallelContext = {
  axes: [
    { id: 'rate', label: 'Rate', format },
    { id: 'embedding', label: 'Embedding', format },
    { id: 'accuracy', label: 'Accuracy', format },
  ],
  lines: [
    { runId: 'a', label: 'a', style, values: [0, 'separate', 0.8] },
    { runId: 'b', label: 'b', style, values: [5, 'shared', 0.9] },
    { runId: 'queued', label: 'q', style, values: [10, 'shared', null] },
  ],
};
const scales = context.axes.map((_, index) =>
  plotScale(context.lines.map(({ values }) => values[index] ?? null)),
);

it('selects the lines that pass every interval', () => {
  expect(passing(context, scales, {})).toEqual([]);
  expect(passing(context, scales, { rate: [0.4, 1] })).toEqual(['b', 'queued']);
  expect(passing(context, scales, { rate: [0.4, 1], accuracy: [0, 1] })).toEqual(['b']);
  expect(passing(context, scales, { embedding: [0, 0.5] })).toEqual(['a']);
});

it('keeps intervals in order and inside the axis, and drops those without length', () => {
  expect(withBrush({}, 'rate', [1.4, 0.25])).toEqual({ rate: [0.25, 1] });
  expect(withBrush({ rate: [0, 1], accuracy: [0, 1] }, 'rate', null)).toEqual({ accuracy: [0, 1] });
  expect(withBrush({ rate: [0, 1] }, 'rate', [0.5, 0.5])).toEqual({});
});

it('finds the line under the pointer', () => {
  const lines = [
    {
      runId: 'a',
      points: [
        { x: 0, y: 0 },
        { x: 100, y: 100 },
      ],
    },
    {
      runId: 'b',
      points: [
        { x: 0, y: 100 },
        { x: 100, y: 100 },
      ],
    },
  ];
  expect(nearestLine(lines, 50, 54, 8)).toBe('a');
  expect(nearestLine(lines, 20, 96, 8)).toBe('b');
  expect(nearestLine(lines, 20, 60, 8)).toBeNull();
});
