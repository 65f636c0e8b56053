import * as m from '#messages';

import { currentLanguage } from '../../wording/language.ts';
import { smooth } from '../../util/smoothing.ts';
import {
  warningItems,
  type Cell,
  type Column,
  type FigureItem,
  type Item,
  type LineStyle,
  type ReportDocument,
  type Row,
  type Section,
  type Table,
} from '../document.ts';
import { byProperty, darkPalette, lightPalette } from '../palette.ts';
import { escapeMarkup, svgText } from '../svg.ts';

/** What a page is made of beside its text; hashes are the caller's, who has the library for them. */
export type PageParts = Readonly<{
  /** resources/report/page.css and page.js. */
  style: string;
  script: string;
  /** JSON, embedded for the page's script and for reading it back. */
  content: unknown;
  version: string;
  createdAt: string;
  sha256: (text: string) => Readonly<{ hex: string; base64: string }>;
  /** For paper: instead of a font of the machine, and no script. */
  fonts?: PaperFonts;
}>;

/** TrueType in base64. */
export type PaperFonts = Readonly<{ regular: string; semiBold: string }>;

/** A report's file starts and ends so: without its end it is cut off. */
export const generatorMark = '<meta name="generator" content="Twofold ';
export const endMark = '</html>';

/** Of the embedded data; `readContent` finds it again. */
export const contentId = 'report-data';
export const hashName = 'twofold-content-sha256';

/**
 * One file that needs nothing else: everything is readable without its script, which no other page's could replace. Text is escaped
 * here and in the drawings' writer, nowhere else.
 */
export function renderHtml(document: ReportDocument, parts: PageParts): string {
  const { sha256, version, createdAt } = parts;
  const { fonts } = parts;
  const fontRule =
    fonts === undefined
      ? ''
      : `${fontFace('100 550', fonts.regular)}${fontFace('551 900', fonts.semiBold)}`;
  const style = `${fontRule}${paletteRules()}\n${parts.style}`;
  const script = `'use strict';\nconst smooth = ${smooth.toString()};\nconst words = ${embedded(scriptWords())};\n${parts.script}`;
  // Paper is not opened again.
  const content = fonts === undefined ? embedded(parts.content) : '';
  const hash = sha256(content).hex;
  const policy = [
    "default-src 'none'",
    ...(fonts === undefined ? [`script-src 'sha256-${sha256(script).base64}'`] : []),
    `style-src 'sha256-${sha256(style).base64}'`,
    'img-src data:',
    ...(fonts === undefined ? [] : ['font-src data:']),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    `<html lang="${currentLanguage()}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `${generatorMark}${escapeMarkup(version)}">`,
    ...(fonts === undefined ? [`<meta name="${hashName}" content="${hash}">`] : []),
    `<title>${escapeMarkup(document.title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<div class="page">',
    '<header>',
    `<h1>${escapeMarkup(document.title)}</h1>`,
    `<p class="subtitle">${escapeMarkup(document.subtitle)}</p>`,
    ...warningItems(document).map(itemHtml),
    contentsOf(document.sections),
    '</header>',
    '<main>',
    ...document.sections.map(sectionHtml),
    '</main>',
    '<footer>',
    `<p>${escapeMarkup(m.report_footer_made({ version, date: createdAt.slice(0, 10) }))}</p>`,
    ...(fonts === undefined
      ? [m.report_footer_open(), m.report_footer_hash({ hash })].map(
          (line) => `<p>${escapeMarkup(line)}</p>`,
        )
      : []),
    '</footer>',
    '</div>',
    ...(fonts === undefined
      ? [
          `<script type="application/json" id="${contentId}">${content}</script>`,
          `<script>${script}</script>`,
        ]
      : []),
    '</body>',
    endMark,
    '',
  ].join('\n');
}

const fontFace = (weights: string, font: string): string =>
  `@font-face{font-family:'Pretendard Variable';font-weight:${weights};src:url(data:font/ttf;base64,${font}) format('truetype')}\n`;

/** JSON that no parser of HTML takes for markup. */
const embedded = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');

const scriptWords = () => ({
  theme: m.report_theme(),
  smoothing: m.report_smoothing(),
  whole: m.report_reset_zoom(),
  zoomHint: m.report_zoom_hint(),
  allRuns: m.common_all_runs(),
  noRuns: m.report_no_runs(),
  sort: m.report_sort(),
  epoch: m.common_epoch(),
});

/** Paper is light, whatever the screen is. */
function paletteRules(): string {
  const rules = (palette: Readonly<Record<string, string>>): string =>
    Object.entries(palette)
      .map(([name, value]) => `--${name}:${value}`)
      .join(';');
  const dark = `color-scheme:dark;${rules(darkPalette)}`;
  return [
    `:root{color-scheme:light;${rules(lightPalette)}}`,
    `@media screen{@media(prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}}`,
    `@media screen{:root[data-theme=dark]{${dark}}}`,
  ].join('\n');
}

function contentsOf(sections: readonly Section[]): string {
  const named = sections.filter(({ heading }) => heading !== '');
  if (named.length < 2) return '';
  const links = named.map(
    ({ id, heading }) => `<li><a href="#${escapeMarkup(id)}">${escapeMarkup(heading)}</a></li>`,
  );
  return `<nav class="contents" aria-label="${escapeMarkup(m.report_contents())}"><ol>${links.join('')}</ol></nav>`;
}

const sectionHtml = ({ id, heading, items }: Section): string =>
  [
    `<section id="${escapeMarkup(id)}">`,
    ...(heading === '' ? [] : [`<h2>${escapeMarkup(heading)}</h2>`]),
    ...items.map(itemHtml),
    '</section>',
  ].join('\n');

function itemHtml(item: Item): string {
  switch (item.kind) {
    case 'paragraph':
      return `<p${item.tone === undefined ? '' : ` class="${item.tone === 'nothing' ? 'concern' : item.tone}"`}>${lines(item.text)}</p>`;
    case 'subheading':
      return `<h3>${escapeMarkup(item.text)}</h3>`;
    case 'list':
      return `<ul>${item.items.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>`;
    case 'facts':
      return factsHtml(item.rows);
    case 'table':
      return tableHtml(item);
    case 'code':
      return `<pre>${escapeMarkup(item.text)}</pre>`;
    case 'legend':
      return `<ul class="legend">${item.lines
        .map(
          ({ runIds, name, line }) =>
            `<li data-runs="${escapeMarkup(runIds.join(' '))}">${stub(line)}${escapeMarkup(name)}</li>`,
        )
        .join('')}</ul>`;
    case 'figure':
      return figureHtml(item);
    case 'quote':
      return `<div class="quote"><p class="about">${escapeMarkup(item.about)}</p><blockquote>${lines(item.text)}</blockquote></div>`;
  }
}

const lines = (text: string): string => text.split('\n').map(escapeMarkup).join('<br>');

function factsHtml(rows: readonly (readonly [string, string])[]): string {
  // Many short ones stand in two columns.
  const isShort = rows.length > 6 && rows.every(([name, value]) => name.length + value.length < 48);
  const entries = rows.map(
    ([name, value]) => `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}</dd>`,
  );
  return `<dl${isShort ? ' class="pairs"' : ''}>${entries.join('')}</dl>`;
}

function tableHtml({ id, caption, columns, rows, notes }: Table): string {
  // A table of a few rows is not cut by the end of a page.
  const kind = rows.length <= 14 ? 'table short' : 'table';
  const notesHtml =
    notes.length === 0
      ? ''
      : `<ul class="notes">${notes.map((note) => `<li>${escapeMarkup(note)}</li>`).join('')}</ul>`;
  return [
    `<figure class="${kind}" id="${escapeMarkup(id)}">`,
    `<figcaption>${escapeMarkup(caption)}</figcaption>`,
    '<div class="scroll"><table>',
    `<thead><tr>${columns.map(headHtml).join('')}</tr></thead>`,
    `<tbody>${rows.map((row) => rowHtml(row, columns)).join('\n')}</tbody>`,
    `</table></div>${notesHtml}</figure>`,
  ].join('\n');
}

function headHtml({ title, isNumber, goal }: Column): string {
  const arrow =
    goal === undefined
      ? ''
      : ` <span class="goal" title="${escapeMarkup(
          goal === 'higher' ? m.common_higher_is_better() : m.common_lower_is_better(),
        )}">${goal === 'higher' ? '↑' : '↓'}</span>`;
  return `<th scope="col"${isNumber ? ' class="number"' : ''}>${escapeMarkup(title)}${arrow}</th>`;
}

function rowHtml({ cells, runId, isApart }: Row, columns: readonly Column[]): string {
  const attributes = [
    ...(isApart === true ? [' class="apart"'] : []),
    ...(runId === undefined ? [] : [` data-run="${escapeMarkup(runId)}"`]),
  ].join('');
  return `<tr${attributes}>${cells.map((cell, index) => cellHtml(cell, columns[index])).join('')}</tr>`;
}

function cellHtml({ text, value, line, isStrong }: Cell, column: Column | undefined): string {
  const classes = [
    ...(column?.isNumber === true ? ['number'] : []),
    ...(column?.isUnbroken === true ? ['unbroken'] : []),
    ...(isStrong === true ? ['strong'] : []),
  ];
  const attributes = [
    ...(classes.length === 0 ? [] : [` class="${classes.join(' ')}"`]),
    ...(value === undefined ? [] : [` data-value="${value ?? ''}"`]),
  ].join('');
  return `<td${attributes}>${line === undefined ? '' : stub(line)}${escapeMarkup(text)}</td>`;
}

/** A piece of a run's line, small enough that a whole period of its dash shows. */
function stub({ colour, dash }: LineStyle): string {
  const scale = Math.min(1, 18 / dash.reduce((sum, part) => sum + part, 1));
  const dashes = dash.map((part) => Number((part * scale).toFixed(2))).join(' ');
  return `<svg width="22" height="6" viewBox="0 0 22 6" aria-hidden="true"><path d="M0 3H22" fill="none" stroke="${byProperty(colour)}" stroke-width="2"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}/></svg>`;
}

function figureHtml({ id, caption, figure, curves }: FigureItem): string {
  const kind = curves === undefined ? (figure.width < 700 ? 'narrow' : 'wide') : 'wide curves';
  const place =
    curves === undefined ? '' : ` data-curves="${escapeMarkup(JSON.stringify(curves))}"`;
  return [
    `<figure id="${escapeMarkup(id)}" class="${kind}"${place}>`,
    `<figcaption>${escapeMarkup(caption)}</figcaption>`,
    svgText(figure, byProperty),
    '</figure>',
  ].join('\n');
}
