import { expect, test } from 'vitest';

import type { Diff, DiffWord } from '#contract/embedding-diff.ts';

import { buildPair, reliabilityOf, tableFigures } from '../../../testing/builders/build-pair.ts';
import { vocabulary } from './embeddings.ts';
import type { Told } from './told.ts';

type Pair = Diff['pairs'][number];
const table = (name: string) => ({ name, branch: null, runId: null, variant: null, seed: null });
const word = { word: 'superb', count: 300, pairs: [{ alignedCosine: 0.2, jaccard50: 0.1 }] };

function told(pair: Partial<Pair>): Told {
  const diff = {
    request: { subject: 'table' },
    words: 500,
    minCount: 200,
    tables: [table('A'), table('B')],
    pairs: [buildPair(pair)],
  };
  return {
    data: {
      embeddings: {
        diff,
        saved: { count: 3, isOfBoth: true },
        transplants: [],
        words: [[word as DiffWord]],
        sentence: null,
      },
    },
    byId: new Map(),
  } as unknown as Told;
}

const textOf = (pair: Partial<Pair>): string => JSON.stringify(vocabulary(told(pair)));

test('a report lists the words of a reliable ranking, with its reliability', () => {
  const text = textOf({ rankingReliability: reliabilityOf(0.62) });
  expect(text).toContain('superb');
  expect(text).toContain('0.62');
  expect(text).toContain('3 saved comparisons. This is the newest that has both variants.');
  // How far the tables agree with each other and with themselves, and what would show the rest.
  expect(text).toMatch(
    /The tables as a whole agree[^.]*held-out cosine[^"]*For different seeds, the held-out cosine is [\d.]+ within A, B, and [\d.]+ across the two[^"]*The transplant test shows/,
  );
});

test('a report lists no words of a ranking that is noise, or that nobody has checked, and says why', () => {
  const noise = textOf({ rankingReliability: reliabilityOf(0.02) });
  expect(noise).not.toContain('superb');
  expect(noise).toContain('0.02');
  for (const pair of [
    { rankingReliability: null },
    {},
    { floor: null, floorGap: 'oneSeed' },
  ] as const) {
    const text = textOf(pair);
    expect(text).not.toContain('superb');
    expect(text).toMatch(/"tone":"note"/);
  }
});

test('a report writes what was drawn with its standard error, and the Procrustes distance as the root', () => {
  const [, measures] = vocabulary(
    told({
      rankingReliability: null,
      figures: { ...tableFigures(0.5), procrustesDistance: 0.25, procrustesDistanceRoot: 0.5123 },
      standardErrors: { heldOutCosine: 0.004, chance: tableFigures(0.013) },
    }),
  );
  const text = JSON.stringify(measures);
  expect(text).toContain('0.50 ± 0.01');
  expect(text).toContain('0.10 ± 0.02');
  expect(text).toContain('0.512');
  expect(text).not.toContain('0.250');
});
