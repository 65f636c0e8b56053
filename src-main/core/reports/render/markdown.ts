import {
  warningItems,
  type FigureItem,
  type Item,
  type ReportDocument,
  type Table,
} from '../document.ts';

/**
 * GitHub's Markdown. `picture`: the path of a figure's file beside the text. What a person has typed is escaped, so that it stays what
 * it was.
 */
export function renderMarkdown(
  document: ReportDocument,
  picture: (figure: FigureItem) => string,
): string {
  const sections = document.sections.map(({ heading, items }) =>
    [
      ...(heading === '' ? [] : [`## ${escapeMarkdown(heading)}`]),
      ...items.flatMap((item) => itemText(item, picture)),
    ].join('\n\n'),
  );
  const head = [
    `# ${escapeMarkdown(document.title)}`,
    escapeMarkdown(document.subtitle),
    ...warningItems(document).flatMap((item) => itemText(item, picture)),
  ];
  return `${[...head, ...sections].join('\n\n')}\n`;
}

/** On one line; every sign that Markdown or HTML could take for its own is escaped. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&$^=:@"']/g, (sign, at: number, whole: string) =>
      isSafe(sign, whole[at - 1], whole[at + 1]) ? sign : `\\${sign}`,
    );

/** Points, quotes and hyphens within words and numbers are what most text is made of: they begin nothing there. */
function isSafe(sign: string, before: string | undefined, after: string | undefined): boolean {
  if ('()"\':=@'.includes(sign)) return sign !== ':' || after !== '/';
  if (!'.-+!'.includes(sign) || before === undefined || before === ' ') return false;
  // "1." begins a list only at the start of a line, where it is followed by a space.
  return sign !== '.' || !/\d/.test(before) || (after !== undefined && after !== ' ');
}

function itemText(item: Item, picture: (figure: FigureItem) => string): string[] {
  switch (item.kind) {
    case 'paragraph': {
      const text = item.text.split('\n').map(escapeMarkdown).join('  \n');
      if (item.tone === 'verdict') return [`**${text}**`];
      return [item.tone === 'concern' ? `> ⚠ ${text}` : item.tone === 'note' ? `_${text}_` : text];
    }
    case 'subheading':
      return [`### ${escapeMarkdown(item.text)}`];
    case 'list':
      return [item.items.map((text) => `- ${escapeMarkdown(text)}`).join('\n')];
    case 'facts':
      return [
        item.rows
          .map(([name, value]) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(value)}`)
          .join('\n'),
      ];
    case 'table':
      return tableText(item);
    case 'code':
      return [fenced(item.text)];
    case 'legend':
      return [];
    case 'figure':
      return [
        `![${escapeMarkdown(item.caption)}](${encodeURI(picture(item))})`,
        `_${escapeMarkdown(item.caption)}_`,
      ];
    case 'quote':
      return [`**${escapeMarkdown(item.about)}**`, `> ${escapeMarkdown(item.text)}`];
  }
}

function tableText({ caption, columns, rows, notes }: Table): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `_${escapeMarkdown(caption)}_`,
    [
      line(columns.map(({ title }) => escapeMarkdown(title))),
      line(columns.map(({ isNumber }) => (isNumber ? '---:' : ':---'))),
      ...rows.map(({ cells }) => line(cells.map(({ text }) => escapeMarkdown(text)))),
    ].join('\n'),
    ...notes.map(escapeMarkdown),
  ];
}

/** A fence longer than any within. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
