import type { Diff, DiffStart, TableChoice } from '#contract/embedding-diff.ts';

import * as m from '#messages';

import type { App } from '../features/app.ts';
import type { Output } from './output.ts';

type Services = App['services'];

/** An outside table by its id or name, else a snapshot by its id, a unique prefix of it, or its name. */
export function tableChoice({ outsideTables, embeddings }: Services, name: string): TableChoice {
  const outside = outsideTables
    .list()
    .find((table) => table.tableId === name || table.name === name);
  return outside === undefined
    ? { kind: 'snapshot', snapshotId: embeddings.resolve(name) }
    : { kind: 'outside', tableId: outside.tableId };
}

/** Tables by name; says how far the comparison is. */
export const compareNamed = (
  services: Services,
  names: readonly string[],
  out: Output,
  options: Omit<DiffStart, 'tables'> = {},
): Promise<Diff> =>
  compareTables(
    services,
    { ...options, tables: names.map((name) => tableChoice(services, name)) },
    (share) => {
      out.status(m.cli_embeddings_diff_progress({ percent: Math.round(100 * share) }));
    },
  );

/** Compares, or finds the comparison that is saved already. */
export async function compareTables(
  { diffs }: Services,
  request: DiffStart,
  onShare: (share: number) => void = () => undefined,
): Promise<Diff> {
  const { diffId } = await diffs.start(request);
  const timer = setInterval(() => {
    const { state, share } = diffs.state(diffId);
    if (state === 'running') onShare(share);
  }, 1000);
  try {
    return await diffs.finished(diffId);
  } finally {
    clearInterval(timer);
  }
}
