import { splitNames, type Dataset } from '#contract/dataset.ts';
import * as m from '#messages';

import type { Output } from './output.ts';
import { bytes, count, pairs, percent } from './text.ts';

/** The facts of a dataset; `notes` are about this command only and join its warnings. */
export function printDataset(out: Output, dataset: Dataset, notes: readonly string[] = []): void {
  const warnings = [...dataset.warnings, ...notes];
  out.json({ ...dataset, warnings });
  const splits = splitNames.flatMap((name): [string, string][] => {
    const facts = dataset.splits[name];
    if (facts === undefined) return [];
    const share = facts.count === 0 ? null : facts.positive / facts.count;
    return [[name, m.cli_fact_split({ count: count(facts.count), percent: percent(share, 1) })]];
  });
  const lines = pairs([
    [m.cli_column_id(), dataset.datasetId],
    [m.cli_column_name(), dataset.name],
    [m.cli_column_format(), dataset.format === 'sample' ? m.cli_fact_sample() : dataset.format],
    ...splits,
    [
      m.cli_column_words(),
      dataset.hasWords
        ? count(dataset.vocabularySize)
        : m.cli_fact_ranks({ count: count(dataset.vocabularySize) }),
    ],
    [m.cli_column_size(), bytes(dataset.sizeBytes)],
    [m.cli_column_content(), dataset.contentHash],
  ]);
  for (const line of lines) out.line(line);
  for (const warning of warnings) out.note(m.cli_warning({ warning }));
}
