import path from 'node:path';

import type { ImportRequest, Origin, Reading } from '#contract/dataset.ts';
import * as m from '#messages';

import { flagOfDrop } from './data-drops.ts';

/** Where a dataset comes from and how its source was read. */
export function originFacts({ request, reading }: Origin): [string, string][] {
  return [
    ...(request === null ? [] : [sourceFact(request)]),
    ...(reading === null ? [] : readingFacts(reading, request)),
    ...(request === null ? [] : choiceFacts(request)),
  ];
}

const sourceFact = (request: ImportRequest): [string, string] => [
  m.cli_read_source(),
  m.cli_read_source_of({ name: path.basename(request.path), folder: path.dirname(request.path) }),
];

function readingFacts(reading: Reading, request: ImportRequest | null): [string, string][] {
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
    facts.push([m.cli_read_label(), labelFact(reading, request?.threshold)]);
    facts.push([m.cli_read_split(), splitFact(splitColumn, request?.splitColumn !== undefined)]);
  }
  if (ratingColumn !== null && ratingColumn !== reading.labelColumn) {
    facts.push([m.cli_read_rating(), m.cli_read_column({ column: ratingColumn })]);
  }
  if (reading.leftOut.length > 0) facts.push([m.cli_read_left_out(), reading.leftOut.join(', ')]);
  return facts;
}

/** What was chosen beside how the source is read. */
function choiceFacts({
  drop = [],
  dropWords = [],
  pipeline = {},
  wordIndexPath,
}: ImportRequest): [string, string][] {
  const dropped = [
    ...drop.map((kind) => flagOfDrop(kind)),
    ...dropWords.map((word) => m.cli_read_dropped_word({ word })),
  ];
  const how = [
    pipeline.html === 'stripped' ? m.cli_read_html_stripped() : null,
    pipeline.unicode === undefined || pipeline.unicode === 'kept'
      ? null
      : pipeline.unicode.toUpperCase(),
    pipeline.words === 'segmenter' ? m.cli_read_segmenter() : null,
  ].filter((part) => part !== null);
  return [
    ...(how.length === 0 ? [] : [[m.cli_read_words(), how.join(', ')] as [string, string]]),
    ...(dropped.length === 0
      ? []
      : [[m.cli_read_asked_out(), dropped.join(', ')] as [string, string]]),
    ...(wordIndexPath === undefined
      ? []
      : [[m.cli_read_word_index(), wordIndexPath] as [string, string]]),
  ];
}

/** `column "sentiment": "good" is positive, "bad" negative, "so so" left out`. */
function labelFact({ labelColumn, labels }: Reading, threshold: number | undefined): string {
  const of = (meaning: Reading['labels'][number]['meaning']) =>
    labels.filter((label) => label.meaning === meaning).map(({ value }) => `"${value}"`);
  const parts = [
    [of('positive'), m.cli_read_positive],
    [of('negative'), m.cli_read_negative],
    [of('dropped'), m.cli_read_dropped],
  ] as const;
  const meanings = [
    ...(threshold === undefined ? [] : [m.cli_read_threshold({ threshold })]),
    ...parts.flatMap(([values, say]) =>
      values.length === 0 ? [] : [say({ values: firstOf(values) })],
    ),
  ];
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
