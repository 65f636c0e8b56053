import type { Migration } from '../handles.ts';

/** Comparisons of embedding tables, and tables from outside to compare with. */
export const embeddingDiffs: Migration = {
  version: 150,
  name: 'embedding diffs',
  up: (db) => {
    db.exec(`
      CREATE TABLE embedding_diffs (
        -- Of the tables' hashes, the words and what was asked
        diff_id      TEXT PRIMARY KEY,
        created_at   TEXT NOT NULL,
        -- JSON: what was compared and every figure of whole tables
        diff         TEXT NOT NULL,
        -- Blobs: the compared words with their rows (JSON), and what is by word (core/embeddings/comparison-file.ts)
        words_hash   TEXT NOT NULL,
        numbers_hash TEXT NOT NULL
      ) STRICT;

      CREATE TABLE outside_tables (
        table_id   TEXT PRIMARY KEY,
        name       TEXT NOT NULL,
        format     TEXT NOT NULL CHECK (format IN ('word2vec', 'glove', 'tsv')),
        rows       INTEGER NOT NULL,
        dims       INTEGER NOT NULL,
        left_out   INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        -- Blobs: float32 row-major, and the words by row (JSON)
        blob_hash  TEXT NOT NULL,
        words_hash TEXT NOT NULL
      ) STRICT;
    `);
  },
};
