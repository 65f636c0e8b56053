import { describe, expect, it } from 'vitest';

import { buildDiff, buildDiffWord, wordFigures } from '../../../testing/build-diff.ts';
import { buildRun } from '../../../testing/build-run.ts';
import {
  choiceOfText,
  choicesOfDiff,
  choicesOfRuns,
  excessOf,
  sharedEpochs,
  sidingOf,
  sidingPairs,
  tableLabels,
  textOfChoice,
} from './choice.ts';
import { groupNeighbours } from './neighbour-groups.ts';

describe('choices', () => {
  it('stand in an address, and come back from it', () => {
    for (const text of ['r1:cnn', 'r1:shared:0', 'outside:t1'])
      expect(textOfChoice(choiceOfText(text)!)).toBe(text);
    for (const text of ['', 'r1', 'r1:head', 'r1:cnn:-1', 'r1:cnn:x', 'outside'])
      expect(choiceOfText(text)).toBeNull();
  });

  it('are all tables of the runs, three at most', () => {
    const a = buildRun({ runId: 'a' });
    const b = buildRun({ runId: 'b', variant: 'B' });
    expect(choicesOfRuns([a, b]).map(textOfChoice)).toEqual(['a:cnn', 'a:lstm', 'b:shared']);
    expect(choicesOfRuns([a, a])).toHaveLength(3);
  });
});

describe('a saved comparison', () => {
  const diff = buildDiff();
  const [cnn, , shared] = diff.tables;

  it('is chosen again as it was: best epochs stay best, others stay numbers', () => {
    const request = {
      ...diff.request,
      tables: [
        { kind: 'run', runId: 'a', branch: 'cnn' } as const,
        { kind: 'snapshot', snapshotId: 's' } as const,
      ],
    };
    const outside = {
      ...shared!,
      kind: 'outside' as const,
      runId: null,
      branch: null,
      tableId: 't',
    };
    expect(choicesOfDiff({ request, tables: [cnn!, shared!, outside] }).map(textOfChoice)).toEqual([
      'a:cnn',
      'b:shared:2',
      'outside:t',
    ]);
  });

  it('has the epochs that all its runs have, and none where a table would be held against itself', () => {
    expect(
      sharedEpochs(
        [cnn!, shared!],
        [
          [0, 1, 2, 3],
          [0, 2, 3, 4],
        ],
      ),
    ).toEqual([0, 2, 3]);
    expect(sharedEpochs([cnn!, { ...shared!, runId: null }], [[0, 1], []])).toEqual([0, 1]);
    expect(
      sharedEpochs(
        [cnn!, { ...cnn!, epoch: 0 }],
        [
          [0, 1],
          [0, 1],
        ],
      ),
    ).toEqual([]);
  });
});

it('tables are called by what tells them apart', () => {
  const { tables } = buildDiff();
  const [cnn] = tables;
  expect(tableLabels(tables)).toEqual(['A-CNN', 'A-LSTM', 'B']);
  expect(tableLabels([cnn!, { ...cnn!, seed: 2 }])).toEqual(['A-CNN seed 1', 'A-CNN seed 2']);
  expect(tableLabels([cnn!, { ...cnn!, epoch: 0 }])).toEqual(['A-CNN epoch 2', 'A-CNN epoch 0']);
  expect(tableLabels([cnn!, cnn!])).toEqual(['A seed 1 (1)', 'A seed 1 (2)']);
});

describe('a word', () => {
  const pairs = sidingPairs(buildDiff())!;
  const word = buildDiffWord(0, {
    pairs: [0.1, 0.7, 0.4].map((value) => ({
      ...wordFigures(value),
      alignedL2: 1 - value,
      floor: null,
    })),
  });

  it('sides with the nearer table, whether more is nearer or further', () => {
    expect(sidingOf(word, pairs, 'jaccard50')).toEqual({
      side: 'cnn',
      by: expect.closeTo(0.3) as number,
    });
    expect(sidingOf(word, pairs, 'alignedL2')).toEqual({
      side: 'cnn',
      by: expect.closeTo(0.3) as number,
    });
    expect(sidingPairs(buildDiff({ tables: buildDiff().tables.slice(0, 2) }))).toBeNull();
  });

  it('is undefined where a figure is', () => {
    const unknown = buildDiffWord(0, {
      pairs: [0, 1, 2].map(() => ({ ...wordFigures(null), floor: null })),
    });
    expect(sidingOf(unknown, pairs, 'alignedCosine')).toBeNull();
  });

  it('changes beyond the seeds by what the variants differ more', () => {
    const pair = {
      ...wordFigures(0.5),
      floor: { within: wordFigures(0.8), across: wordFigures(0.5) },
    };
    expect(excessOf(pair, 'alignedCosine')).toBeCloseTo(0.3);
    expect(excessOf(pair, 'alignedL2')).toBeCloseTo(-0.3);
    expect(excessOf({ ...pair, floor: null }, 'alignedCosine')).toBeNull();
  });

  it('has neighbours in all tables, in some, in one', () => {
    const of = (word: string, tables: number[]) => ({ word, similarity: 0.5, tables });
    const groups = groupNeighbours([
      [of('both', [0, 1]), of('first', [0])],
      [of('second', [1]), of('both', [0, 1])],
    ]);
    expect(groups.map(({ tables, words }) => [tables, words.map((item) => item.word)])).toEqual([
      [[0, 1], ['both']],
      [[0], ['first']],
      [[1], ['second']],
    ]);
  });
});
