import * as m from '#messages';

/** What the reviews of a cell are and are called. */
export function cellWords(cell: 0 | 1 | 2 | 3): { truth: string; said: string } {
  return {
    truth: cell < 2 ? m.compare_truly_negative() : m.compare_truly_positive(),
    said: cell % 2 === 0 ? m.compare_says_negative() : m.compare_says_positive(),
  };
}
