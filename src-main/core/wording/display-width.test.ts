import { expect, it } from 'vitest';

import { endOf, padEnd, padStart, startOf, widthOf } from './display-width.ts';

it('knows the width of what a terminal shows', () => {
  const texts = [
    'pos −0.4 …',
    '한글',
    '한글'.normalize('NFD'),
    '日本',
    'ｶﾅ',
    '好，',
    'é'.normalize('NFD'),
    '👍',
    '',
  ];
  expect(texts.map(widthOf)).toEqual([10, 4, 4, 4, 2, 4, 1, 2, 0]);
});

it('pads and cuts by width, and never within a letter', () => {
  expect([padEnd('한글', 6), padStart('한글', 6), padEnd('한글', 3)]).toEqual([
    '한글  ',
    '  한글',
    '한글',
  ]);
  expect([startOf('a한글', 4), endOf('한글a', 4), startOf('👍👍', 3)]).toEqual([
    'a한',
    '글a',
    '👍',
  ]);
});
