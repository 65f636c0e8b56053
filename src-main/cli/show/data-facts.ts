import path from 'node:path';

import {
  type Dataset,
  type Finding,
  type ImportProgress,
  type ImportRequest,
  type Origin,
  type Reading,
  splitNames,
} from '#contract/dataset.ts';
import { type WayOut, wayOutOf } from '#core/wording/way-out.ts';
import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { App } from '../../features/app.ts';
import { asArgument } from '../../features/datasets/importers/table.ts';
import type { Context } from '../command.ts';
import type { Output } from './output.ts';
import { bytes, count, decimal, duration, pairs, percent } from './text.ts';
import { whileRunning } from '../while-running.ts';

type Profile = Awaited<ReturnType<App['services']['datasets']['profile']>>;

/** The facts of a dataset with what was found in it. */
export function printDataset(
  out: Output,
  dataset: Dataset,
  { request, reading }: Origin,
  profile?: Profile,
): void {
  out.json({ ...dataset, ...profile, request, read: reading });
  const { format } = dataset;
  const lines = pairs([
    ...nameFacts(dataset),
    [m.cli_column_format(), format === 'sample' ? m.cli_fact_sample() : format],
    ...originFacts({ request, reading }),
    ...contentFacts(dataset),
    ...(profile === undefined ? [] : profileFacts(profile)),
  ]);
  for (const line of lines) out.line(line);
  printFindings(out, dataset);
}

const nameFacts = ({ datasetId, name }: Dataset): [string, string][] => [
  [m.cli_column_id(), datasetId],
  [m.cli_column_name(), name],
];

function contentFacts(dataset: Dataset): [string, string][] {
  const splits = splitNames.flatMap((name): [string, string][] => {
    const facts = dataset.splits[name];
    if (facts === undefined) return [];
    const share = facts.count === 0 ? null : facts.positive / facts.count;
    const shown = { count: count(facts.count), percent: percent(share, 1) };
    return [[splitWord(name), m.cli_fact_split(shown)]];
  });
  const words = count(dataset.vocabularySize);
  return [
    ...splits,
    [m.fields_unit_words(), dataset.hasWords ? words : m.cli_fact_ranks({ count: words })],
    [m.cli_column_size(), bytes(dataset.sizeBytes)],
    [m.cli_column_content(), dataset.contentHash],
  ];
}

/** What was found, with the flag that mends it where there is one. */
function printFindings(out: Output, dataset: Parameters<typeof wayOutOf>[1]): void {
  for (const finding of dataset.findings) {
    const way = wayOutOf(finding, dataset);
    const flag = way === null ? undefined : flagOf(way);
    const warning =
      flag === undefined ? finding.text : `${finding.text} ${m.cli_finding_way({ flag })}`;
    out.note(
      plainKinds.includes(finding.kind)
        ? m.cli_note({ note: warning })
        : m.cli_warning({ warning }),
    );
  }
}

/** How the import was done, and what the texts are like: nothing to be warned of. */
const plainKinds: readonly Finding['kind'][] = [
  'dropped',
  'drawn',
  'split',
  'html',
  'hangul',
  'unspaced',
];

function flagOf(way: WayOut): string | undefined {
  switch (way.kind) {
    case 'drop':
      return `--drop ${flagOfDrop(way.drop)}`;
    case 'dropWords':
      return way.words.map((word) => `--drop-word=${asArgument(word)}`).join(' ');
    case 'encoding':
      return '--encoding E';
    case 'stripHtml':
      return '--strip-html';
    case 'segmenter':
      return '--words segmenter';
    case 'folders':
      return '--format folders';
    case 'labels':
      return '--negative V --positive V';
    case 'drawnSplits':
      return '--split-column none';
    case 'export':
      return undefined;
  }
}

function profileFacts(profile: Profile): [string, string][] {
  const { mean, longest, quantiles } = profile.lengths;
  const of = (percent: number) => count(quantiles[percent] ?? 0);
  const listed = (
    words: Profile['frequentWords'],
    say: (word: (typeof words)[number]) => string,
  ) => (words.length === 0 ? m.cli_fact_no_words() : words.map(say).join(', '));
  const telling = ({ word, zScore }: Profile['frequentWords'][number]) =>
    `${word} ${decimal(Math.abs(zScore ?? 0), 1)}`;
  return [
    [
      m.cli_fact_lengths(),
      m.cli_fact_lengths_of({
        mean: decimal(mean, 1),
        longest: count(longest),
        p5: of(5),
        p25: of(25),
        p50: of(50),
        p75: of(75),
        p95: of(95),
        p99: of(99),
      }),
    ],
    [
      m.cli_fact_frequent(),
      listed(profile.frequentWords, (one) => `${one.word} ${count(one.count)}`),
    ],
    [m.cli_fact_positive_words(), listed(profile.positiveWords, telling)],
    [m.cli_fact_negative_words(), listed(profile.negativeWords, telling)],
  ];
}

/** Where a dataset comes from and how its source was read. */
function originFacts({ request, reading }: Origin): [string, string][] {
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
    hasHeader === null ? null : hasHeader ? m.common_with_a_header() : m.common_without_a_header(),
    ids === null ? null : ids === 'ranks' ? m.cli_read_ranks() : m.cli_read_encoded(),
  ].filter((part) => part !== null);
  const facts: [string, string][] = [[m.cli_read_as(), how.join(', ')]];
  if (textColumn !== null) {
    facts.push([m.cli_read_text(), m.data_origin_column({ column: textColumn })]);
    facts.push([m.cli_read_label(), labelFact(reading, request?.threshold)]);
    facts.push([m.cli_read_split(), splitFact(splitColumn, request?.splitColumn !== undefined)]);
  }
  if (ratingColumn !== null && ratingColumn !== reading.labelColumn) {
    facts.push([m.cli_read_rating(), m.data_origin_column({ column: ratingColumn })]);
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
    pipeline.html === 'stripped' ? m.common_html_stripped() : null,
    pipeline.unicode === undefined || pipeline.unicode === 'kept'
      ? null
      : pipeline.unicode.toUpperCase(),
    pipeline.words === 'segmenter' ? m.common_words_by_dictionary() : null,
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
    ...(threshold === undefined ? [] : [m.data_origin_threshold({ threshold })]),
    ...parts.flatMap(([values, say]) =>
      values.length === 0 ? [] : [say({ values: firstOf(values) })],
    ),
  ];
  return `${m.data_origin_column({ column: labelColumn ?? '' })}: ${meanings.join(', ')}`;
}

function splitFact(column: string | null, isAsked: boolean): string {
  if (column === null) return m.data_origin_drawn();
  return isAsked ? m.data_origin_column({ column }) : m.cli_read_split_found({ column });
}

const MOST_VALUES = 12;

const firstOf = (values: readonly string[]): string =>
  [...values.slice(0, MOST_VALUES), ...(values.length > MOST_VALUES ? ['...'] : [])].join(' ');

const delimiters: ReadonlyMap<string, () => string> = new Map([
  [',', m.common_comma],
  [';', m.common_semicolon],
  ['\t', m.common_tab],
  ['|', m.common_vertical_bar],
]);

export type Drop = NonNullable<ImportRequest['drop']>[number];

/** What `--drop` calls them. */
export const drops: ReadonlyMap<string, Drop> = new Map([
  ['duplicates', 'duplicates'],
  ['near-copies', 'nearCopies'],
  ['contradictions', 'contradictions'],
  ['empty', 'empty'],
  ['unlabelled', 'unlabelled'],
]);

const flagOfDrop = (wanted: Drop): string =>
  [...drops].find(([, drop]) => drop === wanted)?.[0] ?? wanted;

type DatasetsService = ReturnType<Context['app']>['services']['datasets'];
type ImportOptions = Parameters<DatasetsService['importSample']>[0];

const phases: Readonly<Record<ImportProgress['phase'], (inputs: { rate: string }) => string>> = {
  reading: m.cli_phase_reading,
  counting: m.cli_phase_counting,
  encoding: m.cli_phase_encoding,
  storing: m.cli_phase_storing,
};

/** Imports, showing how far it is, and prints the dataset. Cancelled, nothing is half-imported. */
export async function followImport(
  { app, out }: Context,
  work: (
    datasets: DatasetsService,
    options: ImportOptions,
  ) => ReturnType<DatasetsService['importSample']>,
): Promise<void> {
  const rate = createRate();
  const imported = await whileRunning(m.datasets_import_cancelled, (signal) =>
    work(app().services.datasets, {
      signal,
      onProgress: (progress) => out.status(phases[progress.phase]({ rate: rate(progress) })),
    }),
  );
  printImported(out, imported);
}

/** How much of a phase is done, how fast, and how long the rest takes. */
function createRate(): (progress: ImportProgress) => string {
  let phase: ImportProgress['phase'] | undefined;
  let startedMs = 0;
  return ({ phase: now, done, total }) => {
    if (now !== phase) startedMs = performance.now();
    phase = now;
    const seconds = (performance.now() - startedMs) / 1000;
    const parts = [
      total === null ? count(done) : m.data_progress_of({ done: count(done), total: count(total) }),
    ];
    if (seconds > 1 && done > 0) {
      parts.push(m.cli_rate({ count: count(Math.round(done / seconds)) }));
      if (total !== null)
        parts.push(m.runs_time_left({ time: duration(((total - done) / done) * seconds) }));
    }
    return parts.join(', ');
  };
}

type Imported = Awaited<ReturnType<App['services']['datasets']['import']>>;

/** What an import made of a file, and how it read it; first of all, whether its content was there before. */
function printImported(out: Output, { dataset, isKnown, notes, findings, origin }: Imported): void {
  const { request, reading } = origin;
  const warnings = [...notes, ...findings.map(({ text }) => text)];
  out.json({ ...dataset, warnings, findings, isKnown, request, read: reading });
  for (const warning of notes) out.note(m.cli_warning({ warning }));
  const lines = pairs([
    ...nameFacts(dataset),
    ...(reading === null
      ? [[m.cli_column_format(), m.cli_fact_sample()] as const]
      : originFacts(origin)),
    ...contentFacts(dataset),
  ]);
  for (const line of lines) out.line(line);
  printFindings(out, { ...dataset, format: reading?.format ?? 'sample', findings });
}
