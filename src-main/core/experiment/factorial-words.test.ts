import { expect, test } from 'vitest';

import type { Factorial } from '#contract/experiment.ts';

import { factorialGaps, factorialWords } from './factorial-words.ts';

const judged: Factorial = {
  terms: [
    {
      name: 'embedding',
      effect: 0.004,
      standardError: 0.001,
      interval: [0.0015, 0.0065],
      p: 0.007,
      adjustedP: 0.049,
      share: 0.004,
      shareInterval: [0.0015, 0.0065],
      overSeeds: null,
    },
  ],
  simpleEffects: [],
  difference: 0.0012,
  interval: [-0.002, 0.0044],
  intervalOverSeeds: null,
  degreesOfFreedom: 4,
  blocks: 5,
  leftOut: [],
  leftOutInTrash: [],
  residualDeviation: 0.003,
  pooled: {
    terms: [{ name: 'embedding', standardError: 0.0001, interval: [0.0039, 0.0041] }],
    interval: [0.0011, 0.0013],
    residualDeviation: 0.003,
    degreesOfFreedom: 28,
    blocks: 5,
  },
  runs: 40,
  pending: 0,
  notHere: 0,
  look: { number: 1, planned: 1 },
};
const cell = { embedding: true, padding: false, head: true };

test('a table of terms is that over seeds; the pooled model has no part in it', () => {
  const { header, rows, notes } = factorialWords(judged);
  expect(header).toEqual(['term', 'effect', '95 % interval', 'p', 'p (Holm)', 'share of B - A']);
  expect(rows).toEqual([['embedding', '+0.40', '+0.15 .. +0.65', '0.0070', '0.049', '+0.40']]);
  expect(notes[0]).toBe('B minus A in all: +0.12 points, 95% CI −0.20 to +0.44, 5 seeds.');
  expect(notes[1]).toContain(
    "Student's t over 5 seeds gives its interval and p for new seeds on these reviews.",
  );
});

test('fewer than two complete seeds have means, and it is said what they lack', () => {
  const [term] = judged.terms as [Factorial['terms'][number]];
  const bare = { ...term, interval: null, p: null, adjustedP: null, shareInterval: null };
  const { rows, notes } = factorialWords({ ...judged, terms: [bare], interval: null, blocks: 1 });
  expect(rows).toEqual([['embedding', '+0.40', '-', '-', '-', '+0.40']]);
  expect(notes).toEqual([
    'B minus A in all: +0.12 points.',
    expect.stringMatching(
      /^An interaction, such as embedding:padding, says how much larger one effect is/,
    ),
    expect.stringMatching(/^A shared embedding also halves the weights/),
    'Not enough seeds for intervals and p. At least 2 seeds need a run in all eight combinations, and this grid has 1. Five or more seeds give much narrower intervals.',
    'Analysis 1 of 1.',
  ]);
});

test('a term without a spread says why it has no interval', () => {
  const [term] = judged.terms as [Factorial['terms'][number]];
  expect(factorialGaps({ ...judged, terms: [term, { ...term, interval: null }] })).toEqual([
    '1 term has exactly the same effect in every seed. Its spread cannot be estimated, so it has no interval and no p. More seeds help.',
  ]);
  expect(factorialWords({ ...judged, interval: null }).notes[0]).toBe(
    'B minus A in all: +0.12 points in every seed, so it has no interval.',
  );
});

test('seeds that are left out are named with what to train, unless their runs may still finish', () => {
  const leftOut = [3, 7].map((seed) => ({ seed, missing: [cell] }));
  expect(factorialGaps({ ...judged, leftOut })).toEqual([
    '2 seeds are left out because they do not have a run in all eight combinations. To include them, train shared same dense with seed 3, shared same dense with seed 7.',
  ]);
  const trashed = { ...cell, seed: 7, runId: 'r7', name: 'grid seed 7' };
  expect(factorialGaps({ ...judged, leftOut, leftOutInTrash: [trashed] })).toEqual([
    '2 seeds are left out because they do not have a run in all eight combinations. grid seed 7 is in the trash. No term is settled without it. Bring it back with "runs restore r7", or from the trash in the window. To include them, train shared same dense with seed 3.',
  ]);
  const many = [{ seed: 3, missing: [cell, cell, cell, cell, cell, cell, cell] }];
  expect(factorialGaps({ ...judged, leftOut: many })[0]).toMatch(
    /^1 seed is .* with seed 3, and 1 more\.$/,
  );
  expect(factorialWords({ ...judged, leftOut, pending: 2 }).notes).toContain(
    '2 more runs may finish. No term is settled before then.',
  );
  expect(factorialWords({ ...judged, leftOut, pending: 2 }).notes.join()).not.toContain('left out');
});
