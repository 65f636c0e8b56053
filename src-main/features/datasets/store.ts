import {
  datasetSchema,
  importRequestSchema,
  type Dataset,
  type ImportRequest,
} from '#contract/dataset.ts';

import type { ReadDb, WriteDb } from '../../db/handles.ts';

/** The rows of `datasets`; the reviews themselves are files (place.ts). */
export function listDatasets(db: ReadDb, options: Readonly<{ isTrash: boolean }>): Dataset[] {
  return db
    .prepare<[], DatasetRow>(
      `${select} WHERE deleted_at IS ${options.isTrash ? 'NOT ' : ''}NULL ORDER BY created_at DESC, rowid DESC`,
    )
    .all()
    .map(toDataset);
}

/** Also one that is in the trash (`deletedAt` is set then). */
export function findDataset(db: ReadDb, datasetId: string): Dataset | null {
  const row = db.prepare<[string], DatasetRow>(`${select} WHERE dataset_id = ?`).get(datasetId);
  return row === undefined ? null : toDataset(row);
}

export function findByContent(db: ReadDb, contentHash: string): Dataset | null {
  const row = db.prepare<[string], DatasetRow>(`${select} WHERE content_hash = ?`).get(contentHash);
  return row === undefined ? null : toDataset(row);
}

/** Of a dataset of this content, in the trash too; without counting its runs, of which there may be thousands. */
export function findKnown(db: ReadDb, contentHash: string): KnownDataset | null {
  const row = db
    .prepare<[string], Omit<KnownDataset, 'isHere'> & { isHere: 0 | 1 }>(
      `SELECT dataset_id AS datasetId, name, content_hash AS contentHash, size_bytes > 0 AS isHere,
         deleted_at AS deletedAt
       FROM datasets WHERE content_hash = ?`,
    )
    .get(contentHash);
  return row === undefined ? null : { ...row, isHere: row.isHere === 1 };
}

export type KnownDataset = Pick<
  Dataset,
  'datasetId' | 'name' | 'contentHash' | 'isHere' | 'deletedAt'
>;

/** False where a dataset of this content is there already (another process was faster). */
export function insertDataset(
  db: WriteDb,
  dataset: Omit<Dataset, 'runCount' | 'deletedAt' | 'isHere'>,
  request: ImportRequest | null,
): boolean {
  const { changes } = db
    .prepare(
      `INSERT INTO datasets (dataset_id, name, format, content_hash, splits, warnings, findings, pipeline, has_texts, has_words,
         vocabulary_size, size_bytes, created_at, request)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (content_hash) DO NOTHING`,
    )
    .run(
      dataset.datasetId,
      dataset.name,
      dataset.format,
      dataset.contentHash,
      JSON.stringify(dataset.splits),
      JSON.stringify(dataset.warnings),
      JSON.stringify(dataset.findings),
      JSON.stringify(dataset.pipeline),
      Number(dataset.hasTexts),
      Number(dataset.hasWords),
      dataset.vocabularySize,
      dataset.sizeBytes,
      dataset.createdAt,
      request === null ? null : JSON.stringify(request),
    );
  return changes === 1;
}

/** What its last import was asked for; null for the sample, and where that was not kept yet. */
export function findRequest(db: ReadDb, datasetId: string): ImportRequest | null {
  const text = db
    .prepare<[string], string | null>('SELECT request FROM datasets WHERE dataset_id = ?')
    .pluck()
    .get(datasetId);
  return text == null ? null : importRequestSchema.parse(JSON.parse(text));
}

export function setRequest(db: WriteDb, datasetId: string, request: ImportRequest): void {
  db.prepare('UPDATE datasets SET request = ? WHERE dataset_id = ?').run(
    JSON.stringify(request),
    datasetId,
  );
}

export function setName(db: WriteDb, datasetId: string, name: string): void {
  db.prepare('UPDATE datasets SET name = ? WHERE dataset_id = ?').run(name, datasetId);
}

/** Trash or, with null, back from it. */
export function setDeleted(db: WriteDb, datasetId: string, deletedAt: Date | null): void {
  db.prepare('UPDATE datasets SET deleted_at = ? WHERE dataset_id = ?').run(
    deletedAt?.toISOString() ?? null,
    datasetId,
  );
}

export function setWords(
  db: WriteDb,
  datasetId: string,
  hasWords: boolean,
  sizeBytes: number,
): void {
  db.prepare('UPDATE datasets SET has_words = ?, size_bytes = ? WHERE dataset_id = ?').run(
    Number(hasWords),
    sizeBytes,
    datasetId,
  );
}

/** Datasets in the trash since before a time, without runs there or elsewhere. */
export function deletedBefore(
  db: ReadDb,
  before: string,
): Pick<Dataset, 'datasetId' | 'contentHash'>[] {
  return db
    .prepare<[string], Pick<Dataset, 'datasetId' | 'contentHash'>>(
      `SELECT dataset_id AS datasetId, content_hash AS contentHash FROM datasets WHERE ${isPurged}`,
    )
    .all(before);
}

/** False where it is no longer one of those. */
export function deleteForever(db: WriteDb, datasetId: string, before: string): boolean {
  const { changes } = db
    .prepare(`DELETE FROM datasets WHERE ${isPurged} AND dataset_id = ?`)
    .run(before, datasetId);
  return changes === 1;
}

const isPurged = `deleted_at < ? AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.dataset_id = datasets.dataset_id)`;

/** Runs of a dataset that are not in the trash. */
export function runIdsOf(db: ReadDb, datasetId: string): string[] {
  return db
    .prepare<[string], string>(
      'SELECT run_id FROM runs WHERE dataset_id = ? AND deleted_at IS NULL ORDER BY run_key',
    )
    .pluck()
    .all(datasetId);
}

/** Runs in the trash that went there together with their dataset. */
export function runIdsDeletedWith(db: ReadDb, datasetId: string): string[] {
  return db
    .prepare<[string], string>(
      `SELECT run_id FROM runs JOIN datasets USING (dataset_id)
       WHERE dataset_id = ? AND runs.deleted_at = datasets.deleted_at ORDER BY run_key`,
    )
    .pluck()
    .all(datasetId);
}

const select = `
  SELECT datasets.*,
    (SELECT count(*) FROM runs
     WHERE runs.dataset_id = datasets.dataset_id AND runs.deleted_at IS NULL) AS run_count
  FROM datasets`;

type DatasetRow = Readonly<{
  dataset_id: string;
  name: string;
  format: string;
  content_hash: string;
  splits: string;
  warnings: string;
  findings: string;
  pipeline: string;
  has_texts: number;
  has_words: number;
  vocabulary_size: number;
  size_bytes: number;
  created_at: string;
  deleted_at: string | null;
  run_count: number;
}>;

function toDataset(row: DatasetRow): Dataset {
  return datasetSchema.parse({
    datasetId: row.dataset_id,
    name: row.name,
    format: row.format,
    contentHash: row.content_hash,
    splits: JSON.parse(row.splits) as unknown,
    warnings: JSON.parse(row.warnings) as unknown,
    findings: JSON.parse(row.findings) as unknown,
    pipeline: JSON.parse(row.pipeline) as unknown,
    hasTexts: row.has_texts === 1,
    hasWords: row.has_words === 1,
    vocabularySize: row.vocabulary_size,
    isHere: row.size_bytes > 0,
    sizeBytes: row.size_bytes,
    createdAt: row.created_at,
    deletedAt: row.deleted_at,
    runCount: row.run_count,
  });
}
