import type { Item, ReportDocument } from '#core/reports/document.ts';

/** A report with a text in every place that a text of somebody else's can come to: a name, a note, a review. */
export function everywhere(text: string, { rows = 1, columns = 1 } = {}): ReportDocument {
  const cells = Array.from({ length: columns }, () => ({
    text,
    line: { colour: 'a', dash: [] },
  }));
  const figure = {
    width: 10,
    height: 10,
    label: text,
    nodes: [{ tag: 'text', at: {}, children: [text] }],
  };
  const items: Item[] = [
    { kind: 'paragraph', text },
    { kind: 'paragraph', text, tone: 'verdict' },
    { kind: 'subheading', text },
    { kind: 'list', items: [text] },
    { kind: 'facts', rows: [[text, text]] },
    {
      kind: 'table',
      id: 'table-1',
      caption: text,
      columns: cells.map(() => ({ title: text, isNumber: true, goal: 'lower' })),
      rows: Array.from({ length: rows }, (_, row) => ({ runId: text, cells, isApart: row === 1 })),
      notes: [text],
    },
    { kind: 'code', text: `  ${text}\n\n${text}` },
    { kind: 'legend', lines: [{ runIds: [text], name: text, line: { colour: 'b', dash: [1] } }] },
    { kind: 'figure', id: 'figure-1', caption: text, figure },
    { kind: 'quote', about: text, text },
  ];
  return {
    title: text,
    subtitle: text,
    warnings: [text],
    sections: [{ id: 'section-1', heading: text, items }],
  };
}
