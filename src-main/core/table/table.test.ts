import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { factsOfColumn, guessColumns, hasHeaderRow } from './columns.ts';
import { decideLabels, knownPairs, labelKey, labelOf } from './labels.ts';
import { drawTestRows, splitOfValue } from './splits.ts';

const counted = (...values: readonly string[]) => new Map(values.map((value) => [value, 1]));

describe('labelKey', () => {
  it.each([
    [1, '1'],
    ['1', '1'],
    ['1.0', '1'],
    [' 1 ', '1'],
    ['+1', '1'],
    [-1, '-1'],
    ['-1.0', '-1'],
    [-0, '0'],
    [0.5, '0.5'],
    ['Positive ', 'positive'],
    [true, 'true'],
    ['True', 'true'],
    ['부정', '부정'],
    ['e\u0301', '\u00e9'],
    ['', null],
    ['  ', null],
    [null, null],
    [undefined, null],
    [Number.NaN, null],
  ])('of %j is %j', (cell, key) => {
    expect(labelKey(cell)).toBe(key);
  });

  it('knows whole numbers of 64 bits', () => {
    expect(labelKey(1n)).toBe('1');
  });

  it('gives its own answer back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.bigInt()), (cell) => {
        const key = labelKey(cell);
        if (key !== null) expect(labelKey(key)).toBe(key);
      }),
    );
  });
});

describe('decideLabels', () => {
  it.each(knownPairs)('knows %s and %s, in any order and number', (negative, positive) => {
    for (const values of [
      [negative, positive],
      [positive, negative],
    ]) {
      const decision = decideLabels(counted(...values), {});
      expect(decision).toEqual({
        kind: 'decided',
        mapping: { kind: 'values', negative, positive },
      });
    }
  });

  it.each([
    [['spam', 'ham'], 'unknown'],
    [['1', '2', '3', '4', '5'], 'ratings'],
    [['-1', '0', '1'], 'ratings'],
    [['a', 'b', 'c'], 'unclear'],
    [['something'], 'unclear'],
  ])('of %j is %s', (values, kind) => {
    expect(decideLabels(counted(...values), {}).kind).toBe(kind);
  });

  it('takes what is named, and the only other value for the other label', () => {
    const pair = {
      kind: 'decided',
      mapping: { kind: 'values', negative: 'ham', positive: 'spam' },
    };
    expect(decideLabels(counted('ham', 'spam'), { positive: 'Spam' })).toEqual(pair);
    expect(decideLabels(counted('ham', 'spam'), { negative: 'ham' })).toEqual(pair);
    expect(decideLabels(counted('ham', 'spam', 'x'), { positive: 'spam' }).kind).toBe('unclear');
    // Named against the usual meaning, it is as named.
    expect(decideLabels(counted('0', '1'), { positive: '0', negative: '1' })).toMatchObject({
      mapping: { positive: '0' },
    });
  });

  it('leaves a third value to be refused where it stands', () => {
    const decision = decideLabels(
      new Map([
        ['neutral', 9],
        ['positive', 3],
        ['negative', 1],
      ]),
      {},
    );
    expect(decision.kind).toBe('decided');
    if (decision.kind === 'decided') expect(labelOf(decision.mapping, 'neutral')).toBeNull();
  });

  it('splits ratings at the threshold', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: -50, max: 50 }),
        (threshold, rating) => {
          const decision = decideLabels(counted('1', '2', '3'), { threshold });
          if (decision.kind !== 'decided') throw new Error('A threshold always decides.');
          expect(labelOf(decision.mapping, String(rating))).toBe(rating >= threshold ? 1 : 0);
          expect(labelOf(decision.mapping, 'good')).toBeNull();
        },
      ),
    );
  });
});

describe('guessColumns', () => {
  const long = (index: number) => `${'a long review '.repeat(8)}${index}`;
  const guess = (columns: Readonly<Record<string, readonly unknown[]>>) => {
    const names = Object.keys(columns);
    const found = guessColumns(
      Object.entries(columns).map(([name, cells]) => factsOfColumn(name, cells)),
    );
    const nameOf = (index: number | null) => (index === null ? null : names[index]);
    return [nameOf(found.text), nameOf(found.label), nameOf(found.split), nameOf(found.rating)];
  };

  it.each([
    [
      { review: [long(1), long(2)], sentiment: ['positive', 'negative'] },
      ['review', 'sentiment', null, null],
    ],
    [
      { id: ['10', '11', '12'], document: [long(1), 'short', long(2)], label: ['1', '0', '1'] },
      ['document', 'label', null, null],
    ],
    [
      {
        '': [1, 2, 3],
        type: ['test', 'train', 'train'],
        review: [long(1), long(2), long(3)],
        label: ['neg', 'pos', 'pos'],
      },
      ['review', 'label', 'type', null],
    ],
    [
      { text: [long(1)], label: [1], split: ['dev'], rating: [8] },
      ['text', 'label', 'split', 'rating'],
    ],
    [
      { a: ['x', 'y'], b: [long(1), long(2)], c: [0, 1], d: ['only', 'only'] },
      ['b', null, null, null],
    ],
    [{ a: [1, 2, 3], b: [long(1), long(2), long(3)], c: [0, 1, 0] }, ['b', 'c', null, null]],
    [{ '1': [long(1), long(2)], '2': [long(3), long(4)] }, [null, null, null, null]],
    [
      { reviewText: [long(1), long(2), long(3)], overall: [5, 1, 3], summary: ['a', 'b', 'c'] },
      ['reviewText', 'overall', null, null],
    ],
    [{ ids: [[1, 4, 5], [1]], label: [0, 1] }, ['ids', 'label', null, null]],
  ] as const)('finds %#', (columns, expected) => {
    expect(guess(columns)).toEqual(expected);
  });

  it('keeps what is known', () => {
    const facts = [
      factsOfColumn('text', [long(1)]),
      factsOfColumn('title', ['a title']),
      factsOfColumn('label', [1]),
    ];
    expect(guessColumns(facts, { text: 1 })).toMatchObject({ text: 1, label: 2 });
  });
});

describe('hasHeaderRow', () => {
  it.each([
    [['review', 'sentiment'], [['good', 'positive']], true],
    [['', 'x', 'y'], [['0', 'good', 'pos']], true],
    [
      ['a good film', 'positive'],
      [
        ['a bad film', 'negative'],
        ['another', 'positive'],
      ],
      false,
    ],
    [['a good film', '1'], [['a bad film', '0']], false],
    [
      ['Kritik', 'Urteil'],
      [
        ['gut', 'ja'],
        ['schlecht', 'nein'],
      ],
      true,
    ],
    [['good film', 'positive'], [], false],
  ] as const)('%j before %j: %s', (first, rest, expected) => {
    expect(hasHeaderRow(first, rest)).toBe(expected);
  });
});

describe('splits', () => {
  it.each([
    ['Train', 'train'],
    ['TEST', 'test'],
    ['val', 'validation'],
    ['dev', 'validation'],
    ['fold1', null],
  ])('%s is %s', (value, split) => {
    expect(splitOfValue(labelKey(value) ?? '')).toBe(split);
  });

  const labels = fc
    .array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 400 })
    .map((values) => Uint8Array.from(values));

  it('draws a fifth of each class, the same every time', () => {
    fc.assert(
      fc.property(labels, (values) => {
        const all = Uint32Array.from(values, (_, index) => index);
        const drawn = drawTestRows(values, all);
        expect(drawTestRows(values, all)).toEqual(drawn);
        expect(new Set(drawn).size).toBe(drawn.length);
        for (const label of [0, 1]) {
          const members = values.filter((value) => value === label).length;
          const taken = drawn.filter((row) => values[row] === label).length;
          expect(taken).toBe(members < 2 ? 0 : Math.max(1, Math.round(members * 0.2)));
        }
      }),
    );
  });

  it('does not depend on which class is called positive', () => {
    fc.assert(
      fc.property(labels, (values) => {
        const all = Uint32Array.from(values, (_, index) => index);
        expect(
          drawTestRows(
            values.map((label) => 1 - label),
            all,
          ),
        ).toEqual(drawTestRows(values, all));
      }),
    );
  });

  it('draws among the candidates only', () => {
    const labels = Uint8Array.from({ length: 100 }, (_, index) => index % 2);
    const candidates = Uint32Array.from({ length: 50 }, (_, index) => index * 2);
    const drawn = drawTestRows(labels, candidates);
    expect(drawn).toHaveLength(10);
    expect([...drawn].every((row) => candidates.includes(row))).toBe(true);
  });
});
