import { expect, it } from 'vitest';

import { bytes, count, decimal, duration, pairs, percent, spanText, table } from './text.ts';

it('lays out tables', () => {
  expect(
    table(
      ['id', 'count'],
      [
        ['a', '1'],
        ['bcd', '12345'],
      ],
      ['count'],
    ),
  ).toEqual(['id   count', 'a        1', 'bcd  12345']);
  expect(table(['id', 'name'], [['a', '']])).toEqual(['id  name', 'a']);
  expect(table(['id'], [['a\nb']])).toEqual(['id', 'a b']);
  expect(
    pairs([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toEqual(['a     1', 'long  2']);
});

it('writes numbers for people', () => {
  expect(count(1234567)).toBe('1,234,567');
  expect([decimal(0.12345), decimal(null), percent(0.8656), percent(null)]).toEqual([
    '0.1235',
    '-',
    '86.56 %',
    '-',
  ]);
  expect([bytes(999), bytes(1000), bytes(2_092_201_000)]).toEqual(['999 B', '1.0 kB', '2.1 GB']);
  expect([duration(1.25), duration(42.4), duration(61), duration(3720)]).toEqual([
    '1.3 s',
    '42 s',
    '1 min 1 s',
    '1 h 2 min',
  ]);
});

it('writes spans without a time of nothing', () => {
  expect(spanText([0, 0.04])).toBe('less than 1 s');
  expect(spanText([0.04, 3])).toBe('up to 3.0 s');
  expect(spanText([2, 2.04])).toBe('2.0 s');
  expect(spanText([2, 90])).toBe('2.0 s to 1 min 30 s');
});
