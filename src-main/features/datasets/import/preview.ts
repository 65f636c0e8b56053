import path from 'node:path';

import type { ImportPreview, ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { MOST_VALUES } from '#core/table/columns.ts';
import { decideLabels, labelKey, labelOf, numberOf } from '#core/table/labels.ts';
import { splitOfValue, splitsOfValues } from '#core/table/splits.ts';
import { pipelineOf } from '#core/text/pipeline.ts';
import * as m from '#messages';

import { sayFinding } from '../quality/findings.ts';
import { sayOtherFolders } from '../importers/folders/aclimdb.ts';
import {
  chooseColumns,
  firstRows,
  listed,
  type ChosenColumns,
} from '../importers/columns/choose-columns.ts';
import { detectSource } from '../importers/detect.ts';
import { createPace, defaultLimits, plainReading } from '../importers/importer.ts';
import { sayEmptyLabels, sayOneColumn } from '../importers/columns/known-columns.ts';
import { drawnSplit, guessedEncoding, ROWS_LOOKED_AT } from '../importers/columns/labelled.ts';
import { createRowReader } from '../importers/columns/labelled-row.ts';
import { createMissingCells } from '../importers/columns/missing.ts';
import { assertFits, openTable } from '../importers/open-table.ts';
import { sayUnread } from '../importers/sources/source-file.ts';
import { grouped, quoted, type Table, type TableRow } from '../importers/table.ts';
import { createTextHints } from '../importers/text-hints.ts';

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
  const name = path.basename(file);
  assertFits(request, format, name);
  if (format === 'keras-npz') return { ...nothing, format };
  if (format === 'aclimdb') {
    return { ...nothing, format, ...(await sayOtherFolders(file, source.kind, name, context)) };
  }

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
  const labels =
    columns.label === null ? null : labelsOf(table, rows, columns.label, request, isWhole);
  const splits = columns.split === null ? null : splitsOf(rows, columns.split, request);
  const questions: Question[] = [];
  if (columns.text === null) questions.push(askColumn(table, 'text'));
  if (columns.label === null) {
    const text = sayOneColumn(table) ?? sayEmptyLabels(table, rows, columns);
    questions.push({ ...askColumn(table, 'label'), ...(text === null ? {} : { text }) });
  }
  if (labels?.question !== undefined && labels.question !== null) questions.push(labels.question);
  questions.push(...questionOfRows(table, rows, columns, request, isWhole));
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
    notes: [...notesOf(table, splits, request), ...hintsOf(rows, columns.text, request)],
    warnings: labels === null ? [] : warningsOf(labels.values, isWhole),
  };
}

const ROWS_SHOWN = 20;
const SPLITS_SHOWN = 50;
const TEXTS_LOOKED_AT = 500;
const CELL_CHARACTERS = 300;
const EXAMPLES = 3;

const nothing: Omit<ImportPreview, 'format'> = {
  ...plainReading,
  columns: [],
  rows: [],
  splits: null,
  rowsSeen: 0,
  rowCount: null,
  questions: [],
  notes: [],
  warnings: [],
};

function labelsOf(
  table: Table,
  rows: readonly TableRow[],
  column: number,
  request: ImportRequest,
  isWhole: boolean,
): Readonly<{ values: ImportPreview['labels']; question: Question | null }> {
  const { counts, names } = countValues(rows, column);
  const dropped = new Set(request.dropLabels?.map(labelKey));
  const kept = new Map([...counts].filter(([key]) => !dropped.has(key)));
  const decision = decideLabels(kept, request);
  const named = { positive: labelKey(request.positive), negative: labelKey(request.negative) };
  // A file that is sorted by its labels: the other one stands further down, where the import meets it.
  const isHalfNamed = !isWhole && kept.size === 1 && (named.positive ?? named.negative) !== null;
  const meaning = (key: string) => {
    if (dropped.has(key)) return 'dropped' as const;
    if (key === named.positive) return 'positive' as const;
    if (key === named.negative) return 'negative' as const;
    const label = decision.kind === 'decided' ? labelOf(decision.mapping, key) : null;
    return label === null ? null : label === 1 ? ('positive' as const) : ('negative' as const);
  };
  const values = [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, MOST_VALUES)
    .map(([key, count]) => ({ value: names.get(key) ?? key, count, meaning: meaning(key) }));
  const open = values.filter((value) => value.meaning === null).map(({ value }) => value);
  const ask = (kind: Question['kind'], text: string, choices: string[]) => ({
    values,
    question: { kind, text, choices },
  });
  if (kept.size > MOST_VALUES) {
    const facts = { source: table.sourceName, most: grouped(MOST_VALUES) };
    const name = quoted(table.columns[column]);
    return ask('labelColumn', m.datasets_no_labels({ ...facts, column: name }), [...table.columns]);
  }
  if (kept.size === 0 || (isHalfNamed && open.length === 0)) return { values, question: null };
  const choices = values.filter((value) => value.meaning !== 'dropped').map(({ value }) => value);
  switch (decision.kind) {
    case 'decided': {
      if (open.length === 0) return { values, question: null };
      const strays = { labels: listed(open.map(quoted)) };
      return request.threshold === undefined
        ? ask('labels', m.datasets_ask_third_label(strays), choices)
        : ask('threshold', m.datasets_ask_no_number(strays), choices);
    }
    case 'ratings':
      return ask('threshold', m.datasets_ask_threshold(), choices.toSorted(byNumber));
    default:
      return ask(
        'labels',
        choices.length > 2 ? m.datasets_ask_labels_of_many() : m.datasets_ask_labels(),
        choices,
      );
  }
}

const byNumber = (a: string, b: string): number => ratingOf(a) - ratingOf(b);
const ratingOf = (value: string): number => numberOf(labelKey(value) ?? '') ?? 0;

/** What of the rows looked at would stop the import. */
function questionOfRows(
  table: Table,
  rows: readonly TableRow[],
  columns: ChosenColumns,
  request: ImportRequest,
  isWhole: boolean,
): Question[] {
  const { text, label } = columns;
  if (text === null || label === null) return [];
  const ask = ({ message }: AppError): Question[] => [{ kind: 'rows', text: message, choices: [] }];
  // Another question already stands about splits that are none.
  const known = { ...columns, text, label, split: null };
  const reader = createRowReader(table, known, request, defaultLimits);
  const missing = createMissingCells(table, known);
  for (const row of rows) {
    const cells = reader.wanted.map((column) => row.cells[column]);
    // Of a folder a label only some texts are read.
    if (table.look !== undefined && cells[0] === null) continue;
    try {
      const read = reader.read({ ...row, cells });
      if (read.dropped === 'missing') missing.see(read.what, row);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return ask(error);
    }
  }
  const refusal = isWhole ? missing.refusal() : missing.refusal(rows.length);
  return refusal === null ? [] : ask(refusal);
}

function splitsOf(
  rows: readonly TableRow[],
  column: number,
  { splitColumn }: ImportRequest,
): NonNullable<ImportPreview['splits']> {
  const { counts, names } = countValues(rows, column);
  const asked = splitColumn === undefined ? null : splitsOfValues([...counts.keys()]);
  return [...counts].slice(0, SPLITS_SHOWN).map(([key, count]) => ({
    value: names.get(key) ?? key,
    count,
    split: asked?.get(key) ?? splitOfValue(key),
  }));
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

function notesOf(table: Table, splits: ImportPreview['splits'], request: ImportRequest): string[] {
  const guessed = guessedEncoding(table);
  return [
    ...(guessed === null ? [] : [guessed]),
    ...(splits === null ? [drawnSplit(request)] : []),
  ].map((finding) => sayFinding(finding).text);
}

/** Where the labels are known, and one class has all rows. */
function warningsOf(labels: ImportPreview['labels'], isWhole: boolean): string[] {
  const kept = labels.filter(({ meaning }) => meaning !== 'dropped');
  const [label, ...others] = new Set(kept.map(({ meaning }) => meaning));
  if (label == null || label === 'dropped' || others.length > 0) return [];
  const count = grouped(kept.reduce((sum, value) => sum + value.count, 0));
  const say = isWhole ? m.datasets_preview_one_class : m.datasets_preview_one_class_so_far;
  return [say({ label, count })];
}

function hintsOf(
  rows: readonly TableRow[],
  column: number | null,
  request: ImportRequest,
): string[] {
  if (column === null) return [];
  const hints = createTextHints(pipelineOf(request));
  for (const { cells } of rows.slice(0, TEXTS_LOOKED_AT)) {
    const text = cells[column];
    if (typeof text === 'string') hints.see(text);
  }
  return hints.findings().map((finding) => sayFinding(finding).text);
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
