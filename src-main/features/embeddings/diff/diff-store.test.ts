import { afterAll, expect, test } from 'vitest';

import type { Diff } from '#contract/embedding-diff.ts';

import { buildPair, someFloor } from '../../../testing/builders/build-pair.ts';
import { openTempDb } from '../../../testing/open-temp-db.ts';
import { findDiff, listDiffs, putDiff } from './diff-store.ts';

const temp = openTempDb();
afterAll(() => {
  temp.remove();
});

test('a comparison of an earlier version opens, with the root of its Procrustes distance and no mean of second-order similarity', () => {
  const old = { fittedCosine: 0.3, procrustesDistance: 1.44 };
  const unknown = { fittedCosine: 0.3, procrustesDistance: null };
  const diff = {
    diffId: 'old',
    createdAt: '2026-01-01T00:00:00.000Z',
    pairs: [
      buildPair({
        figures: old as never,
        chance: unknown as never,
        floor: { ...someFloor, within: old, sides: [old, null], across: old } as never,
      }),
      buildPair({ figures: old as never, chance: old as never, floor: null }),
    ],
  } as unknown as Diff;
  putDiff(temp.databases.main, { diff, wordsHash: 'w', numbersHash: 'n' }, null);
  const [pair, without] = findDiff(temp.databases.main, 'old').diff.pairs;
  const expected = { fittedCosine: 0.3, procrustesDistanceRoot: 1.2, meanSecondOrder: null };
  expect(pair?.figures).toMatchObject(expected);
  expect(pair?.chance.procrustesDistanceRoot).toBeNull();
  expect(pair?.floor?.sides?.[0]).toMatchObject(expected);
  expect(pair?.floor?.sides?.[1]).toBeNull();
  expect(pair?.rankingReliability).toBeUndefined();
  expect(without?.floor).toBeNull();
  expect(listDiffs(temp.databases.main)[0]?.pairs[0]?.figures).toMatchObject(expected);
});
