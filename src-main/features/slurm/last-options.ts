import { slurmOptionsSchema, type SlurmOptions } from '#contract/slurm.ts';

import type { ReadDb, WriteDb } from '../../db/handles.ts';

/** What the last job of this home asked of Slurm: a cluster seldom changes. Null before the first. */
export function readLastOptions(db: ReadDb): SlurmOptions | null {
  const stored = db.prepare(`SELECT value FROM settings WHERE key = 'slurmOptions'`).pluck().get();
  if (typeof stored !== 'string') return null;
  const read = slurmOptionsSchema.safeParse(JSON.parse(stored));
  return read.success ? read.data : null;
}

export function keepLastOptions(db: WriteDb, options: SlurmOptions): void {
  db.prepare(`INSERT OR REPLACE INTO settings VALUES ('slurmOptions', ?)`).run(
    JSON.stringify(options),
  );
}
