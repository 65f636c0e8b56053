import path from 'node:path';

import type { ReadReport } from '#contract/report.ts';
import * as m from '#messages';

import { dataAway } from '../features/reports/read-report.ts';
import { firstOf, type Command } from './command.ts';
import { pairs, shortened, table } from './text.ts';

export const reportOpen: Command = {
  name: 'report open',
  operands: 'FILE',
  least: 1,
  most: 1,
  summary: m.cli_report_open,
  options: { queue: { text: m.cli_report_open_queue } },
  async run(args, { app, out, folder }) {
    const file = path.resolve(folder, firstOf(args));
    const { reports } = app().services;
    const report = await reports.read(file);
    const queued = args.switches.has('queue') ? await reports.queueRuns(file) : [];
    out.json({ ...report, queued });
    if (out.isJson) return;
    const header = [
      m.cli_column_id(),
      m.cli_column_name(),
      m.cli_column_dataset(),
      m.cli_column_here(),
    ];
    const rows = report.runs.map((run) => [run.runId, run.name, run.datasetName, hereText(run)]);
    for (const line of [
      ...pairs([
        [m.cli_column_title(), shortened(report.title, 200)],
        [m.cli_column_created(), report.createdAt],
        [m.cli_column_content(), report.contentHash],
      ]),
      '',
      ...table(header, rows),
    ])
      out.line(line);
    const away = dataAway(report.runs);
    if (away !== '') out.note(m.report_data_away({ datasets: away }));
    if (queued.length > 0) out.line(m.cli_report_queued({ count: queued.length }));
  },
};

function hereText({ isHere, sameRunId, datasetId }: ReadReport['runs'][number]): string {
  if (!isHere && sameRunId !== null) return m.cli_report_same({ runId: sameRunId });
  return m.cli_report_here({ what: isHere ? 'run' : datasetId === null ? 'nothing' : 'data' });
}
