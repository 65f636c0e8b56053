import { constants, copyFileSync, createReadStream, existsSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import type { BundleProgress, ExportedBundle, LackingPart } from '#contract/bundle.ts';
import type { Dataset, SplitName } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import type { Run } from '#contract/run.ts';
import { packLabels } from '#core/table/label-bits.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import { getBlob, hasBlob, isStandIn } from '../../db/blobs.ts';
import { DamagedError } from '../../db/damage.ts';
import type { Databases } from '../../db/open.ts';
import { createPace } from '../datasets/importers/importer.ts';
import { createTemporaryFolder, removeFolder } from '../datasets/store/place.ts';
import { storedFindings } from '../datasets/store/store.ts';
import type { DatasetsService } from '../datasets/service.ts';
import { isUnderway } from '../runs/train/follow.ts';
import { runFolder } from '../runs/store/places.ts';
import { labelSplitOf } from '../runs/results/predictions.ts';
import { isSound } from '../runs/store/rows.ts';
import { reasonColumn } from '../runs/store/store.ts';
import type { BundleOptions, RunsService } from '../services.ts';
import { linkedTo, putInPlace, removeLeftovers, temporaryOf } from '../files/in-place.ts';
import { assertFree, withPath } from '../files/write-file.ts';
import { measure, writeArchive, type Chunks, type Part } from './archive.ts';
import {
  blobName,
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  fileName,
  labelsName,
  recordName,
  reviewsName,
  runFiles,
  wordsName,
  type DatasetIdentity,
  type Entry,
  type Manifest,
} from './manifest.ts';
import { blobsOf, encodeRecord, type RunRecord, withoutLost } from './record.ts';
import { inOrder, readExperiments, readRecord } from './store.ts';
import { claimedHash, expectedFiles, weightsHashOfFile } from './weights.ts';

export type ExportParts = Readonly<{
  databases: Databases;
  home: string;
  runs: Pick<RunsService, 'get'>;
  datasets: Pick<DatasetsService, 'get' | 'bundled' | 'labels' | 'hasLabels'>;
  now: () => Date;
  twofoldVersion: string;
}>;

/** Throws where these runs cannot be written to this file. */
export function assertExportable(
  { runs }: Pick<ExportParts, 'runs'>,
  {
    runIds,
    path: file,
    isForced,
  }: Readonly<{ runIds: readonly string[]; path: string; isForced: boolean }>,
): void {
  for (const runId of runIds) {
    const { name, state, deletedAt, config } = runs.get({ runId });
    if (deletedAt !== null) throw new AppError('notFound', m.runs_in_trash({ name }));
    // Its results are still being made: a pause leaves a whole state, a moment in between does not.
    if (isUnderway(state))
      throw new AppError('inUse', m.bundles_underway({ name, state: stateWord(state) }));
    if (!isSound(config)) throw new AppError('storage', m.runs_settings_damaged({ name }));
  }
  assertFree(file, isForced);
}

type BundleRequest = Readonly<{
  runIds: readonly string[];
  path: string;
  withData: boolean;
  isForced: boolean;
  /** A task of a cluster, which has one run, needs no plan of thousands. */
  isWithoutPlan?: boolean;
}>;

/**
 * Writes everything of the runs to one file; whole or not at all. Every part is checked by its hash before it is written: what is
 * missing or damaged in this home is left out, and `lacking` names it with its run.
 */
export async function exportBundle(
  parts: ExportParts,
  request: BundleRequest,
  options: BundleOptions,
): Promise<ExportedBundle> {
  assertExportable(parts, request);
  return writeBundle(
    parts,
    request,
    (run) => storedOf(parts, run),
    options,
    () => {
      // Somebody may have put a file there meanwhile, or gone on with a run.
      assertExportable(parts, request);
    },
  );
}

/**
 * The same of one run while it waits or trains, as if it had been interrupted just now: from there it goes on elsewhere. A file that
 * is there is replaced.
 */
export async function exportMoment(
  parts: ExportParts,
  { runId, path: file }: Readonly<{ runId: string; path: string }>,
  options: BundleOptions,
): Promise<ExportedBundle> {
  const { home, databases } = parts;
  const folder = createTemporaryFolder(home);
  try {
    // The files before the rows: what a checkpoint knows is in the database already.
    for (const name of runFiles) copyIfThere(path.join(runFolder(home, runId), name), folder, name);
    const whole = readRecord(databases.main, runId);
    const run = {
      ...whole.run,
      state: 'interrupted' as const,
      reason: reasonColumn({ kind: 'stillTraining' }),
    };
    const record = { ...whole, run };
    const request = {
      ...{ runIds: [runId], path: file, withData: false },
      ...{ isForced: true, isWithoutPlan: true },
    };
    return await writeBundle(parts, request, () => ({ record: () => record, folder }), options);
  } finally {
    removeFolder(folder);
  }
}

function copyIfThere(file: string, folder: string, name: string): void {
  try {
    copyFileSync(file, path.join(folder, name), constants.COPYFILE_FICLONE);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Where a run's rows and files are read. */
type Stored = Readonly<{ record: () => RunRecord; folder: string }>;

const storedOf = ({ databases, home }: ExportParts, run: Run): Stored => ({
  record: () => readRecord(databases.main, run.runId),
  folder: runFolder(home, run.runId),
});

async function writeBundle(
  parts: ExportParts,
  request: BundleRequest,
  stored: (run: Run) => Stored,
  { signal, onProgress }: BundleOptions,
  assertStill: () => void = () => undefined,
): Promise<ExportedBundle> {
  const file = request.path;
  const pace = createPace(signal, () => undefined);
  const counted = createCounter(onProgress);
  /** Others are served between the pieces. */
  const paced = async function* (chunks: Chunks): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      await pace.breathe();
      yield chunk;
    }
  };

  const contents = await contentsOf(parts, request, stored, async () => {
    await pace.breathe();
  });
  const entries: Entry[] = [];
  for (const { known, ...part } of contents.parts) {
    entries.push(
      known ??
        (await measure({ ...part, chunks: () => paced(part.chunks()) }, signal, (count) => {
          counted.add('checking', count, null);
        })),
    );
  }
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const manifest: Manifest = {
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    twofold: parts.twofoldVersion,
    schema: Number(parts.databases.main.pragma('user_version', { simple: true })),
    createdAt: parts.now().toISOString(),
    ...contents.manifest,
    entries,
  };
  const target = linkedTo(file);
  const temporary = temporaryOf(target);
  try {
    await writeArchive(
      temporary,
      manifest,
      contents.parts.map((part) => ({ ...part, chunks: () => paced(part.chunks()) })),
      signal,
      (count) => {
        counted.add('writing', count, total);
      },
    );
    assertStill();
    putInPlace(temporary, target, request.isForced);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw withPath(error, target);
  }
  removeLeftovers(target);
  const { lacking } = contents;
  const lost = lacking.reduce((sum, { part, count }) => (part === 'blobs' ? sum + count : sum), 0);
  return { path: file, bytes: statSync(file).size, lost, lacking: [...lacking] };
}

type KnownPart = Part & Readonly<{ known?: Entry }>;

async function contentsOf(
  parts: ExportParts,
  { runIds, withData, isWithoutPlan = false }: BundleRequest,
  stored: (run: Run) => Stored,
  breathe: () => Promise<void>,
): Promise<
  Readonly<{
    manifest: Pick<Manifest, 'runs' | 'experiments' | 'datasets'>;
    parts: readonly KnownPart[];
    lacking: readonly LackingPart[];
  }>
> {
  const { databases, runs, datasets } = parts;
  const db = databases.main;
  const ordered = inOrder(db, runIds).map((runId) => runs.get({ runId }));

  const records: KnownPart[] = [];
  const files: KnownPart[] = [];
  const blobs = new Map<string, KnownPart>();
  /** By dataset, the splits of which its runs have judged reviews. */
  const judged = new Map<string, Set<SplitName>>();
  const blobStates = new Map<string, BlobState>();
  const lacking: LackingPart[] = [];
  for (const run of ordered) {
    const { runId, name } = run;
    const lacks = (part: LackingPart['part'], state: LackingPart['state'], count = 1): unknown =>
      count > 0 && lacking.push({ runId, name, part, state, count });
    const { record, folder } = stored(run);
    const whole = record();
    for (const hash of blobsOf(whole).keys()) {
      if (blobStates.has(hash)) continue;
      await breathe();
      blobStates.set(hash, blobState(databases.blobs, hash));
    }
    const kept = (): RunRecord => withoutLost(record(), (hash) => blobStates.get(hash) === 'sound');
    records.push({
      name: recordName(runId),
      *chunks() {
        yield encodeRecord(kept());
      },
    });
    for (const file of runFiles) {
      const source = path.join(folder, file);
      if (!existsSync(source)) {
        if (expectedFiles(whole).includes(file)) lacks(file, 'missing');
        continue;
      }
      const claimed = claimedHash(whole.run, file);
      const hash = await weightsHashOfFile(source, run.config);
      if (hash === null || (claimed !== null && hash !== claimed)) {
        lacks(file, 'damaged');
        continue;
      }
      files.push({
        name: fileName(runId, file),
        chunks: () => createReadStream(source, { highWaterMark: 1_048_576 }),
      });
    }
    const states = [...blobsOf(whole).keys()].map((hash) => blobStates.get(hash));
    for (const state of ['missing', 'damaged'] as const) {
      lacks('blobs', state, states.filter((of) => of === state).length);
    }
    const first = kept();
    const splits = judged.get(run.dataset) ?? new Set();
    judged.set(run.dataset, splits);
    for (const { split } of first.predictions) splits.add(labelSplitOf(split, run.config));
    for (const [hash, bytes] of blobsOf(first)) {
      const name = blobName(hash);
      blobs.set(hash, {
        name,
        known: { name, bytes, sha256: hash },
        *chunks() {
          yield new Uint8Array(getBlob(databases.blobs, hash));
        },
      });
    }
  }

  const labels: KnownPart[] = [];
  const reviews: KnownPart[] = [];
  const identities: DatasetIdentity[] = [];
  for (const datasetId of new Set(ordered.map((run) => run.dataset))) {
    const dataset = datasets.get({ datasetId });
    const bundled = withData ? await datasets.bundled(datasetId) : null;
    identities.push({
      ...identityOf(dataset, storedFindings(db, datasetId)),
      encodedHash: bundled?.encodedHash ?? null,
    });
    const { contentHash } = dataset;
    if (bundled === null) {
      for (const split of [...(judged.get(datasetId) ?? [])].toSorted()) {
        const bits = await labelBitsOf(datasets, datasetId, split);
        if (bits !== null)
          labels.push({ name: labelsName(contentHash, split), chunks: () => [bits] });
      }
      continue;
    }
    reviews.push({ name: reviewsName(contentHash), chunks: bundled.reviews });
    const { words } = bundled;
    if (words === null) continue;
    reviews.push({
      name: wordsName(contentHash),
      chunks: () => [Buffer.from(JSON.stringify(words))],
    });
  }

  const experimentIds = [...new Set(ordered.flatMap((run) => run.experimentId ?? []))];
  return {
    manifest: {
      runs: ordered.map(({ runId, name, datasetHash, experimentId }) => ({
        runId,
        name,
        datasetHash,
        experimentId,
      })),
      experiments: readExperiments(
        db,
        experimentIds,
        isWithoutPlan ? null : parts.now().toISOString(),
      ),
      datasets: identities,
    },
    parts: [...records, ...files, ...labels, ...reviews, ...blobs.values()],
    lacking,
  };
}

type BlobState = 'sound' | LackingPart['state'];

/** Where the whole file is damaged, reading of it says so, and what to do first. */
function blobState(db: Databases['blobs'], hash: string): BlobState {
  if (!isStandIn(db) && !hasBlob(db, hash)) return 'missing';
  try {
    getBlob(db, hash);
    return 'sound';
  } catch (error) {
    if (isStandIn(db) || !(error instanceof DamagedError)) throw error;
    return 'damaged';
  }
}

/** Null where neither the reviews nor their labels are here, or they cannot be read: nothing else of a run needs them. */
async function labelBitsOf(
  datasets: ExportParts['datasets'],
  datasetId: string,
  split: SplitName,
): Promise<Uint8Array | null> {
  if (!datasets.hasLabels(datasetId, split)) return null;
  try {
    return packLabels(await datasets.labels(datasetId, split));
  } catch {
    return null;
  }
}

function identityOf(
  dataset: Dataset,
  findings: DatasetIdentity['findings'],
): Omit<DatasetIdentity, 'encodedHash'> {
  const { name, format, contentHash, splits, pipeline } = dataset;
  const { hasTexts, hasWords, vocabularySize, createdAt } = dataset;
  return {
    name,
    format,
    contentHash,
    splits,
    findings,
    pipeline,
    hasTexts,
    hasWords,
    vocabularySize,
    createdAt,
  };
}

/** Tells of bytes at most ten times a second. */
export function createCounter(onProgress: (progress: BundleProgress) => void): Readonly<{
  add: (phase: BundleProgress['phase'], count: number, total: number | null) => void;
}> {
  let phase: BundleProgress['phase'] | null = null;
  let done = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    add(now, count, total) {
      if (phase !== now) {
        done = 0;
        saidAt = Number.NEGATIVE_INFINITY;
      }
      phase = now;
      done += count;
      if (performance.now() - saidAt < 100 && done !== total) return;
      saidAt = performance.now();
      onProgress({ phase: now, done, total });
    },
  };
}
