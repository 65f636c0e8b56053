import { expect, it } from 'vitest';

import { wrapped } from './caption.ts';

const pen = { measureText: (text: string) => ({ width: text.length }) as TextMetrics };

it('wraps at spaces, and ends with an ellipsis where there is no line left', () => {
  expect(wrapped('one two three', 20, pen, 3)).toEqual(['one two three']);
  expect(wrapped('one two three', 8, pen, 3)).toEqual(['one two', 'three']);
  expect(wrapped('one two three four five', 8, pen, 2)).toEqual(['one two', 'three f…']);
  expect(wrapped('x'.repeat(40), 8, pen, 3)).toEqual(['xxxxxxx…']);
});

it('never is wider than its room', () => {
  for (const text of ['a bb ccc dddd eeeee ffffff', '  ', 'abcdefghijklmnop q rs', ''])
    for (const line of wrapped(text, 5, pen, 3)) expect(line.length).toBeLessThanOrEqual(5);
});
