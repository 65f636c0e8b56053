import path from 'node:path';

import { splitOfValue } from '#core/table/splits.ts';

import type { ArchiveKind } from './aclimdb.ts';
import type { ImportContext } from '../importer.ts';
import { isText, LOOKED_AT, type LabelledFile, type LabelledFiles } from './label-folders.ts';
import { parseReviewName, partsOfName, tooLong } from './review-name.ts';
import { createSpill } from '../sources/spill.ts';
import { readTar } from '../sources/tar.ts';
import { openZip } from '../sources/zip.ts';

type Context = Pick<ImportContext, 'limits' | 'pace'> & Partial<ImportContext>;
type Archive = Readonly<{
  source: string;
  kind: Exclude<ArchiveKind, 'folder'>;
  sourceName: string;
}>;

/** Whether an archive has a folder a label and is not the corpus; read as far as it takes to tell. */
export async function holdsLabelFolders(archive: Archive, context: Context): Promise<boolean> {
  const names: string[][] = [];
  for await (const name of namesIn(archive, context)) {
    if (parseReviewName(name, archive.sourceName) !== null) return false;
    const parts = textParts(name, archive.sourceName);
    if (parts !== null) names.push(parts);
  }
  return placesOf(names) !== null;
}

/**
 * The texts of an archive with a folder a label. Without a temporary folder nothing is put aside: of a tar archive only the first
 * texts of each folder can be read then.
 */
export async function listArchive(archive: Archive, context: Context): Promise<LabelledFiles> {
  const { temporaryFolder } = context;
  if (archive.kind === 'zip') return listZip(archive, context);
  return temporaryFolder === undefined
    ? listTar(archive, context, keepFirst())
    : listTar(archive, context, keepAll(temporaryFolder));
}

/** The names of the files in an archive, as they stand there. */
export async function* namesIn(
  { source, kind, sourceName }: Archive,
  context: Context,
): AsyncGenerator<string> {
  if (kind === 'zip') {
    const zip = openZip(source, context.limits);
    zip.close();
    for (const { name } of zip.entries) if (!name.endsWith('/')) yield name;
    return;
  }
  for await (const { name, isFolder } of readTar(source, kind === 'tar.gz', sourceName, context)) {
    if (!isFolder) yield name;
  }
}

function listZip({ source, sourceName }: Archive, { limits }: Context): LabelledFiles {
  const zip = openZip(source, limits);
  try {
    const found = zip.entries.flatMap((entry) => {
      const parts = entry.name.endsWith('/') ? null : textParts(entry.name, sourceName);
      return parts === null ? [] : [{ parts, entry }];
    });
    const files = labelled(
      found.map(({ parts }) => parts),
      (index, key) => {
        const entry = found[index]?.entry;
        if (entry === undefined) return null;
        if (entry.size > limits.reviewBytes) throw tooLong(key, sourceName, limits);
        return () => zip.read(entry);
      },
    );
    return { files, close: zip.close };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** What becomes of the bytes of a text: how to read them again, or null. */
type Keeper = Readonly<{
  wants: (folder: string) => boolean;
  keep: (bytes: Buffer) => () => Uint8Array;
  close: () => void;
}>;

async function listTar(
  { source, kind, sourceName }: Archive,
  context: Context,
  keeper: Keeper,
): Promise<LabelledFiles> {
  const names: string[][] = [];
  const reads: (() => Uint8Array)[] = [];
  try {
    for await (const entry of readTar(source, kind === 'tar.gz', sourceName, context)) {
      const parts = entry.isFolder ? null : textParts(entry.name, sourceName);
      if (parts === null) continue;
      if (keeper.wants(parts.slice(0, -1).join('/'))) {
        reads[names.length] = keeper.keep(await entry.read(parts.join('/')));
      }
      names.push(parts);
      const total =
        entry.share < 0.02 ? null : Math.max(names.length, Math.round(names.length / entry.share));
      context.pace.report({ phase: 'reading', done: names.length, total });
    }
    return { files: labelled(names, (index) => reads[index] ?? null), close: keeper.close };
  } catch (error) {
    keeper.close();
    throw error;
  }
}

function keepAll(temporaryFolder: string): Keeper {
  const spill = createSpill(path.join(temporaryFolder, 'reviews.spill'));
  return {
    wants: () => true,
    keep(bytes) {
      const position = spill.append(bytes);
      return () => spill.read(position, bytes.length);
    },
    close: spill.close,
  };
}

const MOST_KEPT_BYTES = 16_000_000;

function keepFirst(): Keeper {
  const counts = new Map<string, number>();
  let kept = 0;
  return {
    wants(folder) {
      const count = counts.get(folder) ?? 0;
      counts.set(folder, count + 1);
      return count < LOOKED_AT.inFolder && kept < MOST_KEPT_BYTES;
    },
    keep(bytes) {
      kept += bytes.length;
      return () => bytes;
    },
    close: () => undefined,
  };
}

/** Null for what is no text in a folder. */
function textParts(name: string, sourceName: string): string[] | null {
  const parts = partsOfName(name, sourceName);
  const folders = parts.slice(0, -1);
  const isLeftOut = folders.some(
    (folder) => folder.startsWith('.') || folder === '__MACOSX' || folder === 'unsup',
  );
  return folders.length > 0 && !isLeftOut && isText(parts.at(-1) ?? '') ? parts : null;
}

type Place = Readonly<{ index: number; split: string | null; label: string; key: string }>;

/** As in a folder on disk (label-folders.ts): labels at the top or under split folders, or all that in one folder. */
function placesOf(names: readonly (readonly string[])[]): Place[] | null {
  const isOneFolder = new Set(names.map(([first]) => first)).size === 1;
  for (const depth of isOneFolder ? [0, 1] : [0]) {
    const places = names.flatMap((parts, index): Place[] => {
      const [split = '', label = ''] = parts.slice(depth);
      const isUnderSplit = parts.length === depth + 3 && splitOfValue(split.toLowerCase()) !== null;
      return isUnderSplit ? [{ index, split, label, key: parts.slice(depth).join('/') }] : [];
    });
    if (places.length > 0) return places;
    const plain = names.flatMap((parts, index): Place[] => {
      const label = parts[depth] ?? '';
      return parts.length === depth + 2
        ? [{ index, split: null, label, key: parts.slice(depth).join('/') }]
        : [];
    });
    if (new Set(plain.map(({ label }) => label)).size > 1) return plain;
  }
  return null;
}

function labelled(
  names: readonly (readonly string[])[],
  readerOf: (index: number, key: string) => LabelledFile['read'],
): LabelledFile[] {
  return (placesOf(names) ?? []).map(({ index, split, label, key }) => ({
    key,
    split,
    label,
    read: readerOf(index, key),
  }));
}
