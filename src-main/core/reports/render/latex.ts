import * as m from '#messages';

import { widthOf } from '../../wording/display-width.ts';
import {
  warningItems,
  type Column,
  type Item,
  type ReportDocument,
  type Row,
  type Table,
} from '../document.ts';

const fonts = '\\usepackage[T1]{fontenc}';
const packages = [fonts, '\\usepackage{booktabs,graphicx,longtable}'];
/** Hangul for every engine. */
const hangulPackage = '\\usepackage{kotex}';
/** Wider tables have narrow gaps and are no wider than the text: so many letters and gaps fit a line of an article. */
const mostLetters = 64;
/** Longer headings of columns stand in several lines. */
const headLetters = 16;
/** Longer ones run over several pages. */
const mostRows = 40;

/** A piece of a document, to be read by \input: booktabs tables and the words around them. Figures are left out, and named. */
export function renderLatex(document: ReportDocument): string {
  const prefix = `tab:${labelOf(document.title)}`;
  const sections = document.sections.map(({ heading, items }) => {
    const texts = items.flatMap((item) => itemText(item, prefix));
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
    `% ${m.report_latex_labels({ prefix })}`,
    // A hash has few places to break at: lines may be spaced wider for it.
    '\\begingroup\\emergencystretch=3em',
    ...warningItems(document).flatMap((item) => itemText(item, prefix)),
    ...sections,
    '\\par\\endgroup',
  ].join('\n')}\n`;
}

/** Of the title, so that two reports in one document have labels of their own. Of another script a number stands for its letters. */
function labelOf(title: string): string {
  const plain = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const isWhole = /^[\x20-\x7e]*$/.test(title) && plain.length <= 40;
  if (isWhole) return plain;
  let hash = 0;
  for (const letter of title) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return [plain.slice(0, 30), hash.toString(36)].filter((part) => part !== '').join('-');
}

/** What TeX takes for its own, as what it looks like. */
export const escapeLatex = (text: string): string =>
  text
    // A hash has no place to break at. A zero-width space stands for one until the other signs are escaped.
    .replaceAll(/[0-9a-f]{32,}/g, (hash) => hash.replaceAll(/.{8}(?=.)/g, '$&\u200b'))
    .replaceAll(special, (sign) => replacements[sign] ?? '');

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
  // Two of them would become a dash, which cannot be copied as what it was.
  '-': '-{}',
  '\u200b': '\\allowbreak{}',
  '\u00b7': '\\textperiodcentered{}',
  '\u00a0': '~',
  '\n': ' ',
  '\r': ' ',
  '\t': ' ',
};
/** TeX refuses control characters. */
const special =
  /[\\[\]{}$&%#_~^<>|"`'\u2212\u00d7\u00b1\u2191\u2193\u2026\u2013\u00b7\u00a0\u200b]|-(?=[-\u2013])|\p{Cc}/gu;

/** A comment ends with its line. */
const commented = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');

function itemText(item: Item, prefix: string): string[] {
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
      return [tableText(item, prefix)];
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

function tableText({ id, caption, columns, rows, notes }: Table, prefix: string): string {
  const shape = columns.map(({ isNumber }) => (isNumber ? 'r' : 'l')).join('');
  const heading = `\\toprule\n${columns.map(headText).join(' & ')} \\\\\n\\midrule`;
  const body = rows.flatMap(rowLines);
  const label = `\\label{${prefix}:${id}}`;
  const noteLines = notes.map(
    (note) => `\\par\\smallskip{\\footnotesize ${escapeLatex(note)}\\par}`,
  );
  if (rows.length > mostRows) {
    return [
      `{${longSize(lettersOf(columns, rows))}`,
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
      ? `\\setlength{\\tabcolsep}{3pt}%\n\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n${tabular}%\n}`
      : tabular,
    ...noteLines,
    '\\end{table}',
  ].join('\n');
}

/** A table over several pages cannot be scaled as a whole: its letters and gaps become smaller instead. */
function longSize(letters: number): string {
  const excess = letters / mostLetters;
  if (excess <= 1) return '\\small';
  const font = excess <= 1.2 ? 'footnotesize' : excess <= 1.5 ? 'scriptsize' : 'tiny';
  return `\\${font}\\setlength{\\tabcolsep}{2pt}`;
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
