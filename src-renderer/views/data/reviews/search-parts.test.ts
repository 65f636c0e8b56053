import { expect, it } from 'vitest';

import { partsOf } from './search-parts.ts';

const marked = (text: string, search: string) =>
  partsOf(text, search)
    .map((part) => (part.isFound ? `[${part.text}]` : part.text))
    .join('');

it('marks every place, in either case, and loses nothing', () => {
  expect(marked('Good film, a good one', 'good')).toBe('[Good] film, a [good] one');
  expect(marked('aaa', 'aa')).toBe('[aa]a');
  expect(marked('a.b', '.')).toBe('a[.]b');
  expect(marked('재미있는 영화', '영화')).toBe('재미있는 [영화]');
  expect(marked('Good film', '')).toBe('Good film');
  expect(marked('Good film', 'plot')).toBe('Good film');
  expect(marked('İstanbul film', 'film')).toBe('İstanbul film');
});
