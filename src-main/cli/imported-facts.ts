import * as m from '#messages';

import type { App } from '../features/app.ts';
import { contentFacts, nameFacts, printFindings } from './dataset-facts.ts';
import type { Output } from './output.ts';
import { pairs } from './text.ts';

type Imported = Awaited<ReturnType<App['services']['datasets']['import']>>;
type Reading = NonNullable<Imported['reading']>;

/** What an import made of a file, and how it read it; first of all, whether its content was there before. */
export function printImported(
  out: Output,
  { dataset, isKnown, notes, findings, reading }: Imported,
  { isSplitAsked = false }: Readonly<{ isSplitAsked?: boolean }> = {},
): void {
  const warnings = [...notes, ...findings.map(({ text }) => text)];
  out.json({ ...dataset, warnings, findings, isKnown, read: reading });
  for (const warning of notes) out.note(m.cli_warning({ warning }));
  const lines = pairs([
    ...nameFacts(dataset),
    ...(reading === null
      ? [[m.cli_column_format(), m.cli_fact_sample()] as const]
      : readingFacts(reading, isSplitAsked)),
    ...contentFacts(dataset),
  ]);
  for (const line of lines) out.line(line);
  printFindings(out, findings, reading?.format ?? 'sample');
  if (out.isJson) return;
  for (const note of reading?.hints ?? []) out.note(m.cli_note({ note }));
}

function readingFacts(reading: Reading, isSplitAsked: boolean): [string, string][] {
  const { encoding, delimiter, hasHeader, ids, textColumn, splitColumn, ratingColumn } = reading;
  const how = [
    reading.format,
    delimiter === null
      ? null
      : (delimiters.get(delimiter)?.() ?? m.cli_read_delimiter({ delimiter })),
    encoding?.toUpperCase().replace(/^WINDOWS/, 'Windows') ?? null,
    hasHeader === null ? null : hasHeader ? m.cli_read_header() : m.cli_read_no_header(),
    ids === null ? null : ids === 'ranks' ? m.cli_read_ranks() : m.cli_read_encoded(),
  ].filter((part) => part !== null);
  const facts: [string, string][] = [[m.cli_read_as(), how.join(', ')]];
  if (textColumn !== null) {
    facts.push([m.cli_read_text(), m.cli_read_column({ column: textColumn })]);
    facts.push([m.cli_read_label(), labelFact(reading)]);
    facts.push([m.cli_read_split(), splitFact(splitColumn, isSplitAsked)]);
  }
  if (ratingColumn !== null && ratingColumn !== reading.labelColumn) {
    facts.push([m.cli_read_rating(), m.cli_read_column({ column: ratingColumn })]);
  }
  if (reading.leftOut.length > 0) facts.push([m.cli_read_left_out(), reading.leftOut.join(', ')]);
  return facts;
}

/** `column "sentiment": "good" is positive, "bad" negative, "so so" left out`. */
function labelFact({ labelColumn, labels }: Reading): string {
  const of = (meaning: Reading['labels'][number]['meaning']) =>
    labels.filter((label) => label.meaning === meaning).map(({ value }) => `"${value}"`);
  const parts = [
    [of('positive'), m.cli_read_positive],
    [of('negative'), m.cli_read_negative],
    [of('dropped'), m.cli_read_dropped],
  ] as const;
  const meanings = parts.flatMap(([values, say]) =>
    values.length === 0 ? [] : [say({ values: firstOf(values) })],
  );
  return `${m.cli_read_column({ column: labelColumn ?? '' })}: ${meanings.join(', ')}`;
}

function splitFact(column: string | null, isAsked: boolean): string {
  if (column === null) return m.cli_read_no_split();
  return isAsked ? m.cli_read_column({ column }) : m.cli_read_split_found({ column });
}

const MOST_VALUES = 12;

const firstOf = (values: readonly string[]): string =>
  [...values.slice(0, MOST_VALUES), ...(values.length > MOST_VALUES ? ['...'] : [])].join(' ');

const delimiters: ReadonlyMap<string, () => string> = new Map([
  [',', m.cli_read_comma],
  [';', m.cli_read_semicolon],
  ['\t', m.cli_read_tab],
  ['|', m.cli_read_bar],
]);
