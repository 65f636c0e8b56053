import { describe, expect, it } from 'vitest';

import { sayStoredLine } from '#core/wording/log-lines.ts';

import { findDivergence, rowLines } from './divergence.ts';

const tensor = (name: string, ...values: number[]) => ({
  name,
  shape: [values.length],
  values: Float32Array.from(values),
});
const engine = (weights: ReturnType<typeof tensor>[], optimizer: ReturnType<typeof tensor>[]) => ({
  readWeights: () => weights,
  readOptimizer: () => optimizer,
});
const step = { loss: 1, correct: 1, gradientNorm: Infinity, brokenLayer: null };

describe('findDivergence', () => {
  it('names the branch that broke in the forward pass before any weight', () => {
    const all = engine([tensor('conv/kernel', Number.NaN), tensor('output/bias', Number.NaN)], []);
    const result = { ...step, loss: Number.NaN, brokenLayer: 'lstm/forward' };
    expect(findDivergence(all, result)).toEqual({ became: 'NaN', layer: 'lstm/forward' });
  });

  it('names the broken weight nearest to the output, else the broken moment, else the output', () => {
    const weights = [tensor('embedding/cnn', 1, Number.NaN), tensor('conv/kernel', Infinity, 0)];
    expect(findDivergence(engine(weights, []), step)).toEqual({
      became: 'infinite',
      layer: 'conv/kernel',
    });
    const moments = [tensor('conv/kernel/m', 1), tensor('conv/kernel/v', Infinity)];
    expect(findDivergence(engine([tensor('conv/kernel', 1)], moments), step).layer).toBe(
      'conv/kernel',
    );
    expect(findDivergence(engine([], []), step).layer).toBe('output/kernel');
  });
});

it('names all rows in lines that the log takes whole', () => {
  const rows = Array.from({ length: 4096 }, (_, index) => 1_000_000 + index);
  const lines = rowLines(7, rows).map((line) =>
    line.type === 'log' ? sayStoredLine(JSON.stringify(line.saying)) : '',
  );
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(2000);
  expect(lines.flatMap((line) => line.split(': ')[1]?.split(', ').map(Number))).toEqual(rows);
});
