import { createReadStream, readFileSync } from 'node:fs';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';

import { z } from 'zod';

import { splitNameSchema, type Dataset } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { WriteDb } from '../../db/handles.ts';

import { buildDataset } from './import/build.ts';
import { jsonLines, rowsOf } from './export.ts';
import type { StoredFinding } from './quality/findings.ts';
import { ID_DIGITS, makeReady, putInPlace } from './import/import-dataset.ts';
import { createPace, defaultLimits, type RawDocument } from './importers/importer.ts';
import { bringBack, freeName } from './import/names.ts';
import type { OpenDataset } from './store/open-datasets.ts';
import {
  createTemporaryFolder,
  datasetFolder,
  digestOf,
  folderSize,
  idsFile,
  removeFolder,
  syncToDisk,
} from './store/place.ts';
import { findKnown, insertDataset, setWords } from './store/store.ts';

/** Which reviews a bundle's runs were trained on, and how they were read: all that tells one dataset from another. */
export type DatasetIdentity = Pick<
  Dataset,
  | 'name'
  | 'format'
  | 'contentHash'
  | 'splits'
  | 'pipeline'
  | 'hasTexts'
  | 'hasWords'
  | 'vocabularySize'
  | 'createdAt'
> &
  Readonly<{ findings: readonly StoredFinding[] }>;

export type BundledIdentity = DatasetIdentity & Readonly<{ encodedHash: string | null }>;

export type BundledReviews = Readonly<{
  /** Of the encoded reviews. */
  encodedHash: string;
  /** The same bytes each time. */
  reviews: () => Generator<Buffer>;
  /** By rank, where the reviews are ids. */
  words: readonly (string | null)[] | null;
}>;

export type ReviewSource = Readonly<{
  reviewsFile: string;
  wordsFile: string | null;
  /** The name of the bundle, for sentences. */
  bundle: string;
}>;

/** All reviews, a JSON document a line; in the form that `placeBundled` takes back. */
export function* reviewLines(dataset: Dataset, files: OpenDataset): Generator<Buffer> {
  let batch: Parameters<typeof jsonLines>[0][number][] = [];
  for (const row of rowsOf(dataset, files)) {
    batch.push(row);
    if (batch.length < 200) continue;
    yield jsonLines(batch);
    batch = [];
  }
  yield jsonLines(batch);
}

/**
 * Builds a dataset's files from the reviews of a bundle and puts them in their place; its row is not touched. Throws `badInput`
 * where they are not the reviews that the identity names.
 */
export async function placeBundled(
  home: string,
  identity: BundledIdentity,
  source: ReviewSource,
  signal: AbortSignal,
): Promise<void> {
  const folder = createTemporaryFolder(home);
  try {
    const built = await buildDataset(
      readReviews(source.reviewsFile, source.bundle),
      folder,
      source.wordsFile === null ? null : readWords(source.wordsFile, source.bundle),
      identity.pipeline,
      { pace: createPace(signal, () => undefined), limits: defaultLimits },
    );
    if (
      built.contentHash !== identity.contentHash ||
      (await digestOf(idsFile(folder))) !== identity.encodedHash
    ) {
      throw altered(source.bundle);
    }
    await makeReady(folder);
    putInPlace(home, folder, identity.contentHash);
    await syncToDisk(path.dirname(datasetFolder(home, identity.contentHash)));
  } finally {
    removeFolder(folder);
  }
}

/** The row of a bundle's dataset, whose files may be there or not. */
export function adoptBundled(
  db: WriteDb,
  home: string,
  identity: DatasetIdentity,
  hasReviews: boolean,
): Readonly<{ datasetId: string; isNew: boolean }> {
  const { contentHash, hasWords } = identity;
  const sizeBytes = hasReviews ? folderSize(datasetFolder(home, contentHash)) : 0;
  const known = findKnown(db, contentHash);
  if (known === null) {
    const datasetId = contentHash.slice(0, ID_DIGITS);
    const name = freeName(db, identity.name);
    // Where it came from is a place on another machine.
    insertDataset(
      db,
      { ...identity, name, datasetId, sizeBytes },
      { request: null, reading: null },
    );
    return { datasetId, isNew: true };
  }
  const { datasetId } = known;
  if (known.deletedAt !== null) bringBack(db, known);
  const isFilled = hasReviews && !known.isHere;
  if (isFilled) setWords(db, datasetId, hasWords, sizeBytes);
  return { datasetId, isNew: isFilled };
}

const reviewSchema = z.intersection(
  z.object({
    label: z.union([z.literal(0), z.literal(1)]),
    split: splitNameSchema,
    rating: z.number().nullable(),
  }),
  z.union([z.object({ text: z.string() }), z.object({ ids: z.array(z.int32().min(0)) })]),
);

async function* readReviews(file: string, bundle: string): AsyncGenerator<RawDocument> {
  for await (const line of readLines(file, bundle)) {
    const review = reviewSchema.safeParse(parsed(line, bundle));
    if (!review.success) throw altered(bundle);
    const { label, split, rating } = review.data;
    yield 'text' in review.data
      ? { label, split, rating, text: review.data.text }
      : { label, split, rating, ids: Int32Array.from(review.data.ids) };
  }
}

/** A review's characters may be written as six each; none is longer than an import takes. */
const mostLineLength = 6 * defaultLimits.reviewBytes;

async function* readLines(file: string, bundle: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of createReadStream(file, { highWaterMark: 262_144 })) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > mostLineLength) throw altered(bundle);
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function readWords(file: string, bundle: string): ReadonlyMap<number, string> {
  const words = z
    .array(z.string().nullable())
    .safeParse(parsed(readFileSync(file, 'utf8'), bundle));
  if (!words.success) throw altered(bundle);
  return new Map(
    words.data.flatMap((word, rank): [number, string][] => (word === null ? [] : [[rank, word]])),
  );
}

function parsed(text: string, bundle: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw altered(bundle);
  }
}

const altered = (source: string): AppError =>
  new AppError('badInput', m.bundles_other_reviews({ source }));
