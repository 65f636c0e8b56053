import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const hasEngine = spawnSync('pdflatex', ['--version']).status === 0;
const hasHangul = hasEngine && spawnSync('kpsewhich', ['kotex.sty']).status === 0;

/** Why tests that compile are skipped, to stand behind their name; empty where the engine, or its package for Hangul, is there. */
export const latexReason = hasEngine ? '' : ' (skipped: pdflatex is not installed)';
export const hangulReason = hasHangul ? '' : ' (skipped: the LaTeX package kotex is not installed)';

export type Compiled = Readonly<{
  packages: readonly string[];
  isDone: boolean;
  /** Lines of the log that complain: errors, letters without a sign, lines that are wider than the text. */
  complaints: readonly string[];
}>;

/** Compiles an exported piece within an article, with the preamble that the piece itself asks for. */
export function compileLatex(body: string): Compiled {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-latex-'));
  try {
    writeFileSync(path.join(folder, 'body.tex'), body);
    const packages = body.split('\n')[2]?.match(/\\usepackage(?:\[\w+\])?\{[\w,]+\}/g) ?? [];
    // Those of the first sentence; the second says what other engines need.
    const needed = [...new Set(packages)];
    writeFileSync(
      path.join(folder, 'whole.tex'),
      [
        '\\documentclass{article}',
        ...needed,
        '\\begin{document}',
        '\\input{body}',
        '\\end{document}',
      ].join('\n'),
    );
    const flags = ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape'];
    // Tables over several pages know their widths the second time.
    const runs = [1, 2].map(() =>
      spawnSync('pdflatex', [...flags, 'whole.tex'], { cwd: folder, encoding: 'utf8' }),
    );
    const last = runs.at(-1);
    const isDone =
      last?.status === 0 &&
      readFileSync(path.join(folder, 'whole.pdf')).subarray(0, 5).toString() === '%PDF-';
    const complaints = last?.stdout.match(/^(?:!|Missing character|Overfull \\hbox).*/gm) ?? [];
    return { packages: needed, isDone, complaints };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
