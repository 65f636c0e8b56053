import type { Branch } from '#contract/snapshot.ts';

/** A-CNN, A-LSTM, B; with the run's label where it has no variant or one is shown twice. */
export function tableLabel(
  table: Readonly<{ variant: 'A' | 'B' | null; branch: Branch }>,
  runLabel: string,
  isVariantUnique: boolean,
): string {
  const who = table.variant !== null && isVariantUnique ? table.variant : runLabel;
  return table.branch === 'shared' ? who : `${who}-${table.branch === 'cnn' ? 'CNN' : 'LSTM'}`;
}
