import type { ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { labelKey } from '#core/table/labels.ts';
import * as m from '#messages';

import type { NewFinding } from '../../quality/findings.ts';
import { listed } from '../columns/choose-columns.ts';
import type { ValueCount, Values } from '../columns/column-values.ts';
import { quoted, type Table } from '../table.ts';

type Counts = Readonly<{
  empty: number;
  unlabelled: number;
  labels: readonly ValueCount[];
  contradictions: number;
  duplicates: number;
  nearCopies: number;
}>;

/** What was left out on request, as facts of the dataset. */
export function noteDropped(counts: Counts, note: (finding: NewFinding) => void): void {
  const noteSome = (whys: readonly Exclude<keyof Counts, 'labels'>[]): void => {
    for (const why of whys) if (counts[why] > 0) note({ kind: 'dropped', count: counts[why], why });
  };
  noteSome(['empty', 'unlabelled']);
  for (const { value, count } of counts.labels)
    if (count > 0) note({ kind: 'dropped', count, why: 'label', values: [value] });
  noteSome(['contradictions', 'duplicates', 'nearCopies']);
}

/** A label that was to be left out and is on no row is a typing error. */
export function assertDropped(
  table: Table,
  { dropLabels = [] }: ImportRequest,
  dropped: Values,
  labels: Values,
): void {
  const missing = dropLabels.find((label) => !dropped.counts.has(labelKey(label) ?? ''));
  if (missing === undefined) return;
  throw new AppError(
    'invalid',
    m.datasets_drop_label_unknown({
      source: table.sourceName,
      label: quoted(missing),
      labels: listed([...labels.shown, ...dropped.shown].map(quoted)),
    }),
    { field: 'dropLabels' },
  );
}
