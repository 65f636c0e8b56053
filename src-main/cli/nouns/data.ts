import path from 'node:path';

import { fileFormats, importFormats } from '#contract/dataset-formats.ts';
import {
  type Dataset,
  exportFormats,
  type Finding,
  findingKinds,
  type FindingRow,
  type ImportRequest,
  importRequestSchema,
} from '#contract/dataset.ts';
import { AppError, toFailure } from '#contract/failure.ts';
import { calls } from '#contract/index.ts';
import { type CoverageRange, usualRange } from '#core/text/coverage-range.ts';
import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { App } from '../../features/app.ts';
import { choiceOption, numberOption } from '../arguments.ts';
import { type Arguments, type Command, firstOf, type Noun } from '../command.ts';
import { type Drop, drops, followImport, printDataset } from '../show/data-facts.ts';
import type { Output } from '../show/output.ts';
import { bytes, count, moment, table } from '../show/text.ts';
import { whileRunning } from '../while-running.ts';

const dataImport: Command = {
  name: 'data import',
  operands: 'PATH',
  summary: () => m.cli_data_import(fileFormats),
  options: {
    name: { value: 'N', text: m.cli_data_import_name },
    format: {
      value: 'F',
      text: () => m.cli_data_import_format({ formats: importFormats.join(', ') }),
    },
    'text-column': { value: 'C', text: m.cli_data_import_text_column },
    'label-column': { value: 'C', text: m.cli_data_import_label_column },
    'split-column': { value: 'C', text: m.cli_data_import_split_column },
    positive: { value: 'V', text: m.cli_data_import_positive },
    negative: { value: 'V', text: m.cli_data_import_negative },
    threshold: { value: 'X', text: m.cli_data_import_threshold },
    'drop-label': { value: 'V', isList: true, text: m.cli_data_import_drop_label },
    'drop-word': { value: 'W', isList: true, text: m.cli_data_import_drop_word },
    encoding: { value: 'E', text: m.cli_data_import_encoding },
    delimiter: { value: 'D', text: m.cli_data_import_delimiter },
    header: { value: 'H', text: m.cli_data_import_header },
    'strip-html': { text: m.cli_data_import_strip_html },
    unicode: { value: 'U', text: m.cli_data_import_unicode },
    words: { value: 'W', text: m.cli_data_import_words },
    drop: { value: 'WHAT', text: () => m.cli_data_import_drop({ kinds: dropNames }) },
    'drop-duplicates': { text: m.cli_data_import_drop_duplicates },
    'drop-near-copies': { text: m.cli_data_import_drop_near_copies },
    'word-index': { value: 'FILE', text: m.cli_data_import_word_index },
    ids: { value: 'I', text: m.cli_data_import_ids },
  },
  run(args, context) {
    const { folder } = context;
    const { values } = args;
    const wordIndex = values['word-index'];
    const request = importRequestSchema.parse({
      path: path.resolve(folder, firstOf(args)),
      name: values['name'],
      format: choiceOption(args, 'format', importFormats),
      textColumn: values['text-column'],
      labelColumn: values['label-column'],
      splitColumn: values['split-column'] === 'none' ? null : values['split-column'],
      positive: values['positive'],
      negative: values['negative'],
      threshold: thresholdOf(values['threshold']),
      encoding: values['encoding'],
      delimiter: values['delimiter'],
      header: choiceOption(args, 'header', ['yes', 'no']),
      pipeline: {
        html: args.switches.has('strip-html') ? 'stripped' : undefined,
        unicode: choiceOption(args, 'unicode', ['kept', 'nfc', 'nfkc']),
        words: choiceOption(args, 'words', ['spaces', 'segmenter']),
      },
      ...dropsOf(args),
      ids: choiceOption(args, 'ids', ['ranks', 'encoded']),
      wordIndexPath: wordIndex === undefined ? undefined : path.resolve(folder, wordIndex),
    });
    return followImport(context, (datasets, options) => datasets.import(request, options));
  },
};

function thresholdOf(wanted: string | undefined): number | undefined {
  if (wanted === undefined) return undefined;
  const value = wanted.trim() === '' ? Number.NaN : Number(wanted.replace(',', '.'));
  if (Number.isFinite(value)) return value;
  throw new AppError('invalid', m.cli_data_import_threshold_number({ wanted }), {
    field: 'threshold',
  });
}

const labelPrefix = 'label:';
const dropNames = [...drops.keys(), `${labelPrefix}V`].join(', ');

/** What `--drop` names and the flags that stand for a part of it, as fields of the request. */
function dropsOf({
  values,
  lists,
  switches,
}: Arguments): Pick<ImportRequest, 'drop' | 'dropLabels' | 'dropWords'> {
  const named = values['drop']?.split(',').map((part) => part.trim()) ?? [];
  for (const name of drops.keys()) if (switches.has(`drop-${name}`)) named.push(name);
  const drop = new Set<Drop>();
  const dropLabels = [...(lists['drop-label'] ?? [])];
  for (const wanted of named) {
    const kind = drops.get(wanted);
    if (kind !== undefined) drop.add(kind);
    else if (wanted.startsWith(labelPrefix)) dropLabels.push(wanted.slice(labelPrefix.length));
    else {
      throw new AppError('invalid', m.cli_data_import_drop_choice({ wanted, kinds: dropNames }), {
        field: 'drop',
      });
    }
  }
  return {
    ...(drop.size === 0 ? {} : { drop: [...drop] }),
    ...(dropLabels.length === 0 ? {} : { dropLabels }),
    ...(lists['drop-word'] === undefined ? {} : { dropWords: [...lists['drop-word']] }),
  };
}

const dataSample: Command = {
  name: 'data sample',
  summary: m.cli_data_sample,
  options: {},
  run: (_args, context) =>
    followImport(context, (datasets, options) => datasets.importSample(options)),
};

const dataList: Command = {
  name: 'data list',
  summary: m.cli_data_list,
  options: { trash: { text: m.cli_data_list_trash } },
  run(args, { app, out }) {
    const isTrash = args.switches.has('trash');
    printDatasets(out, app().services.datasets.list({ isTrash }), isTrash);
  },
};

function printDatasets(out: Output, datasets: readonly Dataset[], isTrash: boolean): void {
  out.json(datasets);
  if (datasets.length === 0) {
    out.line(isTrash ? m.cli_data_none_in_trash() : m.cli_data_none());
    return;
  }
  const isAnyAway = datasets.some(({ isHere }) => !isHere);
  const rows = datasets.map((dataset) => [
    dataset.datasetId,
    dataset.name,
    dataset.format,
    count(dataset.splits.train.count),
    count(dataset.splits.test.count),
    count(dataset.runCount),
    moment(dataset.createdAt),
    ...(isAnyAway ? [m.cli_data_reviews({ isHere: String(dataset.isHere) })] : []),
    ...(isTrash ? [moment(dataset.deletedAt ?? '')] : []),
  ]);
  const header = [
    m.cli_column_id(),
    m.cli_column_name(),
    m.cli_column_format(),
    m.fields_split_train(),
    m.fields_split_test(),
    m.cli_column_runs(),
    m.cli_column_imported(),
    ...(isAnyAway ? [m.fields_unit_reviews()] : []),
    ...(isTrash ? [m.cli_column_deleted()] : []),
  ];
  for (const line of table(header, rows, header.slice(3, 6))) out.line(line);
}

const dataShow: Command = {
  name: 'data show',
  operands: 'ID',
  summary: m.cli_data_show,
  options: {},
  async run(args, { app, out }) {
    const { datasets } = app().services;
    const dataset = datasets.get({ datasetId: datasets.resolve(firstOf(args)) });
    const origin = datasets.origin({ datasetId: dataset.datasetId });
    try {
      printDataset(out, dataset, origin, await datasets.profile(dataset.datasetId));
    } catch (error) {
      // Files that are missing or damaged take nothing from what is known of them.
      printDataset(out, dataset, origin);
      out.note(m.cli_warning({ warning: toFailure(error).message }));
    }
  },
};

const dataFindings: Command = {
  name: 'data findings',
  operands: 'ID',
  summary: m.cli_data_findings,
  options: {
    kind: { value: 'K', text: () => m.cli_data_findings_kind({ kinds: listable.join(', ') }) },
    all: { text: m.cli_data_findings_all },
  },
  async run(args, { app, out }) {
    const { datasets } = app().services;
    const dataset = datasets.get({ datasetId: datasets.resolve(firstOf(args)) });
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

const bounds = { min: 1, max: 100_000 };

const dataCoverage: Command = {
  name: 'data coverage',
  operands: 'ID',
  summary: m.cli_data_coverage,
  options: {
    from: { value: 'N', text: m.cli_data_coverage_from },
    to: { value: 'N', text: m.cli_data_coverage_to },
    step: { value: 'N', text: m.cli_data_coverage_step },
  },
  async run(args, { app, out }) {
    const [from, to, step] = ['from', 'to', 'step'].map((name) => numberOption(args, name, bounds));
    if (from !== undefined && to !== undefined && to < from)
      throw new AppError('invalid', m.cli_data_coverage_reversed({ from }), { field: 'to' });
    const { datasets } = app().services;
    const datasetId = datasets.resolve(firstOf(args));
    const isOpen = [from, to, step].every((value) => value === undefined);
    const range: CoverageRange = isOpen ? await datasets.coverageRange(datasetId) : usualRange;
    const points = await datasets.coverage({
      datasetId,
      from: from ?? Math.min(range.from, to ?? range.from),
      to: to ?? Math.max(range.to, from ?? range.to),
      step: step ?? range.step,
    });
    if (range.end !== undefined)
      points.push(
        ...(await datasets.coverage({ datasetId, from: range.end, to: range.end, step: 1 })),
      );
    out.json(points);
    const rows = points.map((point) => [String(point.maxLength), point.percent.toFixed(3)]);
    const header = [m.cli_column_max_length(), m.cli_column_percent()];
    for (const line of table(header, rows, header)) out.line(line);
  },
};

const dataExport: Command = {
  name: 'data export',
  operands: 'ID',
  summary: m.cli_data_export,
  options: {
    format: { value: 'F', text: m.cli_data_export_format },
    out: { value: 'F', text: m.cli_data_export_out },
    force: { text: m.cli_data_export_force },
  },
  async run(args, { app, out, folder }) {
    const target = args.values['out'];
    if (target === undefined)
      throw new AppError('invalid', m.cli_data_export_needs_out(), { field: 'out' });
    const extension = path.extname(target).slice(1).toLowerCase();
    const format =
      choiceOption(args, 'format', exportFormats) ??
      exportFormats.find((candidate) => candidate === extension);
    if (format === undefined)
      throw new AppError('invalid', m.cli_data_export_needs_format(), { field: 'format' });
    const { datasets } = app().services;
    const datasetId = datasets.resolve(firstOf(args));
    const written = await whileRunning(m.cli_data_export_cancelled, (signal) =>
      datasets.exportTo(datasetId, format, path.resolve(folder, target), {
        isForced: args.switches.has('force'),
        signal,
        onProgress: (done, total) =>
          out.status(m.cli_data_export_writing({ done: count(done), total: count(total) })),
      }),
    );
    out.json(written);
    out.line(`${written.path}: ${bytes(written.bytes)}`);
  },
};

const dataRemove: Command = {
  name: 'data remove',
  operands: 'ID',
  summary: m.cli_data_remove,
  options: { 'with-runs': { text: m.cli_data_remove_with_runs } },
  run(args, { app, out }) {
    const { datasets } = app().services;
    const dataset = datasets.get({ datasetId: datasets.resolve(firstOf(args)) });
    const { datasetId } = dataset;
    const runIds = datasets.remove({ datasetId, withRuns: args.switches.has('with-runs') }).runIds;
    out.json({ ...dataset, runIds });
    const { name } = dataset;
    const count = runIds.length;
    out.line(
      count === 0
        ? m.cli_data_removed({ name, datasetId })
        : m.cli_data_removed_with_runs({ count, name, datasetId }),
    );
  },
};

const dataRename: Command = {
  name: 'data rename',
  operands: 'ID NAME',
  summary: m.cli_data_rename,
  options: {},
  run(args, { app, out }) {
    const { datasets } = app().services;
    const datasetId = datasets.resolve(firstOf(args));
    const parsed = calls['datasets.rename'].input.safeParse({ datasetId, name: args.operands[1] });
    if (!parsed.success) {
      const why = parsed.error.issues[0]?.message ?? m.app_name_length();
      throw new AppError('invalid', why, { field: 'name' });
    }
    const { name } = parsed.data;
    out.json(datasets.rename({ datasetId, name }));
    out.line(m.cli_data_renamed({ datasetId, name }));
  },
};

const dataRestore: Command = {
  name: 'data restore',
  operands: 'ID',
  summary: m.cli_data_restore,
  options: {},
  run(args, { app, out }) {
    const { datasets } = app().services;
    const datasetId = datasets.resolve(firstOf(args), { isTrash: true });
    const { name: wanted } = datasets.get({ datasetId });
    const dataset = datasets.restore({ datasetId });
    const { name } = dataset;
    if (name !== wanted) {
      out.note(m.cli_note({ note: m.datasets_name_taken({ wanted, name }) }));
    }
    printDataset(out, dataset, datasets.origin({ datasetId }));
    if (dataset.runCount > 0) out.line(m.cli_data_restored_runs({ count: dataset.runCount }));
  },
};

const dataTrash: Command = {
  name: 'data trash',
  summary: m.cli_data_trash,
  options: { empty: { text: m.cli_data_trash_empty } },
  run(args, { app, out }) {
    const { datasets } = app().services;
    if (!args.switches.has('empty')) {
      printDatasets(out, datasets.list({ isTrash: true }), true);
      return;
    }
    const removed = datasets.emptyTrash();
    const kept = datasets.list({ isTrash: true });
    out.json({ removed, kept });
    out.line(m.cli_data_trash_emptied({ count: removed }));
    if (kept.length > 0)
      out.note(m.cli_note({ note: m.cli_data_trash_kept({ count: kept.length }) }));
  },
};

export const data: Noun = {
  title: m.cli_noun_data,
  commands: [
    dataImport,
    dataSample,
    dataList,
    dataShow,
    dataFindings,
    dataCoverage,
    dataExport,
    dataRemove,
    dataRename,
    dataRestore,
    dataTrash,
  ],
};
