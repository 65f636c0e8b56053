import path from 'node:path';

import type { Dataset, ImportRequest, SplitName } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import type { Calls, Emit } from '#contract/index.ts';
import { coverageTable, lengthHistogram } from '#core/text/coverage.ts';
import type { CoverageRange } from '#core/text/coverage-range.ts';
import { areLabelsOf, unpackLabels } from '#core/table/label-bits.ts';
import { encodeWords } from '#core/text/encoding.ts';
import { reviewFacts } from '#core/text/review-facts.ts';
import { rankOfId, wordOrRank } from '#core/text/ids.ts';
import * as m from '#messages';

import type { WriteDb } from '../../db/handles.ts';
import { resolveName } from '../resolve.ts';
import type { DatasetsPort, EncodedText, JobsService, Review } from '../services.ts';
import { keptReplaced } from '../backups/place.ts';
import { assertFree } from '../files/write-file.ts';

import {
  adoptBundled,
  placeBundled,
  reviewLines,
  type BundledIdentity,
  type BundledReviews,
  type DatasetIdentity,
  type ReviewSource,
} from './bundled.ts';
import { altered } from './store/content-hash.ts';
import { exportDataset, type ExportedFile, type ExportOptions } from './export.ts';
import {
  importDataset,
  sourceOf,
  type Imported,
  type ImportOptions,
} from './import/import-dataset.ts';
import { findLabelBits, insertLabelBits, readLabels } from './import/labels.ts';
import { assertNameFree, bringBack } from './import/names.ts';
import { assertHere } from './store/not-here.ts';
import { createOpenDatasets } from './store/open-datasets.ts';
import { abandonedFolders, datasetFolder, digestOf, idsFile, removeFolder } from './store/place.ts';
import { previewImport } from './import/preview.ts';
import { coverageRange, profileOf, type Profile } from './quality/profile.ts';
import { afterAll, purgeDatasets } from './store/purge.ts';
import { createReadCounts, type ReadConfig } from './quality/read-counts.ts';
import { sampleSource } from './import/sample-source.ts';
import {
  findDataset,
  findKnown,
  findOrigin,
  listDatasets,
  runIdsDeletedWith,
  runIdsOf,
  setDeleted,
  setName,
  type KnownDataset,
} from './store/store.ts';
import { decodeReview, fitOf, rowsWith, samplesOf, startWord } from './views.ts';

/** What datasets need of runs when a dataset is removed together with them. */
export type RunsOfDatasets = Readonly<{
  /** To the trash; throws `inUse` for one that trains or waits. */
  remove: (runIds: readonly string[], deletedAt: Date) => unknown;
  /** From the trash. */
  restore: (runIds: readonly string[]) => unknown;
}>;

export type DatasetsOptions = Readonly<{
  db: WriteDb;
  home: string;
  emit: Emit;
  now: () => Date;
  runs: RunsOfDatasets;
  jobs: Pick<JobsService, 'start'>;
}>;

export type DatasetsService = Calls<
  'datasets',
  | 'preview'
  | 'startImport'
  | 'coverage'
  | 'lengths'
  | 'fit'
  | 'vocabulary'
  | 'unknown'
  | 'samples'
  | 'find'
  | 'findingRows'
> &
  DatasetsPort &
  Readonly<{
    resolve: (nameOrId: string, options?: Readonly<{ isTrash?: boolean }>) => string;
    /** For the command line: resolves when the dataset is there; `notes` belong with its warnings. */
    import: (request: ImportRequest, options: ImportOptions) => Promise<Imported>;
    importSample: (options: ImportOptions) => Promise<Imported>;
    /** For the command line: lengths and words of the training split at a glance. */
    profile: (datasetId: string) => Promise<Profile>;
    /** At which lengths to ask for `coverage`. */
    coverageRange: (datasetId: string) => Promise<CoverageRange>;
    exportTo: (
      datasetId: string,
      format: 'jsonl' | 'parquet',
      file: string,
      options: ExportOptions,
    ) => Promise<ExportedFile>;
    /** Words by frequency rank (index 0 is unused), null where the word is not known. */
    words: (datasetId: string) => Promise<readonly (string | null)[]>;
    /** Occurrences in the training split by rank, and those of them in positive reviews. */
    wordCounts: (datasetId: string) => Promise<Readonly<{ all: Int32Array; positive: Int32Array }>>;
    /** Occurrences by rank in what a run of a configuration reads of its training reviews. */
    countsRead: (datasetId: string, config: ReadConfig) => Promise<Int32Array>;
    /** Deletes what is in the trash for good, but for datasets that runs in the trash still need; returns how many. */
    emptyTrash: () => number;
    /** What a bundle takes along of a dataset's reviews. */
    bundled: (datasetId: string) => Promise<BundledReviews>;
    /** By its content, in the trash too; null where nothing is known of it. */
    findBundled: (contentHash: string) => KnownDataset | null;
    /** Labels of reviews that are not here (core/table/label-bits.ts), as a bundle brought them; null where none has, or they are damaged. */
    labelBits: (datasetId: string, split: SplitName) => Uint8Array | null;
    /** In place of those that are there, which are the same or damaged. */
    keepLabelBits: (datasetId: string, split: SplitName, bits: Uint8Array) => void;
    /** The files of a dataset from a bundle's reviews, checked to be those that its identity names. */
    placeBundled: (
      identity: BundledIdentity,
      source: ReviewSource,
      signal: AbortSignal,
    ) => Promise<void>;
    /** Its row, in the transaction that brings its runs: new, back from the trash, or with the reviews just placed. */
    adoptBundled: (
      identity: DatasetIdentity,
      hasReviews: boolean,
    ) => Readonly<{ datasetId: string; isNew: boolean }>;
    close: () => void;
  }>;

export function createDatasetsService({
  db,
  home,
  emit,
  now,
  runs,
  jobs,
}: DatasetsOptions): DatasetsService {
  abandonedFolders(home, now()).forEach(removeFolder);
  const files = createOpenDatasets(home);

  const known = (datasetId: string): Dataset => {
    const dataset = findDataset(db, datasetId);
    if (dataset !== null) return dataset;
    throw new AppError('notFound', m.datasets_unknown({ datasetId }));
  };
  const here = (datasetId: string): Dataset => {
    const dataset = known(datasetId);
    assertHere(dataset);
    return dataset;
  };
  const readCounts = createReadCounts((dataset) => files.encodedPath(dataset, 'lately'));
  const use = async (datasetId: string) => files.use(here(datasetId));
  const runImport = async (source: Parameters<typeof importDataset>[2], options: ImportOptions) => {
    const imported = await importDataset(db, home, source, now, options);
    // Its words may just have been filled in.
    files.forget(imported.dataset.contentHash);
    return imported;
  };

  const startImport = (source: string, file: Parameters<typeof importDataset>[2]) =>
    jobs.start({
      kind: 'datasetImport',
      subject: { source },
      cancelled: m.datasets_import_cancelled,
      async work(signal, onProgress) {
        const { dataset, notes } = await runImport(file, { signal, onProgress });
        const { datasetId } = dataset;
        emit('datasets.changed', { datasetId });
        return { datasetId, notes: notes.length === 0 ? null : notes.join(' ') };
      },
    });

  const exportTo: DatasetsService['exportTo'] = async (datasetId, format, file, options) => {
    const dataset = here(datasetId);
    return exportDataset(dataset, await files.use(dataset), format, path.resolve(file), options);
  };

  return {
    get: ({ datasetId }) => known(datasetId),
    list: ({ isTrash = false }) => listDatasets(db, { isTrash }),
    resolve(nameOrId, { isTrash = false } = {}) {
      const named = (ofTrash: boolean) =>
        listDatasets(db, { isTrash: ofTrash }).map(({ datasetId, name }) => ({
          id: datasetId,
          name,
        }));
      return resolveName('dataset', nameOrId, named(isTrash), {
        items: () => named(!isTrash),
        sentence: isTrash ? m.datasets_not_in_trash : m.datasets_in_trash,
      });
    },
    import: async (request, options) => runImport(await sourceOf(request, options), options),
    importSample: async (options) => runImport(sampleSource(), options),
    preview: previewImport,
    async startImport(request) {
      const source = await sourceOf(request, { signal: new AbortController().signal });
      return startImport(request.path, source);
    },
    origin({ datasetId }) {
      known(datasetId);
      return findOrigin(db, datasetId);
    },
    rename({ datasetId, name }) {
      known(datasetId);
      assertNameFree(db, datasetId, name);
      setName(db, datasetId, name);
      emit('datasets.changed', { datasetId });
      return known(datasetId);
    },
    startSample: () => startImport('synthetic', sampleSource()),

    encodedPath: async (datasetId, checked) => files.encodedPath(here(datasetId), checked),
    async labels(datasetId, split) {
      const dataset = known(datasetId);
      const bits = dataset.isHere ? null : findLabelBits(db, datasetId, split);
      if (bits !== null) {
        const facts = dataset.splits[split];
        if (facts === undefined || !areLabelsOf(bits, facts)) throw altered(dataset.contentHash);
        return unpackLabels(bits, facts.count);
      }
      assertHere(dataset);
      return readLabels(await files.encodedPath(dataset, 'lately'), split);
    },
    hasLabels: (datasetId, split) =>
      known(datasetId).isHere || findLabelBits(db, datasetId, split) !== null,
    async encodeText(datasetId, text): Promise<EncodedText> {
      const dataset = here(datasetId);
      if (!dataset.hasWords) {
        throw new AppError('invalid', m.datasets_no_words({ name: dataset.name }));
      }
      const { documents, tokenize } = await files.use(dataset);
      const words = tokenize(text);
      return { words: [startWord, ...words], ids: encodeWords(words, documents.rankOf) };
    },
    async review(datasetId: string, split: SplitName, row: number): Promise<Review> {
      const { text, label, words, ids } = decodeReview(await use(datasetId), split, row);
      return { text, label, words, ids };
    },

    async reviewFacts(datasetId, split, choice) {
      const { encoded, documents } = await use(datasetId);
      return {
        ...reviewFacts(encoded.offsets(split), encoded.tokens(split), choice),
        ratings: documents.ratings(split),
      };
    },

    async coverage({ datasetId, from, to, step }) {
      if (to < from) throw new AppError('invalid', m.datasets_lengths_reversed(), { field: 'to' });
      if ((to - from) / step > 10_000) {
        throw new AppError('invalid', m.datasets_lengths_too_many(), { field: 'step' });
      }
      const { encoded } = await use(datasetId);
      return coverageTable(encoded.lengths('train'), { from, to, step });
    },
    profile: async (datasetId) => profileOf(await use(datasetId)),
    coverageRange: async (datasetId) => coverageRange(await use(datasetId)),
    async lengths({ datasetId, binWidth, bins }) {
      const { encoded } = await use(datasetId);
      return lengthHistogram(encoded.lengths('train'), binWidth, Math.max(1, bins));
    },
    async fit({ datasetId, maxLength, numWords }) {
      return fitOf(await use(datasetId), maxLength, numWords);
    },
    async vocabulary({ datasetId, offset, count, search, order = 'frequent', numWords }) {
      const { documents } = await use(datasetId);
      const wanted =
        search === undefined || search.trim() === '' ? null : search.trim().toLowerCase();
      const lastRank = numWords === undefined ? null : rankOfId(numWords - 1);
      const { total, rows } = documents.vocabularyPage({
        offset,
        count,
        search: wanted,
        order,
        lastRank,
      });
      return {
        total,
        rows: rows.map(({ word, rank, count, logOdds, zScore }) => ({
          word: wordOrRank(word, rank),
          rank,
          count,
          logOdds,
          zScore,
        })),
      };
    },
    async unknown({ datasetId, numWords }) {
      return (await use(datasetId)).unknownShares(numWords);
    },
    async samples({ datasetId, ...request }) {
      const dataset = here(datasetId);
      return samplesOf(await files.use(dataset), dataset.hasTexts, request);
    },

    async find({ datasetId, split, search }) {
      const dataset = known(datasetId);
      return {
        rows: [...(await rowsWith(await files.use(dataset), dataset.hasTexts, split, search))],
      };
    },

    async findingRows({ datasetId, kind, split, offset, count }) {
      const dataset = here(datasetId);
      const { documents } = await files.use(dataset);
      const page = documents.findingRows({ kind, split, offset, count });
      if (page !== null) return page;
      const rows = dataset.findings.find(
        (finding) =>
          finding.kind === kind && (split === null || finding.rows?.[0]?.split === split),
      )?.rows;
      return {
        total: rows?.length ?? 0,
        rows: documents.labelled(rows?.slice(offset, offset + count) ?? []),
      };
    },

    exportTo,
    startExport({ datasetId, format, path: file, isForced }) {
      here(datasetId);
      const target = path.resolve(file);
      assertFree(target, isForced);
      return jobs.start({
        kind: 'datasetExport',
        subject: { datasetId, path: target },
        cancelled: m.datasets_export_cancelled,
        work: (signal, onProgress) =>
          exportTo(datasetId, format, target, {
            isForced,
            signal,
            onProgress: (done, total) => {
              onProgress({ phase: 'writing', done, total });
            },
          }),
      });
    },
    remove({ datasetId, withRuns }) {
      const dataset = known(datasetId);
      const runIds = runIdsOf(db, datasetId);
      if (runIds.length > 0 && !withRuns) {
        throw new AppError(
          'inUse',
          m.datasets_in_use({ count: runIds.length, name: dataset.name }),
        );
      }
      // One time for all of them tells which runs went with it.
      const deletedAt = now();
      if (runIds.length > 0) runs.remove(runIds, deletedAt);
      setDeleted(db, datasetId, deletedAt);
      emit('datasets.changed', { datasetId });
      return { runIds };
    },
    words: async (datasetId) => (await use(datasetId)).documents.words(),
    async wordCounts(datasetId) {
      const { documents } = await use(datasetId);
      return { all: documents.counts(), positive: documents.positiveCounts() };
    },
    countsRead: async (datasetId, config) => readCounts(here(datasetId), config),
    emptyTrash() {
      const kept = keptReplaced(home);
      if (kept !== undefined)
        throw new AppError('inUse', m.datasets_trash_kept({ replacedId: kept.backupId }));
      const removed = purgeDatasets(db, home, afterAll);
      for (const datasetId of removed) emit('datasets.changed', { datasetId });
      return removed.length;
    },
    restore({ datasetId }) {
      const runIds = runIdsDeletedWith(db, datasetId);
      const dataset = known(datasetId);
      if (dataset.deletedAt !== null) bringBack(db, dataset);
      if (runIds.length > 0) runs.restore(runIds);
      emit('datasets.changed', { datasetId });
      return known(datasetId);
    },
    async bundled(datasetId) {
      const dataset = here(datasetId);
      const open = await files.use(dataset);
      const { contentHash, hasTexts, hasWords } = dataset;
      return {
        encodedHash: await digestOf(idsFile(datasetFolder(home, contentHash))),
        reviews: () => reviewLines(dataset, open),
        words: hasWords && !hasTexts ? open.documents.words() : null,
      };
    },
    findBundled: (contentHash) => findKnown(db, contentHash),
    labelBits(datasetId, split) {
      const bits = findLabelBits(db, datasetId, split);
      const facts = known(datasetId).splits[split];
      return bits !== null && facts !== undefined && areLabelsOf(bits, facts) ? bits : null;
    },
    keepLabelBits: (datasetId, split, bits) => {
      insertLabelBits(db, datasetId, split, bits);
    },
    async placeBundled(identity, source, signal) {
      await placeBundled(home, identity, source, signal);
      files.forget(identity.contentHash);
    },
    adoptBundled: (identity, hasReviews) => adoptBundled(db, home, identity, hasReviews),
    close: files.close,
  };
}
