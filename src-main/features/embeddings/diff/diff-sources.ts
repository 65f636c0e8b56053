import { setImmediate } from 'node:timers/promises';

import { AppError } from '#contract/failure.ts';
import type { TableChoice } from '#contract/embedding-diff.ts';
import type { Run } from '#contract/run.ts';
import type { Member } from '#core/embeddings/compare/noise-floor.ts';
import * as m from '#messages';

import type { ReadDb } from '../../../db/handles.ts';
import type { RunsService } from '../../services.ts';
import { findOutside, type StoredOutside } from '../outside/outside-store.ts';
import { findSnapshot, listSnapshots, type StoredSnapshot } from '../store.ts';
import type { Tables } from '../tables.ts';

/** A table that is compared. */
export type Source = Readonly<{
  name: string;
  blobHash: string;
  rows: number;
  dims: number;
}> &
  (
    | Readonly<{ kind: 'run'; run: Run; snapshot: StoredSnapshot; start: StoredSnapshot | null }>
    | Readonly<{ kind: 'outside'; table: StoredOutside }>
  );
export type RunSource = Extract<Source, { kind: 'run' }>;

export type SourceParts = Readonly<{
  db: ReadDb;
  tables: Tables;
  runs: Pick<RunsService, 'get' | 'list'>;
}>;

export function sourceOf(
  parts: SourceParts,
  choice: TableChoice,
): Readonly<{ source: Source; note: string | null }> {
  if (choice.kind === 'outside') {
    const table = findOutside(parts.db, choice.tableId);
    const { name, blobHash, rows, dims } = table;
    return { source: { kind: 'outside', table, name, blobHash, rows, dims }, note: null };
  }
  if (choice.kind === 'snapshot') {
    const snapshot = findSnapshot(parts.db, choice.snapshotId);
    return {
      source: runSource(parts, parts.runs.get({ runId: snapshot.runId }), snapshot),
      note: null,
    };
  }
  const run = parts.runs.get({ runId: choice.runId });
  const stored = listSnapshots(parts.db, run.runId).filter(
    ({ branch }) => branch === choice.branch,
  );
  if (stored.length === 0) {
    const [other] = listSnapshots(parts.db, run.runId);
    throw new AppError(
      'notFound',
      other === undefined
        ? m.embeddings_none_yet({ name: run.name })
        : m.embeddings_no_branch({ name: run.name, branch: choice.branch, other: other.branch }),
    );
  }
  const wanted = choice.epoch ?? run.best?.epoch ?? stored.at(-1)?.epoch ?? 0;
  const snapshot = stored.findLast(({ epoch }) => epoch <= wanted);
  if (snapshot === undefined) {
    throw new AppError('notFound', m.embeddings_thinned({ name: run.name, epoch: wanted }));
  }
  const note =
    snapshot.epoch === wanted
      ? null
      : m.embeddings_other_epoch({ name: run.name, epoch: wanted, stored: snapshot.epoch });
  return { source: runSource(parts, run, snapshot), note };
}

function runSource({ db }: SourceParts, run: Run, snapshot: StoredSnapshot): RunSource {
  const start = listSnapshots(db, run.runId).find(
    ({ branch, epoch }) => branch === snapshot.branch && epoch === 0,
  );
  const { blobHash, rows, dims } = snapshot;
  return { kind: 'run', name: run.name, blobHash, rows, dims, run, snapshot, start: start ?? null };
}

/** Throws where training has left numbers that are none. */
export function assertFinite(tables: Tables, source: Source): void {
  if (tables.isFinite(source.blobHash)) return;
  throw new AppError(
    'invalid',
    source.kind === 'run'
      ? m.embeddings_diverged({ name: source.name, epoch: source.snapshot.epoch })
      : m.embeddings_outside_not_finite({ name: source.name }),
  );
}

/**
 * Tables of runs that differ from a source's in nothing but the seed, at its epoch, or at their best where it is at its best: `most` of
 * them, the smallest seeds first.
 */
export async function otherSeedsOf(
  parts: SourceParts,
  source: Source,
  most: number,
): Promise<RunSource[]> {
  if (source.kind === 'outside') return [];
  const group = groupOf(source.run);
  const isBest = source.snapshot.epoch === source.run.best?.epoch;
  const seeds = new Set([source.run.config.seed]);
  const found: RunSource[] = [];
  const candidates = parts.runs
    .list({})
    .filter((run) => groupOf(run) === group && run.state !== 'diverged' && run.state !== 'failed')
    .sort((a, b) => a.config.seed - b.config.seed || a.runId.localeCompare(b.runId));
  for (const { runId } of candidates) {
    if (found.length >= most) break;
    const run = parts.runs.get({ runId });
    const wanted = isBest ? run.best?.epoch : source.snapshot.epoch;
    const snapshot = listSnapshots(parts.db, runId).find(
      ({ branch, epoch }) => branch === source.snapshot.branch && epoch === wanted,
    );
    if (snapshot === undefined || seeds.has(run.config.seed)) continue;
    const twin = runSource(parts, run, snapshot);
    await setImmediate();
    if (!parts.tables.isFinite(twin.blobHash)) continue;
    seeds.add(run.config.seed);
    found.push(twin);
  }
  return found;
}

export const memberOf = (source: Source): Member =>
  source.kind === 'run'
    ? {
        runId: source.run.runId,
        seed: source.run.config.seed,
        group: `${groupOf(source.run)} ${source.snapshot.branch}`,
      }
    : { runId: source.table.tableId, seed: 0, group: null };

/** Of runs that differ in the seed alone; what says how they were computed or kept does not count. */
function groupOf({ config, datasetHash }: Pick<Run, 'config' | 'datasetHash'>): string {
  const { seed: _, threads: __, backend: ___, snapshots: ____, ...rest } = config;
  return JSON.stringify([datasetHash, rest]);
}
