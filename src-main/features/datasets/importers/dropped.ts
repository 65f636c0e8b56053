import type { Finding, ImportRequest } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { labelKey } from '#core/table/labels.ts';
import * as m from '#messages';

import { listed } from './choose-columns.ts';
import type { ValueCount, Values } from './column-values.ts';
import { grouped, quoted, type Table } from './table.ts';

type Counts = Readonly<{
  empty: number;
  unlabelled: number;
  labels: readonly ValueCount[];
  contradictions: number;
  duplicates: number;
  nearCopies: number;
}>;

/** What was left out on request, as facts of the dataset. */
export function sayDropped(counts: Counts, note: (finding: Finding) => void): void {
  const say = (count: number, text: string): void => {
    if (count > 0) note({ kind: 'dropped', count, text });
  };
  const facts = (count: number) => ({ count, shown: grouped(count) });
  say(counts.empty, m.datasets_dropped_empty(facts(counts.empty)));
  say(counts.unlabelled, m.datasets_dropped_unlabelled(facts(counts.unlabelled)));
  for (const { value, count } of counts.labels) {
    say(count, m.datasets_dropped_label({ ...facts(count), label: quoted(value) }));
  }
  say(counts.contradictions, m.datasets_dropped_contradictions(facts(counts.contradictions)));
  say(counts.duplicates, m.datasets_dropped_duplicates(facts(counts.duplicates)));
  say(counts.nearCopies, m.datasets_dropped_near_copies(facts(counts.nearCopies)));
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
