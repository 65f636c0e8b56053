import path from 'node:path';

import type { ImportPreview, ImportRequest, TextPipeline } from '#contract/dataset.ts';
import { decideLabels, labelKey, labelOf } from '#core/table/labels.ts';
import { splitOfValue } from '#core/table/splits.ts';
import { pipelineOf, scriptOf } from '#core/text/pipeline.ts';
import * as m from '#messages';

import { chooseColumns, firstRows, listed } from './importers/choose-columns.ts';
import { detectSource } from './importers/detect.ts';
import { createPace, defaultLimits } from './importers/importer.ts';
import { ROWS_LOOKED_AT, sayDrawn, sayEncoding } from './importers/labelled.ts';
import { assertFits, openTable } from './importers/open-table.ts';
import { sayUnread } from './importers/source-file.ts';
import { quoted, type Table, type TableRow } from './importers/table.ts';

type Question = ImportPreview['questions'][number];

/** What a file holds and what an import of the same request would make of it, from its first rows. */
export async function previewImport(request: ImportRequest): Promise<ImportPreview> {
  const file = path.resolve(request.path);
  try {
    return await previewFile(file, request);
  } catch (error) {
    throw sayUnread(error, file);
  }
}

async function previewFile(file: string, request: ImportRequest): Promise<ImportPreview> {
  const pace = createPace(new AbortController().signal, () => undefined);
  const context = { limits: defaultLimits, pace };
  const source = await detectSource(file, request.format, context);
  const { format } = source;
  assertFits(request, format, path.basename(file));
  if (format === 'aclimdb' || format === 'keras-npz') return { ...nothing, format };

  const table = await openTable(file, source, request, context);
  try {
    return await previewTable(table, request);
  } finally {
    table.close?.();
  }
}

async function previewTable(table: Table, request: ImportRequest): Promise<ImportPreview> {
  const rows = await firstRows(table, ROWS_LOOKED_AT);
  const columns = chooseColumns(table, rows, request);
  const nameOf = (index: number | null) => (index === null ? null : (table.columns[index] ?? null));
  const rowCount = table.estimate(rows.length);
  const isWhole = rowCount !== null && rowCount <= rows.length;
  const labels = columns.label === null ? null : labelsOf(rows, columns.label, request, isWhole);
  const splits = columns.split === null ? null : splitsOf(rows, columns.split);
  const questions: Question[] = [];
  if (columns.text === null) questions.push(askColumn(table, 'text'));
  if (columns.label === null) questions.push(askColumn(table, 'label'));
  if (labels?.question !== undefined && labels.question !== null) questions.push(labels.question);
  return {
    format: table.format,
    encoding: table.encoding,
    delimiter: table.delimiter,
    hasHeader: table.hasHeader,
    columns: columns.facts.map(({ name, kind }, index) => ({
      name,
      kind,
      examples: examplesOf(rows, index),
    })),
    rows: rows
      .slice(0, ROWS_SHOWN)
      .map(({ cells }) => cells.map((cell) => (labelKey(cell) === null ? null : shown(cell)))),
    textColumn: nameOf(columns.text),
    labelColumn: nameOf(columns.label),
    splitColumn: nameOf(columns.split),
    ratingColumn: request.threshold === undefined ? nameOf(columns.rating) : nameOf(columns.label),
    labels: labels?.values ?? [],
    splits,
    rowsSeen: rows.length,
    rowCount,
    questions,
    notes: [...notesOf(table, splits, request), ...textNotes(rows, columns.text, pipelineOf(request))],
  };
}

const ROWS_SHOWN = 20;
const LABELS_SHOWN = 50;
const CELL_CHARACTERS = 300;
const EXAMPLES = 3;

const nothing: Omit<ImportPreview, 'format'> = {
  encoding: null,
  delimiter: null,
  hasHeader: null,
  columns: [],
  rows: [],
  textColumn: null,
  labelColumn: null,
  splitColumn: null,
  ratingColumn: null,
  labels: [],
  splits: null,
  rowsSeen: 0,
  rowCount: null,
  questions: [],
  notes: [],
};

function labelsOf(
  rows: readonly TableRow[],
  column: number,
  request: ImportRequest,
  isWhole: boolean,
): Readonly<{ values: ImportPreview['labels']; question: Question | null }> {
  const { counts, names } = countValues(rows, column);
  const decision = decideLabels(counts, request);
  const named = { positive: labelKey(request.positive), negative: labelKey(request.negative) };
  // A file that is sorted by its labels: the other one stands further down, where the import meets it.
  const isHalfNamed = !isWhole && counts.size === 1 && (named.positive ?? named.negative) !== null;
  const meaning = (key: string) => {
    if (key === named.positive) return 'positive' as const;
    if (key === named.negative) return 'negative' as const;
    const label = decision.kind === 'decided' ? labelOf(decision.mapping, key) : null;
    return label === null ? null : label === 1 ? ('positive' as const) : ('negative' as const);
  };
  const values = [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, LABELS_SHOWN)
    .map(([key, count]) => ({ value: names.get(key) ?? key, count, meaning: meaning(key) }));
  const choices = values.map(({ value }) => value);
  if (isHalfNamed && values.every((value) => value.meaning !== null)) return { values, question: null };
  if (decision.kind === 'decided') {
    const strays = values
      .filter((value) => value.meaning === null)
      .map(({ value }) => quoted(value));
    if (strays.length === 0) return { values, question: null };
    const text = m.datasets_ask_third_label({ labels: listed(strays) });
    return { values, question: { kind: 'labels', text, choices } };
  }
  if (decision.kind === 'ratings') {
    const numbers = choices.toSorted((a, b) => Number(a) - Number(b));
    return {
      values,
      question: { kind: 'threshold', text: m.datasets_ask_threshold(), choices: numbers },
    };
  }
  return { values, question: { kind: 'labels', text: m.datasets_ask_labels(), choices } };
}

function splitsOf(rows: readonly TableRow[], column: number): NonNullable<ImportPreview['splits']> {
  const { counts, names } = countValues(rows, column);
  return [...counts]
    .slice(0, LABELS_SHOWN)
    .map(([key, count]) => ({ value: names.get(key) ?? key, count, split: splitOfValue(key) }));
}

function countValues(
  rows: readonly TableRow[],
  column: number,
): Readonly<{ counts: Map<string, number>; names: Map<string, string> }> {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  for (const { cells } of rows) {
    const key = labelKey(cells[column]);
    if (key === null) continue;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (!names.has(key)) names.set(key, shown(cells[column]).trim());
  }
  return { counts, names };
}

function askColumn(table: Table, what: 'text' | 'label'): Question {
  return {
    kind: what === 'text' ? 'textColumn' : 'labelColumn',
    text: what === 'text' ? m.datasets_ask_text_column() : m.datasets_ask_label_column(),
    choices: [...table.columns],
  };
}

function notesOf(
  table: Table,
  splits: ImportPreview['splits'],
  request: ImportRequest,
): string[] {
  return [
    ...(table.isEncodingGuessed && table.encoding !== null ? [sayEncoding(table.encoding)] : []),
    ...(splits === null ? [sayDrawn(request)] : []),
  ];
}

const TEXTS_LOOKED_AT = 500;
/** From this share of texts with markup on it is said. */
const MARKUP_SHARE = 0.05;

/** What the texts look like, where another pipeline would read them better. */
function textNotes(
  rows: readonly TableRow[],
  column: number | null,
  pipeline: TextPipeline,
): string[] {
  if (column === null) return [];
  const texts = rows
    .slice(0, TEXTS_LOOKED_AT)
    .map(({ cells }) => cells[column])
    .filter((cell) => typeof cell === 'string');
  const marked = texts.filter((text) => /<\/?[a-z][^<>]*>/i.test(text)).length;
  const script = scriptOf(texts);
  const hasMarkup = pipeline.html === 'kept' && marked > MARKUP_SHARE * texts.length;
  return [
    ...(hasMarkup ? [m.datasets_texts_have_html({ count: marked, of: texts.length })] : []),
    ...(script === 'hangul' && pipeline.words === 'spaces' ? [m.datasets_texts_are_korean()] : []),
    ...(script === 'unspaced' && pipeline.words === 'spaces' ? [m.datasets_texts_have_no_spaces()] : []),
  ];
}

function examplesOf(rows: readonly TableRow[], column: number): string[] {
  const examples = new Set<string>();
  for (const { cells } of rows) {
    if (labelKey(cells[column]) !== null) examples.add(shown(cells[column]));
    if (examples.size === EXAMPLES) break;
  }
  return [...examples];
}

function shown(cell: unknown): string {
  const text =
    typeof cell === 'object' && cell !== null
      ? JSON.stringify(
          ArrayBuffer.isView(cell) ? Array.from(cell as Int32Array) : cell,
          (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
        )
      : String(cell);
  return text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS)}...` : text;
}
