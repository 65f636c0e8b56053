import { isUtf8 } from 'node:buffer';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { ImportContext, TextDocument } from './importer.ts';
import { listFolder, noReviews } from './folder.ts';
import { parseReviewName, tooLong, type FoundReview } from './review-name.ts';
import { createSpill } from './spill.ts';
import { readTar } from './tar.ts';
import { openZip } from './zip.ts';

export type ArchiveKind = 'folder' | 'tar' | 'tar.gz' | 'zip';

/**
 * The reviews of the Large Movie Review Dataset's layout, `{train,test}/{pos,neg}/ID_RATING.txt` under any one folder, ordered by
 * the bytes of their path. `unsup` and other files are left alone; names are compared, never used as paths.
 */
export async function* readAclImdb(
  source: string,
  kind: ArchiveKind,
  sourceName: string,
  context: ImportContext,
): AsyncGenerator<TextDocument> {
  const { reviews, close } = await findReviews(source, kind, sourceName, context);
  try {
    assertComplete(reviews, sourceName);
    let done = 0;
    for (const review of inOrder(reviews, sourceName)) {
      await context.pace.breathe();
      const { split, label, rating, key } = review;
      const where = m.datasets_within({ name: key, source: sourceName });
      yield { split, label, rating, text: decode(await review.read(), where) };
      done += 1;
      context.pace.report({ phase: 'counting', done, total: reviews.length });
    }
  } finally {
    close();
  }
}

type Found = Readonly<{ reviews: FoundReview[]; close: () => void }>;

async function findReviews(
  source: string,
  kind: ArchiveKind,
  sourceName: string,
  context: ImportContext,
): Promise<Found> {
  if (kind === 'zip') return findInZip(source, sourceName, context);
  if (kind === 'folder') return { reviews: await listFolder(source, context), close: () => undefined };
  return findInTar(source, kind === 'tar.gz', sourceName, context);
}

/** Puts the reviews aside on disk: they come in the archive's order, and are wanted in the order of their names. */
async function findInTar(
  source: string,
  isGzip: boolean,
  sourceName: string,
  context: ImportContext,
): Promise<Found> {
  const spill = createSpill(path.join(context.temporaryFolder, 'reviews.spill'));
  const reviews: FoundReview[] = [];
  try {
    for await (const entry of readTar(source, isGzip, sourceName, context)) {
      const name = parseReviewName(entry.name, sourceName);
      if (name === null || entry.isFolder) continue;
      const bytes = await entry.read(name.key);
      const position = spill.append(bytes);
      reviews.push({ ...name, read: () => spill.read(position, bytes.length) });
      // How many there are is not known before the end; the share of the archive read so far tells it well enough.
      const { share } = entry;
      const total = share < 0.02 ? null : Math.max(reviews.length, Math.round(reviews.length / share));
      context.pace.report({ phase: 'reading', done: reviews.length, total });
    }
    return { reviews, close: spill.close };
  } catch (error) {
    spill.close();
    throw error;
  }
}

function findInZip(source: string, sourceName: string, context: ImportContext): Found {
  const zip = openZip(source, context.limits);
  try {
    const reviews = zip.entries.flatMap((entry) => {
      const name = parseReviewName(entry.name, sourceName);
      if (name === null || entry.name.endsWith('/')) return [];
      if (entry.size > context.limits.reviewBytes) throw tooLong(name.key, sourceName, context.limits);
      return [{ ...name, read: () => zip.read(entry) }];
    });
    return { reviews, close: zip.close };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function assertComplete(reviews: readonly FoundReview[], sourceName: string): void {
  if (reviews.length === 0) throw noReviews(sourceName);
  for (const split of ['train', 'test'] as const) {
    if (!reviews.some((review) => review.split === split)) {
      throw new AppError(
        'badInput',
        m.datasets_aclimdb_split_empty({ sourceName, split }),
      );
    }
  }
}

function inOrder(reviews: readonly FoundReview[], sourceName: string): FoundReview[] {
  const keyed = reviews.map((review) => ({ review, bytes: Buffer.from(review.key) }));
  keyed.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  for (let i = 1; i < keyed.length; i += 1) {
    const key = keyed[i]?.review.key;
    if (key !== undefined && key === keyed[i - 1]?.review.key) {
      throw new AppError('badInput', m.datasets_two_reviews({ sourceName, key }));
    }
  }
  return keyed.map(({ review }) => review);
}

function decode(bytes: Uint8Array, where: string): string {
  if (!isUtf8(bytes)) {
    throw new AppError('badInput', m.datasets_not_utf8({ where }));
  }
  if (bytes.includes(0)) {
    throw new AppError('badInput', m.datasets_nul_bytes({ where }));
  }
  return utf8.decode(bytes);
}

const utf8 = new TextDecoder();
