import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { diffRequestSchema } from '#contract/embedding-diff.ts';
import type { CallInput, CallOutput } from '#contract/index.ts';
import * as m from '#messages';

import type { Analysis } from '../../processes/analysis-supervisor.ts';
import { inTemporaryFolder } from '../system/temporary-folder.ts';
import { sourceOf, type SourceParts } from './diff/diff-sources.ts';
import { wordsOf, type WordParts } from './diff/diff-words.ts';
import { listSnapshots } from './store.ts';

type Drift = CallOutput<'embeddings.drift'>;
type Request = CallInput<'embeddings.drift'>;
export type Drifts = Readonly<{
  drift: (request: Request) => Promise<Drift>;
  cancel: (request: Request) => void;
}>;
type DriftParts = SourceParts & WordParts & Readonly<{ analysis: Analysis }>;

/** How a run's table went over its stored epochs, computed in a child of its own; the last few are kept by what is stored. */
export function createDrifts(parts: DriftParts): Drifts {
  const known = new Map<string, Promise<Drift>>();
  const underWay = new Map<string, AbortController>();
  const tableOf = ({ runId, branch }: Request): string => `${runId} ${branch}`;

  async function begin(request: Request): Promise<Drift> {
    const controller = new AbortController();
    const table = tableOf(request);
    underWay.set(table, controller);
    try {
      return await driftOfRun(parts, request, controller.signal);
    } finally {
      if (underWay.get(table) === controller) underWay.delete(table);
    }
  }

  function drift(request: Request): Promise<Drift> {
    const stored = listSnapshots(parts.db, request.runId)
      .filter(({ branch }) => branch === request.branch)
      .map(({ epoch, blobHash }) => `${epoch} ${blobHash}`);
    const key = [request.runId, request.branch, ...stored].join();
    const asked = known.get(key) ?? begin(request);
    known.delete(key);
    known.set(key, asked);
    asked.catch(() => {
      if (known.get(key) === asked) known.delete(key);
    });
    for (const oldest of [...known.keys()].slice(0, -keptDrifts)) known.delete(oldest);
    return asked;
  }

  return { drift, cancel: (request) => underWay.get(tableOf(request))?.abort() };
}

const keptDrifts = 24;

async function driftOfRun(
  parts: DriftParts,
  { runId, branch }: Request,
  signal: AbortSignal,
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
  return inTemporaryFolder(async (folder) => {
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
    const { drift } = await parts.analysis.ask(job, 'drifted', { signal });
    return [...drift];
  });
}
