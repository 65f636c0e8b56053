import { expect, it } from 'vitest';

import {
  ago,
  bytes,
  count,
  decimal,
  duration,
  fitted,
  pairs,
  percent,
  shortened,
  spanText,
  table,
} from './text.ts';

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

it('keeps the lines of a value in its column', () => {
  expect(
    pairs([
      ['note', 'first\nstate  finished\r\n\nlast'],
      ['state', 'failed'],
    ]),
  ).toEqual(['note   first', '       state  finished', '', '       last', 'state  failed']);
});

it('cuts long names in the middle where the terminal is narrow, and nowhere else', () => {
  const header = ['id', 'name', 'state'];
  const rows = [
    ['a1', 'A len 400 emb 32 units 64 learning rate 0.0005 batch 64 seed 12', 'finished'],
    ['b2', 'B seed 1', 'queued'],
  ];
  const lines = table(header, fitted(header, rows, 1, 50));
  expect(Math.max(...lines.map(({ length }) => length))).toBe(50);
  expect(lines[1]).toMatch(/^a1 {2}A len 400 emb .*\.\.\..* 64 seed 12 {2}finished$/);
  expect(lines[2]).toMatch(/^b2 {2}B seed 1 +queued$/);
  expect(fitted(header, rows, 1, null)).toEqual(rows);
  // The name stays readable though the line is then too long.
  expect(fitted(header, rows, 1, 10)[0]?.[1]).toHaveLength(20);
});

it('lays out Korean, whose letters are two columns wide', () => {
  const header = ['실행', '이름', '상태'];
  const rows = [
    ['a1', '임베딩 차원 32, 시드 12', '완료'],
    ['b2', 'B seed 1', '일시 정지'],
  ];
  expect(table(header, rows, ['상태'])).toEqual([
    '실행  이름                          상태',
    'a1    임베딩 차원 32, 시드 12       완료',
    'b2    B seed 1                 일시 정지',
  ]);
  const [, narrow = ''] = table(header, fitted(header, rows, 1, 36));
  expect(narrow).toBe('a1    임베딩 차... 시드 12  완료');
  expect(
    pairs([
      ['손실', '0.3'],
      ['가', '1'],
    ]),
  ).toEqual(['손실  0.3', '가    1']);
  expect(shortened('한국어 리뷰의 긴 이름', 14)).toBe('한국어 리뷰...');
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

it('says how long ago something was, in one unit', () => {
  const now = new Date('2026-03-10T12:00:00Z');
  expect(
    [
      '2026-03-10T11:59:59Z',
      '2026-03-10T11:58:30Z',
      '2026-03-10T10:30:00Z',
      '2026-03-09T10:00:00Z',
      '2026-02-10T12:00:00Z',
    ].map((iso) => ago(iso, now)),
  ).toEqual(['1 second ago', '90 seconds ago', '90 minutes ago', '26 hours ago', '28 days ago']);
});
