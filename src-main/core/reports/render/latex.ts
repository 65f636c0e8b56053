import * as m from '#messages';

import { widthOf } from '../../display-width.ts';
import type { Column, Item, ReportDocument, Row, Table } from '../document.ts';

const fonts = '\\usepackage[T1]{fontenc}';
const packages = [fonts, '\\usepackage{booktabs,graphicx,longtable}'];
/** Hangul for every engine. */
const hangulPackage = '\\usepackage{kotex}';
/** Wider tables are made as wide as the text: so many letters and gaps fit a line of an article. */
const mostLetters = 80;
/** Longer headings of columns stand in several lines. */
const headLetters = 16;
/** Longer ones run over several pages. */
const mostRows = 40;

/** A piece of a document, to be read by \input: booktabs tables and the words around them. Figures are left out, and named. */
export function renderLatex(document: ReportDocument): string {
  const sections = document.sections.map(({ heading, items }) => {
    const texts = items.flatMap(itemText);
    // What is left out leaves no heading over nothing.
    const isEmpty = texts.every((text) => text.startsWith('%'));
    return [
      ...(heading === '' || isEmpty ? [] : [`\\section{${escapeLatex(heading)}}`]),
      ...texts,
    ].join('\n\n');
  });
  const needed = /\p{Script=Hangul}/u.test(JSON.stringify(document.sections))
    ? [...packages, hangulPackage]
    : packages;
  return `${[
    `% ${commented(document.title)}`,
    `% ${commented(document.subtitle)}`,
    `% ${m.report_latex_preamble({ packages: needed.join(' '), fonts })}`,
    '',
    ...sections,
  ].join('\n')}\n`;
}

/** What TeX takes for its own, as what it looks like. */
export const escapeLatex = (text: string): string =>
  text.replaceAll(special, (sign) => replacements[sign] ?? '');

const replacements: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  // Where an option may stand, brackets would be taken for one.
  '[': '{[}',
  ']': '{]}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '%': '\\%',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  // By its number: the command of that name is not known to every encoding of fonts.
  '"': '\\symbol{34}',
  '`': '\\textasciigrave{}',
  "'": '\\textquotesingle{}',
  '\u2212': '$-$',
  '\u00d7': '$\\times$',
  '\u00b1': '$\\pm$',
  '\u2191': '$\\uparrow$',
  '\u2193': '$\\downarrow$',
  '\u2026': '\\ldots{}',
  '\u2013': '--',
  '\u00b7': '\\textperiodcentered{}',
  '\u00a0': '~',
  '\n': ' ',
  '\r': ' ',
  '\t': ' ',
};
/** TeX refuses control characters. */
const special =
  /[\\[\]{}$&%#_~^<>|"`'\u2212\u00d7\u00b1\u2191\u2193\u2026\u2013\u00b7\u00a0]|\p{Cc}/gu;

/** A comment ends with its line. */
const commented = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');

function itemText(item: Item): string[] {
  switch (item.kind) {
    case 'paragraph': {
      const text = item.text.split('\n').map(escapeLatex).join('\\\\\n');
      return [
        item.tone === 'verdict'
          ? `\\textbf{${text}}`
          : item.tone === 'note'
            ? `{\\small ${text}}`
            : text,
      ];
    }
    case 'subheading':
      return [`\\subsection{${escapeLatex(item.text)}}`];
    case 'list':
      return [
        environment(
          'itemize',
          item.items.map((text) => `\\item {} ${escapeLatex(text)}`),
        ),
      ];
    case 'facts':
      return [
        environment(
          'description',
          item.rows.map(([name, value]) => `\\item[${escapeLatex(name)}] ${escapeLatex(value)}`),
        ),
      ];
    case 'table':
      return [tableText(item)];
    case 'code':
      return [codeText(item.text)];
    case 'legend':
      return [];
    case 'figure':
      return [`% ${commented(m.report_latex_no_figures({ caption: item.caption }))}`];
    case 'quote':
      return [
        `\\noindent\\textbf{${escapeLatex(item.about)}}`,
        environment('quote', [escapeLatex(item.text)]),
      ];
  }
}

const environment = (name: string, lines: readonly string[]): string =>
  [`\\begin{${name}}`, ...lines, `\\end{${name}}`].join('\n');

function tableText({ id, caption, columns, rows, notes }: Table): string {
  const shape = columns.map(({ isNumber }) => (isNumber ? 'r' : 'l')).join('');
  const heading = `\\toprule\n${columns.map(headText).join(' & ')} \\\\\n\\midrule`;
  const body = rows.flatMap(rowLines);
  const label = `\\label{tab:${id}}`;
  const noteLines = notes.map(
    (note) => `\\par\\smallskip{\\footnotesize ${escapeLatex(note)}\\par}`,
  );
  if (rows.length > mostRows) {
    return [
      '{\\small',
      `\\begin{longtable}{${shape}}`,
      `\\caption{${escapeLatex(caption)}}${label}\\\\`,
      `${heading}\n\\endfirsthead`,
      `${heading}\n\\endhead`,
      '\\bottomrule\n\\endfoot',
      ...body,
      '\\end{longtable}',
      ...noteLines,
      '}',
    ].join('\n');
  }
  const tabular = [
    `\\begin{tabular}{${shape}}`,
    heading,
    ...body,
    '\\bottomrule',
    '\\end{tabular}',
  ].join('\n');
  return [
    '\\begin{table}[htbp]',
    '\\centering\\small',
    `\\caption{${escapeLatex(caption)}}${label}`,
    lettersOf(columns, rows) > mostLetters
      ? `\\resizebox{\\linewidth}{!}{%\n${tabular}%\n}`
      : tabular,
    ...noteLines,
    '\\end{table}',
  ].join('\n');
}

function headText({ title, goal, isNumber }: Column): string {
  const arrow = goal === undefined ? '' : goal === 'higher' ? ' $\\uparrow$' : ' $\\downarrow$';
  const lines = headLines(title).map(escapeLatex);
  const text =
    lines.length > 1
      ? `\\shortstack[${isNumber ? 'r' : 'l'}]{${lines.join('\\\\')}}`
      : lines.join('');
  return `${text}${arrow}`;
}

function headLines(title: string): string[] {
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + widthOf(word) < headLetters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const gapLetters = 2;

/** About how many letters the table is wide. */
function lettersOf(columns: readonly Column[], rows: readonly Row[]): number {
  const widths = columns.map(({ title }) => Math.max(...headLines(title).map(widthOf)));
  for (const { cells } of rows)
    for (const [index, { text }] of cells.entries())
      widths[index] = Math.max(widths[index] ?? 0, widthOf(text));
  return widths.reduce((sum, width) => sum + width + gapLetters, 0);
}

function rowLines({ cells, isApart }: Row): string[] {
  const line = cells.map(({ text }) => escapeLatex(text)).join(' & ');
  return [...(isApart === true ? ['\\midrule'] : []), `${line} \\\\`];
}

/** Line by line, breaking where it must. */
const codeText = (text: string): string =>
  [
    '\\begin{flushleft}\\ttfamily\\footnotesize',
    ...text
      .split('\n')
      .map(
        (line) =>
          `${escapeLatex(line).replaceAll(/^ +/g, (spaces) => '~'.repeat(spaces.length)) || '~'}\\\\`,
      ),
    '\\end{flushleft}',
  ].join('\n');
