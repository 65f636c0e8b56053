import { isUtf8 } from 'node:buffer';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import { sayFinding, type NewFinding } from '../../quality/findings.ts';
import { namesIn } from './archive-folders.ts';
import { listed } from '../columns/choose-columns.ts';
import { plainReading, type ImportContext, type TextDocument } from '../importer.ts';
import { listFolder, noReviews, otherFolders } from './folder.ts';
import { otherFolderOf, parseReviewName, tooLong, type FoundReview } from './review-name.ts';
import { createSpill } from '../sources/spill.ts';
import { grouped } from '../table.ts';
import { readTar } from '../sources/tar.ts';
import { openZip } from '../sources/zip.ts';

export type ArchiveKind = 'folder' | 'tar' | 'tar.gz' | 'zip';

/**
 * The reviews of the Large Movie Review Dataset's layout, `{train,test}/{pos,neg}/ID_RATING.txt` under any one folder, ordered by
 * the bytes of their path. Other files are left alone, and folders of other labels are told; names are compared, never used as
 * paths.
 */
export async function* readAclImdb(
  source: string,
  kind: ArchiveKind,
  sourceName: string,
  context: ImportContext,
  note: (finding: NewFinding) => void,
): AsyncGenerator<TextDocument> {
  const { reviews, others, close } = await findReviews(source, kind, sourceName, context);
  try {
    assertComplete(reviews, sourceName);
    context.took({ ...plainReading, format: 'aclimdb', ids: null, leftOut: unlabelledIn(others) });
    const foreign = foreignIn(others);
    if (foreign !== null) note(foreign);
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

/** What an import of this source would not read, in sentences, by the names in it. */
export async function sayOtherFolders(
  source: string,
  kind: ArchiveKind,
  sourceName: string,
  context: Pick<ImportContext, 'limits' | 'pace'>,
): Promise<Readonly<{ warnings: string[]; notes: string[] }>> {
  const others = await findOthers(source, kind, sourceName, context);
  const foreign = foreignIn(others);
  const parts = unlabelledIn(others);
  return {
    warnings: foreign === null ? [] : [sayFinding(foreign).text],
    notes: parts.length === 0 ? [] : [m.datasets_preview_unread({ parts: listed(parts) })],
  };
}

async function findOthers(
  source: string,
  kind: ArchiveKind,
  sourceName: string,
  context: Pick<ImportContext, 'limits' | 'pace'>,
): Promise<Found['others']> {
  if (kind === 'folder') return otherFolders(source);
  const others = createOthers(sourceName);
  for await (const name of namesIn({ source, kind, sourceName }, context)) {
    if (parseReviewName(name, sourceName) === null) others.see(name);
    const breath = context.pace.breathe();
    if (breath !== undefined) await breath;
  }
  return others.counts;
}

type Found = Readonly<{
  reviews: FoundReview[];
  /** Texts by folder, such as train/unsup, that are no reviews of the corpus. */
  others: ReadonlyMap<string, number>;
  close: () => void;
}>;

/** The corpus has reviews without a label of its own. */
const isUnlabelled = (folder: string): boolean => folder.endsWith('/unsup');

function unlabelledIn(others: Found['others']): string[] {
  return [...others]
    .filter(([folder]) => isUnlabelled(folder))
    .map(([folder, count]) => m.datasets_left_out_unsup({ folder, count, shown: grouped(count) }));
}

function foreignIn(others: Found['others']): NewFinding | null {
  const folders = [...others]
    .filter(([folder]) => !isUnlabelled(folder))
    .sort()
    .map(([folder, count]) => ({ folder, count }));
  if (folders.length === 0) return null;
  return { kind: 'foreign', count: folders.reduce((sum, of) => sum + of.count, 0), folders };
}

async function findReviews(
  source: string,
  kind: ArchiveKind,
  sourceName: string,
  context: ImportContext,
): Promise<Found> {
  if (kind === 'zip') return findInZip(source, sourceName, context);
  if (kind === 'folder') {
    const reviews = await listFolder(source, context);
    return { reviews, others: otherFolders(source), close: () => undefined };
  }
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
  const others = createOthers(sourceName);
  try {
    for await (const entry of readTar(source, isGzip, sourceName, context)) {
      if (entry.isFolder) continue;
      const name = parseReviewName(entry.name, sourceName);
      if (name === null) {
        others.see(entry.name);
        continue;
      }
      const bytes = await entry.read(name.key);
      const position = spill.append(bytes);
      reviews.push({ ...name, read: () => spill.read(position, bytes.length) });
      // How many there are is not known before the end; the share of the archive read so far tells it well enough.
      const { share } = entry;
      const total =
        share < 0.02 ? null : Math.max(reviews.length, Math.round(reviews.length / share));
      context.pace.report({ phase: 'reading', done: reviews.length, total });
    }
    return { reviews, others: others.counts, close: spill.close };
  } catch (error) {
    spill.close();
    throw error;
  }
}

function findInZip(source: string, sourceName: string, context: ImportContext): Found {
  const zip = openZip(source, context.limits);
  const others = createOthers(sourceName);
  try {
    const reviews = zip.entries.flatMap((entry) => {
      if (entry.name.endsWith('/')) return [];
      const name = parseReviewName(entry.name, sourceName);
      if (name === null) {
        others.see(entry.name);
        return [];
      }
      if (entry.size > context.limits.reviewBytes)
        throw tooLong(name.key, sourceName, context.limits);
      return [{ ...name, read: () => zip.read(entry) }];
    });
    return { reviews, others: others.counts, close: zip.close };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function createOthers(sourceName: string) {
  const counts = new Map<string, number>();
  return {
    counts,
    see(name: string): void {
      const folder = otherFolderOf(name, sourceName);
      // Names of a hostile archive have no end.
      if (folder === null || (counts.size === MOST_OTHERS && !counts.has(folder))) return;
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    },
  };
}

const MOST_OTHERS = 100;

function assertComplete(reviews: readonly FoundReview[], sourceName: string): void {
  if (reviews.length === 0) throw noReviews(sourceName);
  for (const split of ['train', 'test'] as const) {
    if (!reviews.some((review) => review.split === split)) {
      throw new AppError(
        'badInput',
        m.datasets_aclimdb_split_empty({ sourceName, split, word: splitWord(split) }),
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
