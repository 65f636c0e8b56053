import type { Migration } from '../handles.ts';

/** Comparisons that somebody asked for are kept; those a screen made while it was looked through are a cache. */
export const keptDiffs: Migration = {
  version: 220,
  name: 'kept diffs',
  up: (db) => {
    // When a cached one was last asked for; null: kept until somebody removes it.
    db.exec('ALTER TABLE embedding_diffs ADD COLUMN cached_at TEXT');
  },
};
