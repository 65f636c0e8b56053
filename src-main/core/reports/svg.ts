import type { ColourName } from '../charts/style-of-run.ts';

/** A drawing as data: who writes it decides what its colours are. Text stands in children alone. */
export type SvgNode = Readonly<{
  tag: string;
  at: Readonly<Record<string, string | number>>;
  children: readonly (SvgNode | string)[];
}>;

export type Figure = Readonly<{
  width: number;
  height: number;
  /** All of it in words, for who cannot see it. */
  label: string;
  nodes: readonly SvgNode[];
}>;

/** Of a colour's name, what is written for it: `var(--a)`, or `#b14e00`. */
export type Paint = (name: ColourName) => string;

/** The value of an attribute that is a colour of the palette. */
export const colour = (name: ColourName): string => `$${name}`;

export const svg = (
  tag: string,
  at: Readonly<Record<string, string | number>>,
  ...children: readonly (SvgNode | string)[]
): SvgNode => ({ tag, at, children });

/** A whole SVG document. `font`: the family where no style sheet says it. */
export function svgText(figure: Figure, paint: Paint, font?: string): string {
  const { width, height, label, nodes } = figure;
  const at = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': label,
    ...(font === undefined ? {} : { 'font-family': font }),
  };
  return nodeText(svg('svg', at, ...nodes), paint);
}

/** Text between tags or in a quoted attribute; characters that XML does not allow are left out. */
export const escapeMarkup = (text: string): string =>
  text.replaceAll(forbidden, '').replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/gu;

function nodeText({ tag, at, children }: SvgNode, paint: Paint): string {
  const attributes = Object.entries(at)
    .map(([name, value]) => ` ${name}="${escapeMarkup(valueText(value, paint))}"`)
    .join('');
  const inside = children
    .map((child) => (typeof child === 'string' ? escapeMarkup(child) : nodeText(child, paint)))
    .join('');
  return inside === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${inside}</${tag}>`;
}

const valueText = (value: string | number, paint: Paint): string =>
  typeof value === 'number'
    ? String(Number(value.toFixed(2)))
    : /^\$[a-z0-9-]+$/.test(value)
      ? paint(value.slice(1))
      : value;
