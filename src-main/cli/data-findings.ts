import { findingKinds, type Finding, type FindingRow } from '#contract/dataset.ts';
import { splitWord } from '#core/words.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import { choiceOption } from './arguments.ts';
import { firstOf, oneDataset, type Command } from './command.ts';
import { count, table } from './text.ts';

export const dataFindings: Command = {
  name: 'data findings',
  ...oneDataset,
  summary: m.cli_data_findings,
  options: {
    kind: { value: 'K', text: () => m.cli_data_findings_kind({ kinds: listable.join(', ') }) },
    all: { text: m.cli_data_findings_all },
  },
  async run(args, { app, out }) {
    const { datasets } = app().services;
    const dataset = datasets.get(datasets.resolve(firstOf(args)));
    const kind = choiceOption(args, 'kind', listable);
    const wanted = dataset.findings.filter(
      (finding) => kind === undefined || finding.kind === kind,
    );
    const most = out.isJson || args.switches.has('all') ? Number.POSITIVE_INFINITY : ROWS_SHOWN;
    const found = [];
    for (const finding of wanted) {
      found.push({ finding, ...(await rowsOf(datasets, dataset.datasetId, finding, most)) });
    }
    out.json(found.map(({ finding, rows }) => ({ ...finding, rows })));
    if (found.length === 0) out.line(m.cli_data_findings_none());
    for (const { finding, rows, total } of found) {
      const more = total - rows.length;
      out.line(finding.text);
      for (const line of rowTable(rows)) out.line(`  ${line}`);
      if (more > 0) {
        out.line(`  ${m.cli_data_findings_more({ count: more, shown: count(more) })}`);
      }
      out.line();
    }
  },
};

const ROWS_SHOWN = 20;
const ROWS_AT_ONCE = 1000;
/** Those that are about single reviews. */
const listable = findingKinds.slice(0, findingKinds.indexOf('empty') + 1);

type Datasets = App['services']['datasets'];

async function rowsOf(
  datasets: Datasets,
  datasetId: string,
  finding: Finding,
  most: number,
): Promise<Readonly<{ rows: readonly FindingRow[]; total: number }>> {
  const { kind, rows: first } = finding;
  if (first === undefined) return { rows: [], total: 0 };
  const ofOneSplit = kind === 'contradictions' ? null : (first[0]?.split ?? null);
  const rows: FindingRow[] = [];
  for (;;) {
    const page = await datasets.findingRows({
      datasetId,
      kind,
      split: finding.split ?? ofOneSplit,
      offset: rows.length,
      count: Math.min(ROWS_AT_ONCE, most - rows.length),
    });
    rows.push(...page.rows);
    const { total } = page;
    if (page.rows.length === 0 || rows.length >= Math.min(most, total)) return { rows, total };
  }
}

function rowTable(rows: readonly FindingRow[]): string[] {
  if (rows.length === 0) return [];
  const cells = (place: FindingRow['of']) =>
    place === null
      ? ['', '', '']
      : [splitWord(place.split), String(place.row), String(place.label)];
  const hasPairs = rows.some(({ of }) => of !== null);
  const header = [m.cli_column_split(), m.cli_column_row(), m.cli_column_label()];
  const ofHeader = [m.cli_column_repeats(), m.cli_column_row(), m.cli_column_label()];
  return table(
    hasPairs ? [...header, ...ofHeader] : header,
    rows.map((row) => (hasPairs ? [...cells(row), ...cells(row.of)] : cells(row))),
    [m.cli_column_row()],
  );
}
