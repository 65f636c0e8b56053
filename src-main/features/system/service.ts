import { statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import type { SystemInfo } from '#contract/settings.ts';
import { toFailure } from '#contract/failure.ts';
import type { FromChild } from '#contract/trainer.ts';

import type { ReadDb } from '../../db/handles.ts';
import type { SystemService } from '../services.ts';
import { memoryNow } from './memory.ts';

export type Probe = () => Promise<Extract<FromChild, { type: 'probed' }>>;

/** What is here. The native library is tried in a child of its own, once: it may end the process that loads it. */
export function createSystemService(
  options: Readonly<{ db: ReadDb; home: string; twofoldVersion: string; probe: Probe }>,
): SystemService {
  const { db, home, probe } = options;
  let probed:
    Promise<Pick<SystemInfo, 'backend' | 'backendReason' | 'tensorflow' | 'tfjs'>> | undefined;
  // float32; equal tables are stored once.
  const snapshotBytes = db
    .prepare(
      `SELECT coalesce(sum(4 * n), 0) FROM (SELECT blob_hash, max(rows * dims) AS n FROM snapshots GROUP BY blob_hash)`,
    )
    .pluck();
  const sqlite = String(db.prepare('SELECT sqlite_version()').pluck().get());
  return {
    async info() {
      probed ??= probeBackend(probe);
      const disk = statfsSync(home);
      const memory = memoryNow();
      return {
        ...(await probed),
        node: process.versions.node,
        sqlite,
        electron: electronVersion(),
        twofold: options.twofoldVersion,
        threads: availableParallelism(),
        memoryBytes: memory.totalBytes,
        memoryFreeBytes: memory.freeBytes,
        diskFreeBytes: disk.bavail * disk.bsize,
        snapshotBytes: Number(snapshotBytes.get()),
        home,
      };
    },
  };
}

/** Electron adds itself to the versions; Node's types do not know that it may be missing. */
const electronVersion = (): string | null =>
  (process.versions as Readonly<Record<string, string | undefined>>)['electron'] ?? null;

async function probeBackend(
  probe: Probe,
): Promise<Pick<SystemInfo, 'backend' | 'backendReason' | 'tensorflow' | 'tfjs'>> {
  try {
    const { tensorflow, tfjs, reason } = await probe();
    return {
      backend: tensorflow === null ? 'wasm' : 'native',
      backendReason: reason,
      tensorflow,
      tfjs,
    };
  } catch (error) {
    return {
      backend: 'wasm',
      backendReason: toFailure(error).message,
      tensorflow: null,
      tfjs: 'unknown',
    };
  }
}
