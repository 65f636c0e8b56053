import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import { formats } from '#contract/dataset-formats.ts';
import type {
  Dataset,
  Finding,
  ImportProgress,
  ImportRequest,
  Origin,
  Reading,
  TextPipeline,
} from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { withControls } from '#contract/name.ts';
import { createTokenizer, isKerasPipeline, pipelineOf } from '#core/text/pipeline.ts';
import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { WriteDb } from '../../../db/handles.ts';

import { sayFinding, type NewFinding } from '../quality/findings.ts';
import { buildDataset, type BuiltDataset } from './build.ts';
import { digestOfDocuments, fillWords, isSoundDocuments } from '../store/documents.ts';
import { readAclImdb } from '../importers/folders/aclimdb.ts';
import { detectSource, type TableSource } from '../importers/detect.ts';
import { dropReviews } from '../importers/drop/drop.ts';
import {
  createPace,
  type Pace,
  defaultLimits,
  type ImportContext,
  type ImportLimits,
  type RawDocument,
} from '../importers/importer.ts';
import { readKerasNpz, readWordIndex } from '../importers/formats/keras-npz.ts';
import { readLabelled } from '../importers/columns/labelled.ts';
import { assertFits, openTable } from '../importers/open-table.ts';
import { sayUnread, stampOf, whileUnchanged } from '../importers/sources/source-file.ts';
import {
  createTemporaryFolder,
  datasetFolder,
  documentsFile,
  folderSize,
  idsFile,
  isSameFile,
  removeFolder,
  sealFile,
  syncToDisk,
} from '../store/place.ts';
import { isSound, seal } from '../store/seal.ts';
import { bringBack, freeName } from './names.ts';
import { findByContent, insertDataset, setOrigin, setWords } from '../store/store.ts';

/** What there is to import: a name, a format, and the reviews as they come. */
export type DatasetSource = Readonly<{
  /** As it was asked for; null for the built-in sample. */
  request: ImportRequest | null;
  name: string;
  /** Of the file or folder, for sentences. */
  fileName: string;
  format: Dataset['format'];
  wordIndex: ReadonlyMap<number, string> | null;
  pipeline: TextPipeline;
  read: (context: ImportContext, note: (finding: NewFinding) => void) => AsyncIterable<RawDocument>;
}>;

export type ImportOptions = Readonly<{
  signal: AbortSignal;
  onProgress: (progress: ImportProgress) => void;
  limits?: ImportLimits;
}>;

export type Imported = Readonly<{
  dataset: Dataset;
  /** Whether its content was there before this import; name and format are then those of the first one. */
  isKnown: boolean;
  /** What happened to a dataset that was there before. */
  notes: readonly string[];
  /** What this import found; of a new dataset, its own findings. */
  findings: readonly Finding[];
  /** Both null for the built-in sample. */
  origin: Origin;
}>;

/**
 * Imports whole or not at all: the dataset's files are built in a temporary folder of the home, renamed into place, and only
 * then the row is written. What is there already is found by its content.
 */
export async function importDataset(
  db: WriteDb,
  home: string,
  source: DatasetSource,
  now: () => Date,
  { signal, onProgress, limits = defaultLimits }: ImportOptions,
): Promise<Imported> {
  const temporaryFolder = createTemporaryFolder(home);
  try {
    const pace = createPace(signal, onProgress);
    const noted: NewFinding[] = [];
    let reading: Reading | null = null;
    const took = (how: Reading): void => {
      reading = how;
    };
    const context: ImportContext = { pace, temporaryFolder, limits, took };
    const reviews = source.read(context, (finding) => noted.push(finding));
    const built = await buildDataset(
      reviews,
      temporaryFolder,
      source.wordIndex,
      source.pipeline,
      context,
    );
    assertUsable(built, source, noted);
    signal.throwIfAborted();
    const folder = datasetFolder(home, built.contentHash);
    const before = findByContent(db, built.contentHash);
    const isDamaged =
      before !== null && !(await isWhole(folder, temporaryFolder, built.hasTexts, pace));
    const hidden: readonly Finding['kind'][] = source.format === 'sample' ? ofSynthetic : [];
    const found = [...noted, ...built.findings.filter(({ kind }) => !hidden.includes(kind))];
    const findings = found.map(sayFinding);
    const origin = { request: source.request, reading };
    await makeReady(temporaryFolder);
    // In one step, for other imports of the same content and for the emptying of the trash.
    const { known, isRebuilt } = db
      .transaction(() => {
        const known = findByContent(db, built.contentHash);
        if (known !== null && known.deletedAt !== null) bringBack(db, known);
        if (known !== null && !isDamaged && existsSync(folder)) return { known, isRebuilt: false };
        putInPlace(home, temporaryFolder, built.contentHash);
        if (known !== null) return { known, isRebuilt: true };
        const dataset = {
          datasetId: built.contentHash.slice(0, ID_DIGITS),
          name: freeName(db, source.name),
          format: source.format,
          contentHash: built.contentHash,
          splits: built.splits,
          findings: found,
          pipeline: source.pipeline,
          hasTexts: built.hasTexts,
          hasWords: built.hasWords,
          vocabularySize: built.vocabularySize,
          sizeBytes: folderSize(folder),
          createdAt: now().toISOString(),
        };
        insertDataset(db, dataset, origin);
        return { known, isRebuilt: false };
      })
      .immediate();
    await syncToDisk(path.dirname(folder));
    if (known !== null) {
      const outcome = await again(db, home, known, source, origin, isRebuilt ? built : null);
      return { ...outcome, findings, origin };
    }
    const dataset = findByContent(db, built.contentHash);
    if (dataset === null) throw new Error('The dataset was not stored.');
    const { name } = dataset;
    const notes =
      name === source.name ? [] : [m.datasets_name_taken({ wanted: source.name, name })];
    return { dataset, isKnown: false, notes, findings, origin };
  } finally {
    removeFolder(temporaryFolder);
  }
}

/** What a request names; throws for a path that cannot be imported before anything is written. */
export async function sourceOf(
  request: ImportRequest,
  options: Pick<ImportOptions, 'signal' | 'limits'>,
): Promise<DatasetSource> {
  const file = path.resolve(request.path);
  try {
    const stamp = stampOf(file);
    const source = await openSource(file, request, options);
    return {
      ...source,
      request: {
        ...request,
        path: file,
        ...(request.wordIndexPath === undefined
          ? {}
          : { wordIndexPath: path.resolve(request.wordIndexPath) }),
      },
      read: (context, note) =>
        whileUnchanged(file, stamp, context.pace.signal, source.read(context, note)),
    };
  } catch (error) {
    throw sayUnread(error, file);
  }
}

async function openSource(
  file: string,
  request: ImportRequest,
  { signal, limits = defaultLimits }: Pick<ImportOptions, 'signal' | 'limits'>,
): Promise<DatasetSource> {
  const pace = createPace(signal, () => undefined);
  const detected = await detectSource(file, request.format, { limits, pace });
  const fileName = path.basename(file);
  const name =
    request.name ?? withControls(fileName.replace(knownExtensions, ''), () => ' ').trim();
  assertFits(request, detected.format, fileName);
  const wordIndex =
    request.wordIndexPath === undefined ? null : readWordIndex(path.resolve(request.wordIndexPath));
  const pipeline = pipelineOf(request);
  if (detected.format === 'keras-npz' && !isKerasPipeline(pipeline)) {
    throw new AppError('invalid', m.datasets_ids_have_no_pipeline({ file: fileName }), {
      field: 'pipeline',
    });
  }
  const { drop = [], dropWords = [] } = request;
  const read: DatasetSource['read'] = (context, note) => {
    if (detected.format !== 'keras-npz' && detected.format !== 'aclimdb')
      return readTable(file, detected, request, context, note);
    const reviews =
      detected.format === 'keras-npz'
        ? readKerasNpz(file, request.ids ?? 'ranks', context, note)
        : readAclImdb(file, detected.kind, fileName, context, note);
    if (drop.length + dropWords.length === 0) return reviews;
    return dropReviews(reviews, request, fileName, createTokenizer(pipeline), context, note);
  };
  return { request, name, fileName, format: detected.format, wordIndex, pipeline, read };
}

async function* readTable(
  file: string,
  source: TableSource,
  request: ImportRequest,
  context: ImportContext,
  note: (finding: NewFinding) => void,
): AsyncGenerator<RawDocument> {
  const table = await openTable(file, source, request, context);
  try {
    yield* readLabelled(table, request, context, note);
  } finally {
    table.close?.();
  }
}

const endings = Object.values(formats).flatMap((format) => ['tar', 'txt', ...format.endings]);
const oneOf = endings.join('|');
const knownExtensions = new RegExp(`(\\.(${oneOf}))?\\.(gz|tgz|zip|${oneOf})$`, 'i');

export const ID_DIGITS = 12;
/** The synthetic corpus is made of words that tell, and of few sentences. */
const ofSynthetic: readonly Finding['kind'][] = ['givenAway', 'nearCopies', 'nearCopiesWithin'];

function assertUsable(
  built: BuiltDataset,
  { name, fileName }: DatasetSource,
  noted: readonly NewFinding[],
): void {
  const count = built.splits.train.count;
  const isDrawn = noted.some(({ kind }) => kind === 'drawn');
  if (isDrawn && count > 0 && built.splits.test.count === 0) {
    throw new AppError('badInput', m.datasets_too_few_to_split({ source: fileName, count }), {
      field: 'path',
    });
  }
  for (const split of ['train', 'test'] as const) {
    if (built.splits[split].count === 0) {
      throw new AppError('badInput', m.datasets_split_empty({ name, split: splitWord(split) }));
    }
  }
}

/** What an import built, on the disk and without its scratch files. */
export async function makeReady(temporaryFolder: string): Promise<void> {
  for (const name of readdirSync(temporaryFolder)) {
    if (name.endsWith('.spill')) rmSync(path.join(temporaryFolder, name));
  }
  await syncToDisk(temporaryFolder);
}

export function putInPlace(home: string, temporaryFolder: string, contentHash: string): void {
  const folder = datasetFolder(home, contentHash);
  // A folder without a row is what a crash between rename and row left: same content, so ours replaces it.
  removeFolder(folder);
  renameSync(temporaryFolder, folder);
}

/** Whether a dataset's files are there and hold what an import of the same content has just built in `fresh`. */
async function isWhole(
  folder: string,
  fresh: string,
  hasTexts: boolean,
  pace: Pace,
): Promise<boolean> {
  const digest = (of: string): Promise<string> =>
    digestOfDocuments(documentsFile(of), { hasTexts }, pace);
  return (
    isSoundDocuments(documentsFile(folder)) &&
    (await isSound(documentsFile(folder))) &&
    (await isSameFile(idsFile(folder), idsFile(fresh))) &&
    (await digest(folder)) === (await digest(fresh))
  );
}

/**
 * The same content once more: nothing is added, but a word index is taken in. The trash has given it back (`known` is from before
 * that), and damaged files were replaced by those of `rebuilt`.
 */
async function again(
  db: WriteDb,
  home: string,
  known: Dataset,
  { request, wordIndex }: DatasetSource,
  origin: Origin,
  rebuilt: BuiltDataset | null,
): Promise<Pick<Imported, 'dataset' | 'isKnown' | 'notes'>> {
  const { datasetId, contentHash } = known;
  const notes = [m.datasets_known({ name: known.name, datasetId })];
  const wanted = request?.name;
  if (wanted !== undefined && wanted !== known.name) {
    notes.push(m.datasets_name_kept({ name: known.name }));
  }
  // Its file may have moved since.
  if (request !== null) setOrigin(db, datasetId, origin);
  if (known.deletedAt !== null) notes.push(m.datasets_back());
  const folder = datasetFolder(home, contentHash);
  if (rebuilt !== null) {
    setWords(db, datasetId, rebuilt.hasWords, folderSize(folder));
    notes.push(m.datasets_repaired());
    if (known.hasWords && !rebuilt.hasWords) notes.push(m.datasets_words_lost());
  } else if (wordIndex !== null && !known.hasWords) {
    const file = documentsFile(folder);
    rmSync(sealFile(file), { force: true });
    fillWords(file, wordIndex);
    await seal(file);
    setWords(db, datasetId, true, folderSize(folder));
    notes.push(m.datasets_words_filled());
  }
  const dataset = findByContent(db, contentHash);
  if (dataset === null) throw new Error('The dataset vanished while it was imported.');
  return { dataset, isKnown: true, notes };
}
