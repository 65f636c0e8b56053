import { expect, test } from 'vitest';

import { buildRun } from '../../testing/build-run.ts';
import { found, groupsOf, ordered } from './run-choice.ts';

const pilot = buildRun({ runId: 'p', name: 'pilot' });
const [a, b] = (['A', 'B'] as const).map((variant) =>
  buildRun({
    runId: variant.toLowerCase(),
    name: `first ${variant}`,
    experimentId: 'e',
    experimentName: 'First',
    tags: variant === 'A' ? ['keep'] : [],
  }),
) as [typeof pilot, typeof pilot];
const groups = groupsOf([pilot, b, a]);

test('runs stand with those they were started with, oldest first', () => {
  expect(
    groups.map(({ name, isExperiment, runs }) => [
      name,
      isExperiment,
      runs.map(({ runId }) => runId),
    ]),
  ).toEqual([
    ['pilot', false, ['p']],
    ['First', true, ['a', 'b']],
  ]);
});

test('an experiment that nobody named is called as on the Runs screen, by all its runs', () => {
  const pair = (['A', 'B'] as const).map((variant) =>
    buildRun({ runId: variant, variant, experimentId: 'e', config: { maxLength: 32 } }),
  );
  expect(groupsOf([pilot, ...pair]).map(({ name }) => name)).toEqual(['pilot', 'Pair, len 32']);
  // What all runs of the list share tells nothing.
  expect(groupsOf(pair).map(({ name }) => name)).toEqual(['Pair']);
  const another = buildRun({
    runId: 'other',
    experimentId: 'e',
    config: { maxLength: 32, seed: 2 },
    best: null,
  });
  const named = groupsOf(pair, [another, ...pair, pilot]);
  expect(named.map(({ name, runs }) => [name, runs.length])).toEqual([['Pairs, len 32', 2]]);
  expect(found(named, 'pairs 32')).toHaveLength(1);
});

test('an experiment is found whole by its name, else the runs that hold the words', () => {
  const foundBy = (filter: string) =>
    found(groups, filter).map(({ runs }) => runs.map(({ runId }) => runId).join(''));
  expect(foundBy('')).toEqual(['p', 'ab']);
  expect(foundBy('FIRST')).toEqual(['ab']);
  expect(foundBy('first keep')).toEqual(['a']);
  expect(foundBy('nothing')).toEqual([]);
});

test('what was chosen before keeps its place', () => {
  expect(ordered(['b', 'gone', 'p'], new Set(['a', 'p', 'b', 'gone']), groups)).toEqual([
    'b',
    'gone',
    'p',
    'a',
  ]);
  expect(ordered(['b', 'p'], new Set(['p']), groups)).toEqual(['p']);
});
