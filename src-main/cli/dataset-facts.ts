import { splitNames, type Dataset, type Finding, type Origin } from '#contract/dataset.ts';
import { wayOutOf, type WayOut } from '#core/way-out.ts';
import { splitWord } from '#core/words.ts';
import * as m from '#messages';

import type { App } from '../features/app.ts';
import { asArgument } from '../features/datasets/importers/table.ts';
import { flagOfDrop } from './data-drops.ts';
import { originFacts } from './origin-facts.ts';
import type { Output } from './output.ts';
import { bytes, count, decimal, pairs, percent } from './text.ts';

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

export const nameFacts = ({ datasetId, name }: Dataset): [string, string][] => [
  [m.cli_column_id(), datasetId],
  [m.cli_column_name(), name],
];

export function contentFacts(dataset: Dataset): [string, string][] {
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
    [m.cli_column_words(), dataset.hasWords ? words : m.cli_fact_ranks({ count: words })],
    [m.cli_column_size(), bytes(dataset.sizeBytes)],
    [m.cli_column_content(), dataset.contentHash],
  ];
}

/** What was found, with the flag that mends it where there is one. */
export function printFindings(out: Output, dataset: Parameters<typeof wayOutOf>[1]): void {
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
