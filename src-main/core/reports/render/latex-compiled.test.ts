import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { everywhere } from '../../../testing/report-document.ts';
import { renderLatex } from './latex.ts';

const hasEngine = spawnSync('pdflatex', ['--version']).status === 0;

// Where no engine is installed there is nothing to compile with.
test.skipIf(!hasEngine).each([2, 60])(
  'compiles, whatever runs are called (a table of %i rows)',
  (rows) => {
    const signs =
      '[x] \\end{document} {} $1 & 2 % # _ ~ ^ < > | " \' ` * - -- −0.5 ± 1 × 2 … – · é ü ß';
    const folder = mkdtempSync(path.join(tmpdir(), 'twofold-latex-'));
    try {
      const body = renderLatex(everywhere(signs, { rows, columns: 4 }));
      writeFileSync(path.join(folder, 'body.tex'), body);
      // The preamble is the one that the file itself asks for.
      const packages =
        body
          .split('\n')[2]
          ?.match(/\\usepackage(?:\[\w+\])?\{[\w,]+\}/g)
          ?.slice(0, 2) ?? [];
      expect(packages).toHaveLength(2);
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
  },
  60_000,
);
