import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { splitOfValue } from '#core/table/splits.ts';
import * as m from '#messages';

import type { ImportContext } from './importer.ts';
import { tooLong } from './review-name.ts';
import { grouped, type Table, type TableRow } from './table.ts';
import { decodeStrictly, encodingName, encodingOf } from './text-source.ts';

/** One text file; its labels are the names of the folders it is in. */
type LabelledFile = Readonly<{
  key: string;
  bytes: Buffer;
  path: string;
  label: string;
  split: string | null;
}>;

/** Where label folders are: in the folder, or in one with split folders above them. Null where there are none. */
export function findLabelFolders(root: string): string | null {
  const children = foldersIn(root);
  for (const candidate of [
    root,
    ...(children.length === 1 ? children.map((name) => path.join(root, name)) : []),
  ]) {
    if (placesIn(candidate).length > 0) return candidate;
  }
  return null;
}

/**
 * A folder per label, `LABEL/*.txt`, with split folders above them or not, as a table: ordered by the bytes of the path, the
 * columns being text, label and, where there are split folders, split.
 */
export async function openLabelFolders(
  folder: string,
  encoding: string | undefined,
  context: Pick<ImportContext, 'limits' | 'pace'>,
): Promise<Table> {
  const sourceName = path.basename(folder);
  const root = findLabelFolders(folder);
  if (root === null) throw noLabelFolders(sourceName);
  const files = await listFiles(root, sourceName, context);
  const isSplit = files.some(({ split }) => split !== null);
  const read = readerOf(encoding, sourceName, context);
  return {
    format: 'folders',
    sourceName,
    encoding: encoding === undefined ? 'utf-8' : encodingOf(encoding),
    isEncodingGuessed: false,
    delimiter: null,
    hasHeader: null,
    columns: ['text', 'label', ...(isSplit ? ['split'] : [])],
    async *rows(columns) {
      let batch: TableRow[] = [];
      for (const [index, file] of files.entries()) {
        const cell = [() => read(file), () => file.label, () => file.split];
        batch.push({
          cells: columns.map((column) => cell[column]?.() ?? null),
          row: index + 1,
          line: 0,
          place: file.key,
        });
        if (batch.length === 100) {
          yield batch;
          batch = [];
          await context.pace.breathe();
        }
      }
      if (batch.length > 0) yield batch;
    },
    estimate: () => files.length,
  };
}

export function noLabelFolders(sourceName: string): AppError {
  return new AppError('badInput', m.datasets_folders_none_found({ source: sourceName }), {
    field: 'path',
  });
}

async function listFiles(
  root: string,
  sourceName: string,
  { pace, limits }: Pick<ImportContext, 'limits' | 'pace'>,
): Promise<LabelledFile[]> {
  const files: LabelledFile[] = [];
  for (const { split, label, folder } of placesIn(root)) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!isText(entry.name)) continue;
      const key = [split, label, entry.name].filter((part) => part !== null).join('/');
      if (!entry.isFile()) {
        throw new AppError('badInput', m.datasets_folder_link({ name: key, source: sourceName }));
      }
      files.push({
        key,
        bytes: Buffer.from(key),
        path: path.join(folder, entry.name),
        label,
        split,
      });
      if (files.length > limits.entries)
        throw new AppError(
          'badInput',
          m.datasets_folders_too_many({ source: sourceName, most: grouped(limits.entries) }),
        );
      await pace.breathe();
    }
  }
  return files.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
}

function readerOf(
  encoding: string | undefined,
  sourceName: string,
  { limits }: Pick<ImportContext, 'limits'>,
): (file: LabelledFile) => string {
  const name = encoding === undefined ? 'utf-8' : encodingOf(encoding);
  return (file) => {
    if (statSync(file.path).size > limits.reviewBytes) throw tooLong(file.key, sourceName);
    const text = decodeStrictly(name, readFileSync(file.path));
    if (text !== null) return text;
    throw new AppError(
      'badInput',
      m.datasets_folders_encoding({
        name: file.key,
        source: sourceName,
        encoding: encodingName(name),
      }),
      { field: 'encoding' },
    );
  };
}

type Place = Readonly<{ split: string | null; label: string; folder: string }>;

/** The folders with texts directly under `root`, else those under its split folders. */
function placesIn(root: string): Place[] {
  const folders = foldersIn(root);
  const splits = folders.filter((name) => splitOfValue(name.toLowerCase()) !== null);
  const under = splits.flatMap((split) =>
    foldersIn(path.join(root, split))
      .map((label) => ({ split, label, folder: path.join(root, split, label) }))
      .filter(({ folder }) => holdsTexts(folder)),
  );
  if (under.length > 0) return under;
  const labels = folders.map((label) => ({ split: null, label, folder: path.join(root, label) }));
  const withTexts = labels.filter(({ folder }) => holdsTexts(folder));
  return withTexts.length > 1 ? withTexts : [];
}

const holdsTexts = (folder: string): boolean =>
  readdirSync(folder, { withFileTypes: true }).some(
    (entry) => entry.isFile() && isText(entry.name),
  );

const isText = (name: string): boolean => /\.txt$/i.test(name) && !name.startsWith('.');

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry: Dirent) =>
        entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'unsup',
    )
    .map((entry) => entry.name)
    .sort();
}
