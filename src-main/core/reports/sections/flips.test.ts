import { describe, expect, it } from 'vitest';

import type { Judgement } from '#contract/experiment.ts';

import type { ReportFlips } from '../data.ts';
import { flips } from './flips.ts';
import type { Told } from './told.ts';

const half = { mean: 15.4, sd: 6.2 };
const expected = {
  mean: 15.4,
  sd: 4.2,
  divisions: 32,
  p: 0.6,
  within: { seeds: 3, first: half, second: half, limit: 15.4 },
  isFinding: false,
};
const reviews = Array.from({ length: 12 }, (_, index) => ({
  row: 1233 + index,
  label: 1,
  probabilities: [0.9, 0.2] as [number, number],
}));

function textsOf(
  expectedStableFlips: Judgement['expectedStableFlips'],
  sample: ReportFlips['sample'],
): string[] {
  const judgement = {
    sides: [{ name: 'A' }, { name: 'B' }],
    seeds: Array.from({ length: 6 }),
    rows: 5000,
    stableFlips: reviews,
    expectedStableFlips,
  };
  const found: ReportFlips = { names: ['A', 'B'], seeds: 6, rows: 5000, total: 12, sample };
  const told = { data: { judgement, flips: found, datasets: [] }, runs: [] };
  return flips(told as unknown as Told).map((item) =>
    item.kind === 'quote' ? `${item.about} ${item.text}` : 'text' in item ? item.text : item.kind,
  );
}

describe('stable disagreements in a report', () => {
  it('are counted next to the number expected from seeds alone, and not listed where seed noise cannot be ruled out', () => {
    const [number, notes, ...others] = textsOf(expected, []);
    expect(number).toBe(
      'Over 6 seeds and 5,000 test reviews, A and B have 12 stable disagreements; 15 ± 4.2 are expected from seed noise alone. Seed noise cannot be ruled out (permutation test within seeds, p = 0.60).',
    );
    expect(notes).toContain('3 seeds against 3 others give 15 ± 6.2 for A and 15 ± 6.2 for B.');
    expect(others).toEqual([]);
  });

  it('are listed by their rows where there are more than seed noise leads to', () => {
    const texts = textsOf({ ...expected, mean: 1.2, sd: 1.1, p: 1 / 32, isFinding: true }, [
      { ...reviews[0]!, text: 'a fine film' },
    ]);
    expect(texts[0]).toContain(
      'This is more than seed noise leads to (permutation test within seeds, p = 0.031).',
    );
    expect(texts).toContain(
      'True label of test review 1233: positive. P(positive): 0.90 with A, 0.20 with B. a fine film',
    );
    expect(texts.at(-1)).toBe('11 more are not shown.');
  });
});
