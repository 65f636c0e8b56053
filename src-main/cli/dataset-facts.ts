import { splitNames, type Dataset } from '#contract/dataset.ts';

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
    return [[name, `${count(facts.count)} reviews, ${percent(share, 1)} positive`]];
  });
  const lines = pairs([
    ['id', dataset.datasetId],
    ['name', dataset.name],
    ['format', dataset.format === 'sample' ? 'sample (synthetic)' : dataset.format],
    ...splits,
    [
      'words',
      dataset.hasWords
        ? count(dataset.vocabularySize)
        : `${count(dataset.vocabularySize)} ranks, no word index`,
    ],
    ['size', bytes(dataset.sizeBytes)],
    ['content', dataset.contentHash],
  ]);
  for (const line of lines) out.line(line);
  for (const warning of warnings) out.note(`Warning: ${warning}`);
}
