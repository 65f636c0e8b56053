import { expect, test } from 'vitest';

import { compileLatex, hangulReason, latexReason } from '../../../testing/latex.ts';
import { everywhere } from '../../../testing/builders/report-document.ts';
import { renderLatex } from './latex.ts';

const signs =
  '[x] \\end{document} {} $1 & 2 % # _ ~ ^ < > | " \' ` * - -- −0.5 ± 1 × 2 … – · é ü ß';

const compiled = (text: string, rows: number) => {
  const { packages, isDone, complaints } = compileLatex(
    renderLatex(everywhere(text, { rows, columns: 4 })),
  );
  // Four columns of all signs together are wider than any page.
  expect(complaints.filter((line) => !line.startsWith('Overfull'))).toEqual([]);
  expect(isDone).toBe(true);
  return packages;
};

test.skipIf(latexReason !== '').each([2, 60])(
  `compiles, whatever runs are called (a table of %i rows)${latexReason}`,
  (rows) => {
    expect(compiled(signs, rows)).toHaveLength(2);
  },
  120_000,
);

test.skipIf(hangulReason !== '')(
  `compiles in Korean${hangulReason}`,
  () => {
    expect(compiled(`한국어 ${signs}`, 2)).toHaveLength(3);
  },
  120_000,
);
