import {
  diffStartSchema,
  type Diff,
  type DiffStart,
  type TableChoice,
} from '#contract/embedding-diff.ts';
import { AppError } from '#contract/failure.ts';
import type { RunSummary } from '#contract/run.ts';
import { agreementLines } from '#core/embeddings/reading-words.ts';
import { branchWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { App } from '../../features/app.ts';
import type { Output } from './output.ts';

type Services = App['services'];

/** An outside table by its id or name, else a snapshot by its id, a unique prefix of it, or its name. */
export function tableChoice(services: Services, name: string): TableChoice {
  const { outsideTables, embeddings, runs } = services;
  const outside = outsideTables
    .list()
    .find((table) => table.tableId === name || table.name === name);
  if (outside !== undefined) return { kind: 'outside', tableId: outside.tableId };
  const run = runs.list({}).find((of) => of.runId === name || of.name === name);
  if (run !== undefined) throw new AppError('notFound', tablesOfRun(services, run));
  return { kind: 'snapshot', snapshotId: embeddings.resolve(name) };
}

/** A run has several tables: which one is meant has to be said. */
function tablesOfRun({ embeddings }: Services, { runId, name, best }: RunSummary): string {
  const stored = embeddings.list({ runId });
  const shown = best?.epoch ?? stored.at(-1)?.epoch;
  const tables = stored
    .filter(({ epoch }) => epoch === shown)
    .map(({ snapshotId, epoch, branch }) =>
      m.cli_embeddings_table_of_run({ snapshotId, epoch, branch: branchWord(branch) }),
    );
  return tables.length === 0
    ? m.embeddings_none_yet({ name })
    : m.cli_embeddings_is_run({ name, tables: tables.join(', ') });
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
  const { signal } = new AbortController();
  return diffs.compare(diffStartSchema.parse(request), { signal, onProgress: onShare });
}

/** By what the command line calls a table: its snapshot, or its name. */
export const tableNames =
  ({ tables }: Diff) =>
  (index: number): string =>
    tables[index]?.snapshotId ?? tables[index]?.name ?? '';

/** How far a pair agrees and what transplants between them have shown; where there was none, the command for it. */
export function readingLines(
  { transplants }: Services,
  diff: Diff,
  pair: Diff['pairs'][number],
): string[] {
  const nameOf = tableNames(diff);
  const [first, second] = [nameOf(pair.first), nameOf(pair.second)];
  const known = transplants.list({ diffId: diff.diffId });
  const { lines, isOpen } = agreementLines(diff, pair, known, nameOf);
  return isOpen ? [...lines, m.cli_transplant_way({ first, second })] : lines;
}
