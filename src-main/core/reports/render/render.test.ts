import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { everywhere } from '../../../testing/builders/report-document.ts';
import { darkPalette, lightPalette } from '../palette.ts';
import { renderHtml } from './html.ts';
import { escapeLatex, renderLatex } from './latex.ts';
import { escapeMarkdown, renderMarkdown } from './markdown.ts';

const sha256 = (text: string) => {
  const hash = createHash('sha256').update(text).digest();
  return { hex: hash.toString('hex'), base64: hash.toString('base64') };
};
const parts = {
  style: 'p{}',
  script: '',
  content: { runs: [] },
  version: '0',
  createdAt: '2026',
  sha256,
};

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '</script><img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    "' onclick='x",
    '<!--',
    ']]>',
    '&lt;b&gt;',
    '\u2028</title>',
  ),
);

describe('the page', () => {
  /** Of all before the embedded data. */
  const tagsOf = (html: string) =>
    html
      .slice(0, html.indexOf('<script'))
      .replaceAll(/"[^"]*"/g, '""')
      .match(/<[^>]*>/g);

  test('what a person has typed never becomes markup', () => {
    const plain = tagsOf(renderHtml(everywhere('word'), parts));
    fc.assert(
      fc.property(hostile, (text) => {
        fc.pre(text.trim() !== '' && !text.includes('\n'));
        const html = renderHtml(everywhere(`x${text}`), { ...parts, content: { title: text } });
        // The same tags, whatever the text is; and no attribute that was not ours.
        expect(tagsOf(html)).toEqual(plain);
        expect(html.match(/<script/g)).toHaveLength(2);
      }),
      { numRuns: 300 },
    );
  });

  test('runs its own script and style alone, and reaches nothing', () => {
    const html = renderHtml(everywhere('word'), parts);
    const policy = /Content-Security-Policy" content="([^"]*)"/
      .exec(html)?.[1]
      ?.replaceAll('&#39;', "'");
    const [style = ''] = /(?<=<style>)[^]*?(?=<\/style>)/.exec(html) ?? [];
    const [script = ''] = /(?<=<script>)[^]*?(?=<\/script>)/.exec(html) ?? [];
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${sha256(script).base64}'`,
      `style-src 'sha256-${sha256(style).base64}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html).not.toMatch(/https?:(?!\/\/www\.w3\.org)| style="| on\w+="/);
  });

  test('the embedded data has the hash that the page names', () => {
    const html = renderHtml(everywhere('word'), { ...parts, content: { title: '</script> <b>' } });
    const [content = ''] = /(?<=id="report-data">)[^<]*/.exec(html) ?? [];
    expect(JSON.parse(content)).toEqual({ title: '</script> <b>' });
    expect(html).toContain(`content="${sha256(content).hex}"`);
  });

  test('for paper it brings its font and no script', () => {
    const html = renderHtml(everywhere('word'), {
      ...parts,
      fonts: { regular: 'AAAA', semiBold: 'BBBB' },
    });
    expect(html).toContain('font-src data:');
    expect(html).not.toContain('script-src');
    expect(html).not.toMatch(/<script|Content sha256|report open/);
  });
});

test('Markdown: signs that begin something are escaped, a table keeps its columns', () => {
  expect(escapeMarkdown('a|b <i> *x* _y_ [z](u) `c` # 1. $m$')).toBe(
    'a\\|b \\<i\\> \\*x\\* \\_y\\_ \\[z\\](u) \\`c\\` \\# 1\\. \\$m\\$',
  );
  const text = renderMarkdown(everywhere('a | b\n# c'), () => 'f/a b.png');
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  expect(rows.map((row) => row.replaceAll('\\|', '').split('|').length)).toEqual([3, 3, 3]);
  expect(text).toContain('](f/a%20b.png)');
  expect(text.replaceAll(/^```[^]*?^```/gm, '')).not.toMatch(/^# c/m);
  expect(renderMarkdown(everywhere('a ``` b'), () => '')).toContain(
    '````\n  a ``` b\n\na ``` b\n````',
  );
});

describe('LaTeX', () => {
  test('every sign that TeX takes for its own is written as what it is', () => {
    expect(escapeLatex('\\{}$&%#_~^<>|"`\'')).toBe(
      '\\textbackslash{}\\{\\}\\$\\&\\%\\#\\_\\textasciitilde{}\\textasciicircum{}\\textless{}\\textgreater{}\\textbar{}\\symbol{34}\\textasciigrave{}\\textquotesingle{}',
    );
    expect(escapeLatex('−0.5 ± 1 × 2 … – ·\u0007')).toBe(
      '$-$0.5 $\\pm$ 1 $\\times$ 2 \\ldots{} -- \\textperiodcentered{}',
    );
  });

  test('no text opens a command, a group or a comment', () => {
    const written = renderLatex(everywhere('\\input{x} % {')).replaceAll(/^%.*$/gm, '');
    expect(written).not.toMatch(/\\input\{x|[^\\]% \{/);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = escapeLatex(text).replaceAll(
          /\{[[\]]\}|\\text[a-z]+\{\}|\\allowbreak\{\}|-\{\}|\\symbol\{34\}|\\ldots\{\}|\\[{}$&%#_]|\$(?:-|\\[a-z]+)\$|~/g,
          '',
        );
        expect(plain).not.toMatch(/[\\{}$&%#_^]/);
      }),
    );
  });

  test('asks for the package of Hangul where there is some, and only there', () => {
    expect(renderLatex(everywhere('임베딩 seed 1'))).toContain('\\usepackage{kotex}');
    expect(renderLatex(everywhere('é ü seed 1'))).not.toContain('kotex');
  });

  test('a command keeps its hyphens, a hash breaks, and labels are of the report', () => {
    expect(escapeLatex('run --silent -- x–y')).toBe('run -{}-silent -{}- x--y');
    const hash = '0123456789abcdef'.repeat(4);
    const broken = escapeLatex(hash);
    expect(broken.split('\\allowbreak{}').map(({ length }) => length)).toEqual(
      Array.from({ length: 8 }, () => 8),
    );
    expect(broken.replaceAll('\\allowbreak{}', '')).toBe(hash);
    const labelsOf = (title: string) =>
      /\\label\{([^}]*)\}/.exec(renderLatex({ ...everywhere('x'), title }))?.[1];
    expect(labelsOf('Pairs on IMDB')).toBe('tab:pairs-on-imdb:table-1');
    expect(labelsOf('Paare für IMDB')).not.toBe(labelsOf('Paare fur IMDB'));
    expect(labelsOf('리뷰')).not.toBe(labelsOf('영화'));
  });

  test('booktabs: a rule above what stands apart, a long table over pages, a wide one as wide as the text', () => {
    const table = (columns: number, rows: number): string =>
      renderLatex({
        title: '',
        subtitle: '',
        warnings: [],
        sections: [
          {
            id: 's',
            heading: '',
            items: [
              {
                kind: 'table',
                id: 't',
                caption: 'c',
                columns: Array.from({ length: columns }, () => ({ title: 'x', isNumber: true })),
                rows: Array.from({ length: rows }, (_, row) => ({
                  cells: Array.from({ length: columns }, () => ({ text: '[1]' })),
                  isApart: row === 1,
                })),
                notes: [],
              },
            ],
          },
        ],
      });
    expect(table(2, 2)).toContain('{[}1{]} & {[}1{]} \\\\\n\\midrule\n{[}1{]}');
    expect(table(9, 2)).not.toContain('\\resizebox');
    expect(table(20, 2)).toContain('\\resizebox');
    expect(table(2, 50)).toContain('\\begin{longtable}{rr}');
  });
});

test('the palette is that of the window', () => {
  const css = readFileSync(
    path.join(import.meta.dirname, '../../../../src-renderer/styles/tokens.css'),
    'utf8',
  );
  const [light = '', dark = ''] = css.split(":root[data-theme='dark']");
  for (const [palette, text] of [[lightPalette, light] as const, [darkPalette, dark] as const])
    for (const [name, value] of Object.entries(palette))
      expect(text).toContain(`  --${name}: ${value};`);
});
