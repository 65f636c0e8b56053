import { expect, it } from 'vitest';

import { wrapped } from './caption.ts';

const measure = (text: string): number => text.length;

it('wraps at spaces, and ends with an ellipsis where there is no line left', () => {
  expect(wrapped('one two three', 20, measure, 3)).toEqual(['one two three']);
  expect(wrapped('one two three', 8, measure, 3)).toEqual(['one two', 'three']);
  expect(wrapped('one two three four five', 8, measure, 2)).toEqual(['one two', 'three f…']);
  expect(wrapped('x'.repeat(40), 8, measure, 3)).toEqual(['xxxxxxx…']);
});

it('never is wider than its room', () => {
  for (const text of ['a bb ccc dddd eeeee ffffff', '  ', 'abcdefghijklmnop q rs', ''])
    for (const line of wrapped(text, 5, measure, 3)) expect(line.length).toBeLessThanOrEqual(5);
});
