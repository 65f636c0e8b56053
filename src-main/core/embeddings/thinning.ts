import type { RunConfig } from '#contract/run-config.ts';

/** An epoch of a run of which embedding tables are stored, with their bytes together. */
export type StoredEpoch = Readonly<{ run: string; epoch: number; bytes: number; isKept: boolean }>;

/** Whether a run keeps an epoch's tables beside epoch 0, best and last. */
export function keepsBetween(snapshots: RunConfig['snapshots'], epoch: number): boolean {
  return snapshots === 'every' || (snapshots !== 'ends' && epoch % snapshots === 0);
}

/**
 * Which epochs' tables to drop so that all fit into `limitBytes`, in order. Kept ones (epoch 0, best, last) never go, even if they
 * alone are too much. Each time the epoch goes whose neighbours in its run are closest together, so what stays is spread evenly; on
 * ties the later in the list.
 */
export function chooseThinned(stored: readonly StoredEpoch[], limitBytes: number): StoredEpoch[] {
  let excess = stored.reduce((sum, item) => sum + item.bytes, 0) - limitBytes;
  if (excess <= 0) return [];
  const runs = Map.groupBy(stored, (item) => item.run);
  const rows = [...runs.values()].map((items) => items.toSorted((a, b) => a.epoch - b.epoch));
  const dropped: StoredEpoch[] = [];
  while (excess > 0) {
    const choice = closest(rows);
    if (choice === null) break;
    const [item] = choice.row.splice(choice.index, 1);
    if (item === undefined) break;
    dropped.push(item);
    excess -= item.bytes;
  }
  return dropped;
}

function closest(rows: readonly StoredEpoch[][]): { row: StoredEpoch[]; index: number } | null {
  let best: { row: StoredEpoch[]; index: number; gap: number } | null = null;
  for (const row of rows) {
    for (const [index, item] of row.entries()) {
      if (item.isKept) continue;
      const before = row[index - 1]?.epoch ?? item.epoch - 1;
      const after = row[index + 1]?.epoch ?? item.epoch + 1;
      const gap = after - before;
      if (best === null || gap <= best.gap) best = { row, index, gap };
    }
  }
  return best;
}
