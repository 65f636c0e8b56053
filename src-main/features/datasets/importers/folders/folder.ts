import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { splitOfValue } from '#core/table/splits.ts';
import * as m from '#messages';

import type { ImportContext } from '../importer.ts';
import { isText } from './label-folders.ts';
import { parseReviewName, tooLong, type FoundReview } from './review-name.ts';

/** The reviews under a folder that is the corpus, or that holds it one level down. */
export async function listFolder(folder: string, context: ImportContext): Promise<FoundReview[]> {
  const root = corpusRoot(folder);
  if (root === undefined) return [];
  const sourceName = path.basename(folder);
  const reviews: FoundReview[] = [];
  for (const [split, sentiment] of places) {
    const place = path.join(root, split, sentiment);
    if (!isFolder(place)) continue;
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const name = parseReviewName(`${split}/${sentiment}/${entry.name}`, sourceName);
      if (name === null) continue;
      if (!entry.isFile()) {
        throw new AppError(
          'badInput',
          m.datasets_folder_link({ name: name.key, source: sourceName }),
        );
      }
      reviews.push({
        ...name,
        read: () => readReview(path.join(place, entry.name), name.key, sourceName, context),
      });
      context.pace.report({ phase: 'reading', done: reviews.length, total: null });
      await context.pace.breathe();
    }
  }
  return reviews;
}

/** Folders of texts beside those of the corpus, such as train/neutral, with their files. */
export function otherFolders(folder: string): ReadonlyMap<string, number> {
  const root = corpusRoot(folder) ?? folder;
  const found = new Map<string, number>();
  for (const split of namesIn(root, (entry) => entry.isDirectory())) {
    if (splitOfValue(split.toLowerCase()) === null) continue;
    for (const label of namesIn(path.join(root, split), (entry) => entry.isDirectory())) {
      if (places.some(([own, sentiment]) => own === split && sentiment === label)) continue;
      const texts = namesIn(
        path.join(root, split, label),
        (entry) => entry.isFile() && isText(entry.name),
      );
      if (texts.length > 0) found.set(`${split}/${label}`, texts.length);
    }
  }
  return found;
}

/** The folder itself or the first one in it that has a folder train or test; undefined where none has. */
export function corpusRoot(folder: string): string | undefined {
  const roots = [
    folder,
    ...namesIn(folder, (entry) => entry.isDirectory()).map((name) => path.join(folder, name)),
  ];
  return roots.find(
    (candidate) =>
      isFolder(path.join(candidate, 'train')) || isFolder(path.join(candidate, 'test')),
  );
}

/** Whether a folder is laid out as aclImdb is, with its names, and has nothing that only folders of labels have. */
export function isCorpus(folder: string): boolean {
  const root = corpusRoot(folder);
  if (root === undefined) return false;
  const hasLabels = (split: string) =>
    ['pos', 'neg'].some((label) => isFolder(path.join(root, split, label)));
  return (
    (hasLabels('train') || hasLabels('test')) &&
    !['validation', 'valid', 'val', 'dev'].some(hasLabels)
  );
}

export function noReviews(sourceName: string): AppError {
  return new AppError('badInput', m.datasets_folders_none_found({ source: sourceName }), {
    field: 'path',
  });
}

const places = [
  ['train', 'pos'],
  ['train', 'neg'],
  ['test', 'pos'],
  ['test', 'neg'],
] as const;

function readReview(
  file: string,
  key: string,
  sourceName: string,
  context: ImportContext,
): Uint8Array {
  if (statSync(file).size > context.limits.reviewBytes)
    throw tooLong(key, sourceName, context.limits);
  return readFileSync(file);
}

function namesIn(folder: string, isWanted: (entry: Dirent) => boolean): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(isWanted)
    .map((entry) => entry.name)
    .sort();
}

function isFolder(candidate: string): boolean {
  return statSync(candidate, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
