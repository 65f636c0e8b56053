import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import {
  type ReadReport,
  reportFormats,
  type ReportProgress,
  type ReportSpec,
  reportSpecSchema,
} from '#contract/report.ts';
import * as m from '#messages';

import type { App } from '../../features/app.ts';
import { dataAway } from '../../features/reports/read-report.ts';
import { choiceOption } from '../arguments.ts';
import { type Arguments, type Command, firstOf, type Noun } from '../command.ts';
import { bytes, count, pairs, shortened, table } from '../show/text.ts';
import { bestOrLastOption, readBestOrLast } from '../weights-choice.ts';
import { whileRunning } from '../while-running.ts';

const exportReport: Command = {
  name: 'export report',
  operands: '[RUN...]',
  most: 200,
  summary: m.cli_export_report,
  options: {
    experiment: { value: 'E', isList: true, text: m.cli_export_report_experiment },
    format: {
      value: 'F',
      text: () => m.cli_export_report_format({ formats: reportFormats.join(', ') }),
    },
    out: { value: 'PATH', text: m.cli_export_report_out },
    saved: { value: 'REPORT', text: m.cli_export_report_saved },
    title: { value: 'T', text: m.cli_export_report_title },
    sentence: { value: 'S', text: m.cli_export_report_sentence },
    curve: { value: 'C', isList: true, text: m.cli_export_report_curve },
    force: { text: m.cli_export_report_force },
    ...bestOrLastOption,
  },
  async run(args, { app, out, folder }) {
    const format = choiceOption(args, 'format', reportFormats);
    const target = args.values['out'];
    if (format === undefined) {
      const formats = reportFormats.join(', ');
      throw new AppError('invalid', m.cli_export_report_needs_format({ formats }), {
        field: 'format',
      });
    }
    if (target === undefined || target.trim() === '')
      throw new AppError('invalid', m.cli_export_report_needs_out(), { field: 'out' });
    const { reports } = app().services;
    const request = {
      spec: withSentence(specOf(args, app()), args.values['sentence']),
      format,
      path: path.resolve(folder, target),
      isForced: args.switches.has('force'),
    };
    const written = await whileRunning(m.reports_cancelled, (signal) =>
      reports.exportSpec(request, {
        signal,
        onProgress: (progress) => {
          out.status(statusOf(progress));
        },
      }),
    );
    out.json(written);
    out.line(`${written.path}: ${bytes(written.bytes)}`);
    for (const note of written.notes) out.note(note);
  },
};

/** Of the runs that are named, or as it was composed in the window, in other words or weights where these are given. */
function specOf(args: Arguments, { services }: App): ReportSpec {
  const { reports, runs, experiments, outsideCurves } = services;
  const { saved, title } = args.values;
  const names = args.lists['experiment'] ?? [];
  const curves = args.lists['curve'] ?? [];
  if (saved !== undefined) {
    if (args.operands.length + names.length + curves.length > 0)
      throw new AppError('invalid', m.cli_export_report_saved_alone(), { field: 'saved' });
    const { spec } = reports.get({ reportId: reports.resolve(saved) });
    const weights = args.values['weights'] === undefined ? spec.weights : readBestOrLast(args);
    return reportSpecSchema.parse({ ...spec, title: title ?? spec.title, weights });
  }
  const members = names.flatMap(
    (name) => experiments.get({ experimentId: experiments.resolve(name) }).runs,
  );
  const runIds = new Set([
    ...members.map(({ runId }) => runId),
    ...args.operands.map((name) => runs.resolve(name)),
  ]);
  if (runIds.size === 0) throw new AppError('invalid', m.cli_export_report_needs_runs());
  return reports.draft({
    runIds: [...runIds],
    curveIds: curves.map(outsideCurves.resolve),
    title,
    weights: readBestOrLast(args),
  });
}

/** A review by its split and its row, which counts from 0 as everywhere ("test:12"), or the sentence itself. */
function withSentence(spec: ReportSpec, sentence: string | undefined): ReportSpec {
  if (sentence === undefined) return spec;
  if (!spec.blocks.some(({ kind }) => kind === 'sentence'))
    throw new AppError('invalid', m.report_no_diff(), { field: 'sentence' });
  const [, split, number] =
    /^(train|test|validation):(0|[1-9]\d{0,8})$/.exec(sentence.trim()) ?? [];
  const source =
    split === undefined
      ? { kind: 'text', text: sentence }
      : { kind: 'review', split, row: Number(number) };
  return reportSpecSchema.parse({
    ...spec,
    blocks: spec.blocks.map((block) =>
      block.kind === 'sentence' ? { kind: 'sentence', source } : block,
    ),
  });
}

const statusOf = ({ phase, done, total }: ReportProgress): string => {
  const shown = { done: count(done), total: count(total ?? 0) };
  if (phase === 'gathering') return m.cli_report_gathering(shown);
  if (phase === 'reading') return m.reports_export_reading(shown);
  return phase === 'printing' ? m.common_printing_the_pages() : m.reports_export_writing(shown);
};

const reportOpen: Command = {
  name: 'report open',
  operands: 'FILE',
  summary: m.cli_report_open,
  options: { queue: { text: m.cli_report_open_queue } },
  async run(args, { app, out, folder }) {
    const file = path.resolve(folder, firstOf(args));
    const { reports } = app().services;
    const report = await reports.read({ path: file });
    const queued = args.switches.has('queue')
      ? (await reports.queueRuns({ path: file })).runIds
      : [];
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

export const reports: Noun = {
  title: m.cli_noun_reports,
  commands: [exportReport, reportOpen],
};
