import { expect, it } from 'vitest';

import { buildRun } from '../testing/build-run.ts';
import { mergeRuns } from './run-list.svelte.ts';

const known = ['c', 'b', 'a'].map((runId) => buildRun({ runId }));

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
  expect(mergeRuns(known, ['a', 'b'], [buildRun({ runId: 'b' })])?.map(({ runId }) => runId)).toEqual(['c', 'b']);
  expect(mergeRuns(known, ['none'], [])?.length).toBe(3);
});

it('cannot place a new one', () => {
  expect(mergeRuns(known, ['d'], [buildRun({ runId: 'd' })])).toBeNull();
});
