import { datasetSchema, originSchema, type Dataset, type Origin } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ReadDb, WriteDb } from '../../../db/handles.ts';
import { prepared } from '../../../db/prepared.ts';
import { sayFinding, type NewFinding, type StoredFinding } from '../quality/findings.ts';

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
  const row = prepared<[string], DatasetRow>(db, `${select} WHERE dataset_id = ?`).get(datasetId);
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

/** With its findings as they are stored. */
export type StoredDataset = Omit<
  Dataset,
  'runCount' | 'deletedAt' | 'isHere' | 'warnings' | 'findings'
> &
  Readonly<{ findings: readonly (StoredFinding | NewFinding)[] }>;

/** False where a dataset of this content is there already (another process was faster). */
export function insertDataset(
  db: WriteDb,
  dataset: StoredDataset,
  { request, reading }: Origin,
): boolean {
  const { changes } = db
    .prepare(
      `INSERT INTO datasets (dataset_id, name, format, content_hash, splits, findings, pipeline, has_texts, has_words,
         vocabulary_size, size_bytes, created_at, request, reading)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (content_hash) DO NOTHING`,
    )
    .run(
      dataset.datasetId,
      dataset.name,
      dataset.format,
      dataset.contentHash,
      JSON.stringify(dataset.splits),
      JSON.stringify(dataset.findings),
      JSON.stringify(dataset.pipeline),
      Number(dataset.hasTexts),
      Number(dataset.hasWords),
      dataset.vocabularySize,
      dataset.sizeBytes,
      dataset.createdAt,
      jsonOf(request),
      jsonOf(reading),
    );
  return changes === 1;
}

export function storedFindings(db: ReadDb, datasetId: string): StoredFinding[] {
  const findings = db
    .prepare<[string], string>('SELECT findings FROM datasets WHERE dataset_id = ?')
    .pluck()
    .get(datasetId);
  return JSON.parse(findings ?? '[]') as StoredFinding[];
}

export function findOrigin(db: ReadDb, datasetId: string): Origin {
  const row = db
    .prepare<[string], { request: string | null; reading: string | null }>(
      'SELECT request, reading FROM datasets WHERE dataset_id = ?',
    )
    .get(datasetId);
  const parsed = (text: string | null | undefined): unknown =>
    text == null ? null : JSON.parse(text);
  return originSchema.parse({ request: parsed(row?.request), reading: parsed(row?.reading) });
}

export function setOrigin(db: WriteDb, datasetId: string, { request, reading }: Origin): void {
  db.prepare('UPDATE datasets SET request = ?, reading = ? WHERE dataset_id = ?').run(
    jsonOf(request),
    jsonOf(reading),
    datasetId,
  );
}

const jsonOf = (value: object | null): string | null =>
  value === null ? null : JSON.stringify(value);

export function setName(db: WriteDb, datasetId: string, name: string): void {
  db.prepare('UPDATE datasets SET name = ? WHERE dataset_id = ?').run(name, datasetId);
}

/** The id of the dataset of a name that is not in the trash. */
export function findByName(db: ReadDb, name: string): string | undefined {
  return db
    .prepare<[string], string>(
      'SELECT dataset_id FROM datasets WHERE name = ? AND deleted_at IS NULL',
    )
    .pluck()
    .get(name);
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
  // Its reviews are here now, and say what their labels are.
  db.prepare('DELETE FROM dataset_labels WHERE dataset_id = ?').run(datasetId);
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
  try {
    return parsed(row);
  } catch (error) {
    throw new AppError('storage', m.datasets_facts_damaged({ name: row.name }), { cause: error });
  }
}

function parsed(row: DatasetRow): Dataset {
  const findings = (JSON.parse(row.findings) as StoredFinding[]).map(sayFinding);
  return datasetSchema.parse({
    datasetId: row.dataset_id,
    name: row.name,
    format: row.format,
    contentHash: row.content_hash,
    splits: JSON.parse(row.splits) as unknown,
    warnings: findings.map(({ text }) => text),
    findings,
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
