import { expect, it } from 'vitest';

import type { RunSummary } from '#contract/run.ts';

import { buildRun } from '../testing/build-run.ts';
import { mergeRuns, withNewest } from './run-list.svelte.ts';

const known = ['c', 'b', 'a'].map((runId) => buildRun({ runId }));
const idsOf = (runs: readonly RunSummary[] | null | undefined) => runs?.map(({ runId }) => runId);

it('puts changed runs in their places and leaves the others the same objects', () => {
  const changed = buildRun({ runId: 'b', name: 'pilot' });
  const merged = mergeRuns(known, ['b'], [changed]);
  expect(merged?.map(({ name, runId }) => [runId, name])).toEqual([
    ['c', known[0]?.name],
    ['b', 'pilot'],
    ['a', known[2]?.name],
  ]);
  expect(merged?.[0]).toBe(known[0]);
  expect(merged?.[1]?.config).toBe(known[1]?.config);
});

it('drops those that are gone, and only of those that were asked for', () => {
  expect(idsOf(mergeRuns(known, ['a', 'b'], [buildRun({ runId: 'b' })]))).toEqual(['c', 'b']);
  expect(mergeRuns(known, ['none'], [])?.length).toBe(3);
});

it('cannot place a new one', () => {
  expect(mergeRuns(known, ['d'], [buildRun({ runId: 'd' })])).toBeNull();
});

it('places new ones by the newest page, as far as that reaches down', () => {
  const page = (...runIds: string[]) => runIds.map((runId) => buildRun({ runId }));
  const placed = withNewest(known, page('e', 'd', 'c'), false);
  expect(idsOf(placed)).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(placed?.[2]).toBe(known[0]);
  // One that is gone above the end of the page goes with it.
  expect(idsOf(withNewest(known, page('d', 'b'), false))).toEqual(['d', 'b', 'a']);
  expect(withNewest(known, page('f', 'e'), false)).toBeNull();
  expect(idsOf(withNewest(known, page('e', 'd'), true))).toEqual(['e', 'd']);
  expect(withNewest([], [], true)).toEqual([]);
});
