import { expect, it } from 'vitest';

import { csvLine } from './csv.ts';

it('quotes what needs it and keeps full digits', () => {
  expect(csvLine(['a', 'b,c', 'say "x"', 'two\nlines', 0.1 + 0.2, null, NaN])).toBe(
    'a,"b,c","say ""x""","two\nlines",0.30000000000000004,,NaN\r\n',
  );
});

it('keeps a spreadsheet from reading a word as a formula; numbers stay numbers', () => {
  expect(csvLine(['=1+1', '-x', '@y', -0.5, '-0.25'])).toBe("'=1+1,'-x,'@y,-0.5,-0.25\r\n");
});
