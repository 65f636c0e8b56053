import { createHash } from 'node:crypto';

import Database from 'better-sqlite3';

import type {
  Finding,
  FindingRow,
  ReviewPlace,
  SplitName,
  vocabularyOrders,
} from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { weightedLogOdds, type ClassCounts, type LogOdds } from '#core/text/log-odds.ts';
import * as m from '#messages';

import type { Pace } from '../importers/importer.ts';

/** A dataset's own file, `documents.sqlite`: written once by an import, only read afterwards. */
export type DocumentWriter = Readonly<{
  addDocument: (document: StoredDocument & { split: SplitName; row: number }) => void;
  addWord: (word: VocabularyWord) => void;
  addFindingRow: (kind: Finding['kind'], row: NonNullable<Finding['rows']>[number]) => void;
  finish: () => void;
  close: () => void;
}>;

export type StoredDocument = Readonly<{
  label: 0 | 1;
  rating: number | null;
  /** Null where the source holds ids only: they are in ids.bin. */
  text: string | null;
}>;

export type VocabularyWord = Readonly<{
  rank: number;
  /** Null where no word index was given. */
  word: string | null;
  /** Occurrences in the training split. */
  count: number;
  positiveCount: number;
}>;

export function createDocuments(file: string): DocumentWriter {
  const db = new Database(file);
  // The file is worthless until it is whole, and renamed into place only then: no journal, one sync at the end.
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.exec(schema);
  db.pragma(`user_version = ${VERSION}`);
  const insertDocument = db.prepare(
    'INSERT INTO documents (split, row, label, rating, text) VALUES (?, ?, ?, ?, ?)',
  );
  const insertWord = db.prepare(
    'INSERT INTO vocabulary (rank, word, count, positive_count) VALUES (?, ?, ?, ?)',
  );
  const insertFindingRow = db.prepare(
    'INSERT INTO finding_rows (kind, split, row, of_split, of_row) VALUES (?, ?, ?, ?, ?)',
  );
  db.exec('BEGIN');
  return {
    addDocument({ split, row, label, rating, text }) {
      insertDocument.run(split, row, label, rating, text);
    },
    addWord({ rank, word, count, positiveCount }) {
      insertWord.run(rank, word, count, positiveCount);
    },
    addFindingRow(kind, { split, row, of }) {
      insertFindingRow.run(kind, split, row, of?.split ?? null, of?.row ?? null);
    },
    finish() {
      db.exec('CREATE INDEX vocabulary_by_word ON vocabulary (word)');
      db.exec('CREATE INDEX finding_rows_by_kind ON finding_rows (kind, split)');
      db.exec('COMMIT');
      db.close();
    },
    close() {
      db.close();
    },
  };
}

export type Documents = Readonly<{
  document: (split: SplitName, row: number) => StoredDocument | null;
  count: (split: SplitName) => number;
  /** By row, from `from` to before `to`; null where the source holds ids only. */
  texts: (split: SplitName, from: number, to: number) => (string | null)[];
  /** By row; null where no review of the split has one. */
  ratings: (split: SplitName) => readonly (number | null)[] | null;
  rankOf: (word: string) => number | undefined;
  /** Index = rank (0 is unused); null where the word of a rank is not known. */
  words: () => readonly (string | null)[];
  /** Occurrences in the training split; index = rank (0 is unused). */
  counts: () => Int32Array;
  /** Those of them in positive reviews. */
  positiveCounts: () => Int32Array;
  vocabularyPage: (page: VocabularyPage) => Readonly<{ total: number; rows: RankedWord[] }>;
  /** Null where an older version wrote the file, which kept the first rows only (with the finding). */
  findingRows: (page: FindingPage) => FindingRows | null;
  /** The same of given rows. */
  labelled: (rows: NonNullable<Finding['rows']>) => FindingRow[];
  isOpen: () => boolean;
  close: () => void;
}>;

export type RankedWord = VocabularyWord &
  Readonly<{ logOdds: number | null; zScore: number | null }>;

export type FindingPage = Readonly<{
  kind: Finding['kind'];
  /** Null: of all splits. */
  split: SplitName | null;
  offset: number;
  count: number;
}>;
export type FindingRows = Readonly<{ total: number; rows: FindingRow[] }>;

export type VocabularyPage = Readonly<{
  offset: number;
  count: number;
  search: string | null;
  order: (typeof vocabularyOrders)[number];
  /** Null: all words. */
  lastRank: number | null;
}>;

export function openDocuments(file: string): Documents {
  const db = openFile(file, true);
  const one = db.prepare<[string, number], DocumentRow>(
    'SELECT label, rating, text FROM documents WHERE split = ? AND row = ?',
  );
  const rank = db.prepare<[string], number>('SELECT rank FROM vocabulary WHERE word = ?').pluck();
  const texts = db
    .prepare<[string, number, number], string | null>(
      'SELECT text FROM documents WHERE split = ? AND row >= ? AND row < ? ORDER BY row',
    )
    .pluck();
  db.function(
    'z_score',
    { deterministic: true },
    (count: number, ofPositive: number, negative: number, positive: number) =>
      logOddsOf(count, ofPositive, { negative, positive })?.z ?? null,
  );
  const sums = db.prepare<[], { negative: number; positive: number }>(
    `SELECT coalesce(sum(count - positive_count), 0) AS negative, coalesce(sum(positive_count), 0) AS positive
     FROM vocabulary`,
  );
  const countSplit = db
    .prepare<[string], number>('SELECT count(*) FROM documents WHERE split = ?')
    .pluck();
  let words: Readonly<{ version: unknown; list: (string | null)[] }> | null = null;
  const countsOf = (column: 'count' | 'positive_count'): Int32Array => {
    const all = db
      .prepare<[], { rank: number; count: number }>(
        `SELECT rank, ${column} AS count FROM vocabulary ORDER BY rank`,
      )
      .all();
    const counts = new Int32Array((all.at(-1)?.rank ?? 0) + 1);
    for (const { rank, count } of all) counts[rank] = count;
    return counts;
  };
  const labelOf = ({ split, row }: ReviewPlace) => one.get(split, row)?.label ?? 0;
  const labelled = (rows: NonNullable<Finding['rows']>): FindingRow[] =>
    rows.map(({ split, row, of }) => ({
      split,
      row,
      label: labelOf({ split, row }),
      of: of === undefined ? null : { ...of, label: labelOf(of) },
    }));
  // Grows when another connection, perhaps of another process, has written: a word index may be added later.
  const version = () => db.pragma('data_version', { simple: true });
  return {
    document: (split, row) => one.get(split, row) ?? null,
    count: (split) => countSplit.get(split) ?? 0,
    texts: (split, from, to) => texts.all(split, from, to),
    ratings(split) {
      const all = db
        .prepare<[string], number | null>(
          'SELECT rating FROM documents WHERE split = ? ORDER BY row',
        )
        .pluck()
        .all(split);
      return all.every((rating) => rating === null) ? null : all;
    },
    rankOf: (word) => rank.get(word),
    words() {
      if (words === null || words.version !== version()) {
        const list: (string | null)[] = [null];
        const all = db.prepare<[], Pick<VocabularyWord, 'rank' | 'word'>>(
          'SELECT rank, word FROM vocabulary',
        );
        for (const row of all.iterate()) list[row.rank] = row.word;
        words = { version: version(), list };
      }
      return words.list;
    },
    counts: () => countsOf('count'),
    positiveCounts: () => countsOf('positive_count'),
    vocabularyPage({ offset, count, search, order, lastRank }) {
      const all = sums.get() ?? { negative: 0, positive: 0 };
      const conditions = [
        // A rank without a word is shown, and found, as #rank.
        ...(search === null ? [] : [`coalesce(word, '#' || rank) LIKE @pattern ESCAPE '\\'`]),
        ...(lastRank === null ? [] : ['rank <= @lastRank']),
        ...(order === 'positive' || order === 'negative' ? ['count > 0'] : []),
      ];
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
      const named = {
        ...(search === null ? {} : { pattern: likePattern(search) }),
        ...(lastRank === null ? {} : { lastRank }),
      };
      const rows = db.prepare<[object], VocabularyWord>(
        `SELECT rank, word, count, positive_count AS positiveCount
         FROM vocabulary ${where} ORDER BY ${orders[order]} LIMIT @count OFFSET @offset`,
      );
      return {
        total: Number(db.prepare(`SELECT count(*) FROM vocabulary ${where}`).pluck().get(named)),
        rows: rows.all({ ...named, ...all, count, offset }).map((word) => {
          const odds = logOddsOf(word.count, word.positiveCount, all);
          return { ...word, logOdds: odds?.logOdds ?? null, zScore: odds?.z ?? null };
        }),
      };
    },
    findingRows({ kind, split, offset, count }) {
      if (
        db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'finding_rows'").get() === undefined
      ) {
        return null;
      }
      const where = `kind = @kind ${split === null ? '' : 'AND split = @split'}`;
      const named = { kind, ...(split === null ? {} : { split }) };
      const rows = db.prepare<[object], StoredFindingRow>(
        `SELECT split, row, of_split AS ofSplit, of_row AS ofRow FROM finding_rows
         WHERE ${where} ORDER BY rowid LIMIT @count OFFSET @offset`,
      );
      return {
        total: Number(
          db.prepare(`SELECT count(*) FROM finding_rows WHERE ${where}`).pluck().get(named),
        ),
        rows: labelled(
          rows.all({ ...named, offset, count }).map(({ split, row, ofSplit, ofRow }) => ({
            split,
            row,
            ...(ofSplit === null || ofRow === null ? {} : { of: { split: ofSplit, row: ofRow } }),
          })),
        ),
      };
    },
    labelled,
    isOpen: () => db.open,
    close: () => {
      db.close();
    },
  };
}

type StoredFindingRow = ReviewPlace & Readonly<{ ofSplit: SplitName | null; ofRow: number | null }>;

/** Gives words to ranks that were imported without a word index. */
export function fillWords(file: string, words: ReadonlyMap<number, string>): void {
  const db = openFile(file, false);
  try {
    const fill = db.prepare(
      `INSERT INTO vocabulary (rank, word, count, positive_count) VALUES (?, ?, 0, 0)
       ON CONFLICT (rank) DO UPDATE SET word = excluded.word`,
    );
    db.transaction(() => {
      for (const [rank, word] of words) fill.run(rank, word);
    })();
  } finally {
    db.close();
  }
}

const VERSION = 1;

const orders = {
  frequent: 'rank',
  rare: 'count, rank DESC',
  positive: 'z_score(count, positive_count, @negative, @positive) DESC, rank',
  negative: 'z_score(count, positive_count, @negative, @positive), rank',
} as const satisfies Record<VocabularyPage['order'], string>;

function logOddsOf(count: number, ofPositive: number, all: ClassCounts): LogOdds | null {
  return weightedLogOdds({ positive: ofPositive, negative: count - ofPositive }, all);
}

const schema = `
  CREATE TABLE documents (
    split  TEXT NOT NULL CHECK (split IN ('train', 'test', 'validation')),
    row    INTEGER NOT NULL,
    label  INTEGER NOT NULL CHECK (label IN (0, 1)),
    rating REAL,
    text   TEXT,
    PRIMARY KEY (split, row)
  ) STRICT;

  CREATE TABLE vocabulary (
    rank           INTEGER PRIMARY KEY,
    word           TEXT,
    count          INTEGER NOT NULL,
    positive_count INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE finding_rows (
    kind     TEXT NOT NULL,
    split    TEXT NOT NULL,
    row      INTEGER NOT NULL,
    of_split TEXT,
    of_row   INTEGER
  ) STRICT;
`;

type DocumentRow = { label: 0 | 1; rating: number | null; text: string | null };

/** Whether the file is there and passes SQLite's own check. */
export function isSoundDocuments(file: string): boolean {
  let db: Database.Database | undefined;
  try {
    db = openFile(file, true);
    return db.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch {
    return false;
  } finally {
    db?.close();
  }
}

/** sha256 over every review as it is stored, and the words that texts have: files of the same content have the same. */
export async function digestOfDocuments(
  file: string,
  { hasTexts }: Readonly<{ hasTexts: boolean }>,
  pace: Pace,
): Promise<string> {
  const db = openFile(file, true);
  try {
    const hash = createHash('sha256');
    const reviews = 'SELECT split, row, label, rating, text FROM documents ORDER BY split, row';
    const words = 'SELECT rank, word, count, positive_count FROM vocabulary ORDER BY rank';
    for (const select of hasTexts ? [reviews, words] : [reviews]) {
      for (const row of db.prepare(select).raw().iterate()) {
        hash.update(JSON.stringify(row));
        await pace.breathe();
      }
    }
    return hash.digest('hex');
  } finally {
    db.close();
  }
}

function openFile(file: string, isReadonly: boolean): Database.Database {
  try {
    const db = new Database(file, { readonly: isReadonly, fileMustExist: true, timeout: 10_000 });
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version === VERSION) return db;
    db.close();
    throw new AppError('storage', m.datasets_newer({ file }));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('storage', m.datasets_damaged({ file }), { cause: error });
  }
}

function likePattern(search: string): string {
  return `%${search.replace(/[\\%_]/g, '\\$&')}%`;
}
