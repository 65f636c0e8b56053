import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { everywhere } from '../../../testing/report-document.ts';
import { renderLatex } from './latex.ts';

const hasEngine = spawnSync('pdflatex', ['--version']).status === 0;
const hasHangul = hasEngine && spawnSync('kpsewhich', ['kotex.sty']).status === 0;

const signs =
  '[x] \\end{document} {} $1 & 2 % # _ ~ ^ < > | " \' ` * - -- −0.5 ± 1 × 2 … – · é ü ß';

/** With the preamble that the file itself asks for; of so many packages. */
function expectCompiles(text: string, rows: number, packageCount: number): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-latex-'));
  try {
    const body = renderLatex(everywhere(text, { rows, columns: 4 }));
    writeFileSync(path.join(folder, 'body.tex'), body);
    const packages =
      body
        .split('\n')[2]
        ?.match(/\\usepackage(?:\[\w+\])?\{[\w,]+\}/g)
        ?.slice(0, packageCount) ?? [];
    expect(packages).toHaveLength(packageCount);
    writeFileSync(
      path.join(folder, 'whole.tex'),
      [
        '\\documentclass{article}',
        ...packages,
        '\\begin{document}',
        '\\input{body}',
        '\\end{document}',
      ].join('\n'),
    );
    const { status, stdout } = spawnSync(
      'pdflatex',
      ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', 'whole.tex'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stdout).not.toMatch(/^!.*/m);
    expect(status).toBe(0);
    expect(readFileSync(path.join(folder, 'whole.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Where no engine is installed there is nothing to compile with.
test.skipIf(!hasEngine).each([2, 60])(
  'compiles, whatever runs are called (a table of %i rows)',
  (rows) => {
    expectCompiles(signs, rows, 2);
  },
  60_000,
);

test.skipIf(!hasHangul)(
  'compiles in Korean',
  () => {
    expectCompiles(`한국어 ${signs}`, 2, 3);
  },
  60_000,
);
