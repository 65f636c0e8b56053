import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import { splitOfValue } from '#core/table/splits.ts';
import * as m from '#messages';

import type { ImportContext } from '../importer.ts';
import { tooLong } from './review-name.ts';
import { grouped, type Table, type TableRow } from '../table.ts';
import { decodeStrictly, encodingName, encodingOf } from '../sources/text-source.ts';

/** One text file; its labels are the names of the folders it is in. */
export type LabelledFile = Readonly<{
  /** Its path from the split or label folder on: the same in every container. */
  key: string;
  label: string;
  split: string | null;
  /** Null where a look does not keep it. */
  read: (() => Uint8Array | Promise<Uint8Array>) | null;
}>;

export type LabelledFiles = Readonly<{ files: readonly LabelledFile[]; close: () => void }>;

/** How many texts a look at a source reads. */
export const LOOKED_AT = { inAll: 2000, inFolder: 100 };

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
export function openLabelFolders(
  { files: found, close }: LabelledFiles,
  sourceName: string,
  encoding: string | undefined,
  { limits, pace }: Pick<ImportContext, 'limits' | 'pace'>,
): Table {
  if (found.length === 0) throw noLabelFolders(sourceName);
  if (found.length > limits.entries) {
    throw new AppError(
      'badInput',
      m.datasets_folders_too_many({ source: sourceName, most: grouped(limits.entries) }),
    );
  }
  const files = inOrder(found, sourceName);
  const isSplit = files.some(({ split }) => split !== null);
  const name = encoding === undefined ? 'utf-8' : encodingOf(encoding);
  const textOf = async ({ key, read }: LabelledFile): Promise<string | null> => {
    if (read === null) return null;
    const text = decodeStrictly(name, await read());
    if (text !== null) return text;
    throw new AppError(
      'badInput',
      m.datasets_folders_encoding({ name: key, source: sourceName, encoding: encodingName(name) }),
      { field: 'encoding', flag: '--encoding E' },
    );
  };
  const rowOf = (index: number, file: LabelledFile, text: string | null): TableRow => ({
    cells: [text, file.label, ...(isSplit ? [file.split] : [])],
    row: index + 1,
    line: 0,
    place: file.key,
  });
  return {
    format: 'folders',
    sourceName,
    encoding: name,
    isEncodingGuessed: false,
    delimiter: null,
    hasHeader: null,
    columns: ['text', 'label', ...(isSplit ? ['split'] : [])],
    close,
    async look() {
      const seen = new Map<string, number>();
      const [rows, others]: [TableRow[], TableRow[]] = [[], []];
      for (const [index, file] of files.entries()) {
        const folder = path.posix.dirname(file.key);
        const count = seen.get(folder) ?? 0;
        seen.set(folder, count + 1);
        const isWanted = count < LOOKED_AT.inFolder && rows.length < LOOKED_AT.inAll;
        const text = isWanted ? await textOf(file) : null;
        (text === null ? others : rows).push(rowOf(index, file, text));
      }
      return [...rows, ...others];
    },
    async *rows(columns) {
      let batch: TableRow[] = [];
      for (const [index, file] of files.entries()) {
        const row = rowOf(index, file, columns.includes(0) ? await textOf(file) : null);
        batch.push({ ...row, cells: columns.map((column) => row.cells[column] ?? null) });
        if (batch.length === 100) {
          yield batch;
          batch = [];
          await pace.breathe();
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

/** The texts of label folders on disk. */
export async function listLabelFolders(
  folder: string,
  { pace, limits }: Pick<ImportContext, 'limits' | 'pace'>,
): Promise<LabelledFiles> {
  const sourceName = path.basename(folder);
  const root = findLabelFolders(folder);
  const files: LabelledFile[] = [];
  for (const { split, label, folder: place } of root === null ? [] : placesIn(root)) {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      if (!isText(entry.name)) continue;
      const key = [split, label, entry.name].filter((part) => part !== null).join('/');
      if (!entry.isFile()) {
        throw new AppError('badInput', m.datasets_folder_link({ name: key, source: sourceName }));
      }
      const file = path.join(place, entry.name);
      files.push({
        key,
        label,
        split,
        read() {
          if (statSync(file).size > limits.reviewBytes) throw tooLong(key, sourceName, limits);
          return readFileSync(file);
        },
      });
      await pace.breathe();
    }
  }
  return { files, close: () => undefined };
}

export const isText = (name: string): boolean => /\.txt$/i.test(name) && !name.startsWith('.');

function inOrder(files: readonly LabelledFile[], sourceName: string): LabelledFile[] {
  const keyed = files.map((file) => ({ file, bytes: Buffer.from(file.key) }));
  keyed.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  for (const [index, { file }] of keyed.entries()) {
    if (index > 0 && file.key === keyed[index - 1]?.file.key) {
      throw new AppError('badInput', m.datasets_two_reviews({ sourceName, key: file.key }));
    }
  }
  return keyed.map(({ file }) => file);
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

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry: Dirent) =>
        entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'unsup',
    )
    .map((entry) => entry.name)
    .sort();
}
