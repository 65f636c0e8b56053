import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { diffRequestSchema } from '#contract/embedding-diff.ts';
import type { CallInput, CallOutput } from '#contract/index.ts';
import * as m from '#messages';

import type { Analysis } from '../../analysis/supervisor.ts';
import { sourceOf, type SourceParts } from './diff-sources.ts';
import { wordsOf, type WordParts } from './diff-words.ts';
import { listSnapshots } from './store.ts';

type Drift = CallOutput<'embeddings.drift'>;
export type Drifts = (request: CallInput<'embeddings.drift'>) => Promise<Drift>;
type DriftParts = SourceParts & WordParts & Readonly<{ analysis: Analysis }>;

/** How a run's table went over its stored epochs, computed in a child of its own; the last few are kept by what is stored. */
export function createDrifts(parts: DriftParts): Drifts {
  const known = new Map<string, Promise<Drift>>();
  return (request) => {
    const stored = listSnapshots(parts.db, request.runId)
      .filter(({ branch }) => branch === request.branch)
      .map(({ epoch, blobHash }) => `${epoch} ${blobHash}`);
    const key = [request.runId, request.branch, ...stored].join();
    const drift = known.get(key) ?? driftOfRun(parts, request);
    known.delete(key);
    known.set(key, drift);
    drift.catch(() => known.delete(key));
    for (const oldest of [...known.keys()].slice(0, -keptDrifts)) known.delete(oldest);
    return drift;
  };
}

const keptDrifts = 24;

async function driftOfRun(
  parts: DriftParts,
  { runId, branch }: CallInput<'embeddings.drift'>,
): Promise<Drift> {
  const snapshots = listSnapshots(parts.db, runId).filter((snapshot) => snapshot.branch === branch);
  const last = snapshots.at(-1);
  const choice = { kind: 'run', runId, branch, epoch: last?.epoch ?? 0 } as const;
  const { source } = sourceOf(parts, choice);
  if (snapshots.length < 2)
    throw new AppError('invalid', m.embeddings_one_epoch({ name: source.name }));
  const { rows } = await wordsOf(
    parts,
    [source],
    diffRequestSchema.parse({ tables: [choice, choice] }),
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-drift-'));
  try {
    const tables = [];
    for (const { epoch, blobHash } of snapshots) {
      const file = path.join(folder, `${epoch}.f32`);
      await parts.tables.write(blobHash, file);
      tables.push({ file, epoch });
    }
    const job = {
      kind: 'drift',
      tables,
      rows: source.rows,
      dims: source.dims,
      picks: rows[0] ?? new Int32Array(),
    } as const;
    const { signal } = new AbortController();
    const { drift } = await parts.analysis.ask(job, 'drifted', { signal });
    return [...drift];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
