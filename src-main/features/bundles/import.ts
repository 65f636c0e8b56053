import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { constants, gunzipSync } from 'node:zlib';

import type { ImportedBundle, LackingPart } from '#contract/bundle.ts';
import type { SplitName } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { readStoredConfig } from '#contract/run-config.ts';
import { areLabelsOf } from '#core/table/label-bits.ts';
import * as m from '#messages';

import { putBlob } from '../../db/blobs.ts';
import type { Databases } from '../../db/open.ts';
import { createTemporaryFolder, removeFolder, syncToDisk } from '../datasets/store/place.ts';
import type { DatasetsService } from '../datasets/service.ts';
import { diskBytesOf } from '../runs/store/disk-use.ts';
import { runFolder } from '../runs/store/places.ts';
import { syncFolder } from '../runs/start/start-weights.ts';
import type { ImportOptions } from '../services.ts';
import { beginOf, isGzip, noBundle, readArchive, type Sink } from './archive.ts';
import { createCounter } from './export.ts';
import { recordFile, replacedRun } from './killed-imports.ts';
import {
  fileName,
  kindOf,
  MANIFEST_NAME,
  runFiles,
  type BundledRun,
  type DatasetIdentity,
  type Entry,
  type EntryKind,
  type Manifest,
} from './manifest.ts';
import { decide, type Decision } from './merge.ts';
import { blobsOf, decodeRecord, type RunRecord } from './record.ts';
import {
  findLocal,
  insertExperimentRecord,
  insertRecord,
  keepPlan,
  keyOf,
  replaceResults,
  setDiskBytes,
  setElsewhere,
} from './store.ts';
import { claimedHash, expectedFiles, weightsHashOfFile } from './weights.ts';

export type ImportParts = Readonly<{
  databases: Databases;
  home: string;
  datasets: Pick<
    DatasetsService,
    'findBundled' | 'placeBundled' | 'adoptBundled' | 'get' | 'labelBits' | 'keepLabelBits'
  >;
  now: () => Date;
}>;

/**
 * Takes in what is not here yet, all of it or nothing. The whole file is checked before anything is written; its parts are then
 * put aside in the home, checked once more on their way, and come into place together with their rows in one transaction.
 */
export async function importBundle(
  parts: ImportParts,
  file: string,
  { signal, onProgress, onlyRun }: ImportOptions,
): Promise<ImportedBundle> {
  const source = path.basename(file);
  assertBundleFile(file);
  const counter = createCounter(onProgress);
  const checked = await checkBundle(parts, file, onlyRun, signal, (count, total) => {
    counter.add('checking', count, total);
  });
  if (checked.wanted.size === 0 && checked.lacking.size === 0 && checked.labels.length === 0) {
    keepPlans(parts, checked.manifest);
    return resultOf(parts, checked, { decisions: checked.decisions, datasetIds: [] });
  }
  const folder = createTemporaryFolder(parts.home);
  try {
    const stage: Stage = { ...checked, parts, folder, source };
    await stageBundle(stage, file, signal, (count, total) => {
      counter.add('writing', count, total);
    });
    signal.throwIfAborted();
    return resultOf(parts, checked, commit(stage));
  } finally {
    removeFolder(folder);
  }
}

type Labels = Readonly<{ contentHash: string; split: SplitName; bits: Buffer }>;

type Checked = Readonly<{
  manifest: Manifest;
  decisions: ReadonlyMap<string, Decision>;
  /** Runs that are new here or go on. */
  wanted: ReadonlySet<string>;
  /** Hashes of datasets whose reviews the bundle has and this home has not. */
  lacking: ReadonlySet<string>;
  /** Of reviews that are neither here nor in the bundle. */
  labels: readonly Labels[];
  /** Blobs of the wanted runs. */
  blobs: ReadonlySet<string>;
  /** Files that the wanted runs should have and the bundle does not. */
  lackingParts: readonly LackingPart[];
}>;

/** Reads the file to its end, also where everything is here already: that it is whole is what an import says. */
async function checkBundle(
  { databases, datasets }: ImportParts,
  file: string,
  onlyRun: string | undefined,
  signal: AbortSignal,
  onBytes: (count: number, total: number) => void,
): Promise<Checked> {
  const source = path.basename(file);
  const decisions = new Map<string, Decision>();
  const wanted = new Set<string>();
  const lacking = new Set<string>();
  const labels: Labels[] = [];
  const blobs = new Set<string>();
  const lackingParts: LackingPart[] = [];
  const sizes = new Map<string, number>();
  let manifest: Manifest | undefined;
  let runs: ReadonlyMap<string, BundledRun> = new Map();
  let total = 0;
  await readArchive(file, {
    signal,
    onManifest(read) {
      const isOther = read.runs.some(({ runId }) => runId !== onlyRun);
      if (onlyRun !== undefined && isOther) {
        throw new AppError('badInput', m.bundles_other_run({ source, runId: onlyRun }));
      }
      manifest = read;
      runs = new Map(read.runs.map((run) => [run.runId, run]));
      total = read.entries.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const { name, bytes } of read.entries) {
        sizes.set(name, bytes);
        const entry = kindOf(name);
        if (entry?.kind !== 'reviews') continue;
        if (datasets.findBundled(entry.contentHash)?.isHere !== true)
          lacking.add(entry.contentHash);
      }
    },
    onBytes: (count) => {
      onBytes(count, total);
    },
    onEntry(entry) {
      const kind = kindOf(entry.name);
      if (kind?.kind === 'labels') {
        return collected(entry, source, (bits) => {
          const identity = manifest?.datasets.find((one) => one.contentHash === kind.contentHash);
          if (isNewLabels(datasets, { ...kind, bits }, identity, entry, source))
            labels.push({ ...kind, bits });
        });
      }
      if (kind?.kind !== 'record') return {};
      return collected(entry, source, (bytes) => {
        const run = runs.get(kind.runId);
        const record = soundRecord(bytes, run, entry, source);
        const local = findLocal(databases.main, kind.runId);
        const decision = decide(local, { record, datasetHash: run?.datasetHash ?? '' });
        if (decision === 'foreign') {
          throw new AppError(
            'badInput',
            m.bundles_foreign_run({ source, runId: kind.runId, name: record.run.name }),
          );
        }
        decisions.set(kind.runId, decision);
        if (isTaken(decision)) {
          wanted.add(kind.runId);
          const { name } = record.run;
          for (const part of expectedFiles(record)) {
            if (sizes.has(fileName(kind.runId, part))) continue;
            lackingParts.push({ runId: kind.runId, name, part, state: 'missing', count: 1 });
          }
        }
        for (const [hash, size] of blobsOf(record)) {
          if (sizes.get(`blobs/${hash}`) !== size) throw entryAltered(source, entry.name);
          if (isTaken(decision)) blobs.add(hash);
        }
      });
    },
  });
  if (manifest === undefined) throw new Error('A bundle without a manifest was read.');
  return { manifest, decisions, wanted, lacking, labels, blobs, lackingParts };
}

const isTaken = (decision: Decision): boolean => decision === 'add' || decision === 'bring further';

/** False where this home knows them already. They must be as many as the dataset has, and agree with what is known here. */
function isNewLabels(
  datasets: ImportParts['datasets'],
  { contentHash, split, bits }: Labels,
  identity: DatasetIdentity | undefined,
  entry: Entry,
  source: string,
): boolean {
  const facts = identity?.splits[split];
  if (facts === undefined || !areLabelsOf(bits, facts)) throw entryAltered(source, entry.name);
  const local = datasets.findBundled(contentHash);
  if (local?.isHere === true) return false;
  const known = local === null ? null : datasets.labelBits(local.datasetId, split);
  if (known !== null && !bits.equals(known)) throw entryAltered(source, entry.name);
  return known === null;
}

/** What a run's rows say must agree with the manifest and with itself. */
function soundRecord(
  bytes: Buffer,
  run: BundledRun | undefined,
  entry: Entry,
  source: string,
): RunRecord {
  let record: RunRecord;
  try {
    record = decodeRecord(bytes);
  } catch {
    throw entryAltered(source, entry.name);
  }
  const config = readStoredConfig(record.run.config);
  const epochs = new Set(record.epochs.map(({ epoch }) => epoch));
  const isSound =
    run !== undefined &&
    record.run.run_id === run.runId &&
    record.run.experiment_id === run.experimentId &&
    record.run.variant === config.variant &&
    (record.run.best_epoch === null || epochs.has(record.run.best_epoch));
  if (!isSound) throw entryAltered(source, entry.name);
  return record;
}

type Stage = Checked &
  Readonly<{
    parts: ImportParts;
    /** What is put aside, in the home's own file system: <runId>/ as it will stand in `runs`, and <runId>.json. */
    folder: string;
    source: string;
  }>;

const stagedRun = ({ folder }: Stage, runId: string): string => path.join(folder, runId);

async function stageBundle(
  stage: Stage,
  file: string,
  signal: AbortSignal,
  onBytes: (count: number, total: number) => void,
): Promise<void> {
  const { parts, folder, manifest, wanted, lacking, blobs } = stage;
  const total = manifest.entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const runId of wanted) mkdirSync(stagedRun(stage, runId));
  const batch = createBlobBatch(parts);
  let isChecked = false;
  /** Nothing goes into a database before all files are known to be what they claim. */
  const check = async (): Promise<void> => {
    if (isChecked) return;
    isChecked = true;
    await checkWeights(stage);
    await placeDatasets(stage, signal);
  };
  const placeOf = (kind: EntryKind): string | null => {
    switch (kind.kind) {
      case 'record':
        return wanted.has(kind.runId) ? recordFile(folder, kind.runId) : null;
      case 'file':
        return wanted.has(kind.runId) ? path.join(stagedRun(stage, kind.runId), kind.file) : null;
      case 'reviews':
      case 'words':
        return lacking.has(kind.contentHash)
          ? path.join(folder, `${kind.contentHash}.${kind.kind}`)
          : null;
      case 'labels':
      case 'blob':
        return null;
    }
  };
  await readArchive(file, {
    signal,
    // Another file of that name may have come meanwhile.
    onManifest(read) {
      if (JSON.stringify(read) !== JSON.stringify(manifest)) {
        throw new AppError('badInput', m.bundles_changed_file({ source: stage.source }));
      }
    },
    onBytes: (count) => {
      onBytes(count, total);
    },
    async onEntry(entry) {
      const kind = kindOf(entry.name);
      if (kind === null) return {};
      if (kind.kind === 'blob') {
        await check();
        return blobs.has(kind.hash) ? collected(entry, stage.source, batch.add) : {};
      }
      const place = placeOf(kind);
      return place === null ? {} : fileSink(place);
    },
  });
  await check();
  batch.flush();
}

/** The weights must be those of the configuration, and have the hashes that the rows claim. */
async function checkWeights(stage: Stage): Promise<void> {
  for (const runId of stage.wanted) {
    const { run } = stagedRecord(stage, runId);
    const config = readStoredConfig(run.config);
    for (const name of runFiles) {
      const staged = path.join(stagedRun(stage, runId), name);
      if (!existsSync(staged)) continue;
      const claimed = claimedHash(run, name);
      const hash = await weightsHashOfFile(staged, config);
      if (hash === null || (claimed !== null && hash !== claimed)) {
        throw new AppError(
          'badInput',
          m.bundles_other_weights({ source: stage.source, name: run.name, file: name }),
        );
      }
    }
    await syncToDisk(stagedRun(stage, runId));
  }
}

async function placeDatasets(
  { parts, folder, manifest, lacking, source }: Stage,
  signal: AbortSignal,
): Promise<void> {
  for (const identity of manifest.datasets.filter(({ contentHash }) => lacking.has(contentHash))) {
    const staged = (kind: string): string => path.join(folder, `${identity.contentHash}.${kind}`);
    const wordsFile = existsSync(staged('words')) ? staged('words') : null;
    await parts.datasets.placeBundled(
      identity,
      { reviewsFile: staged('reviews'), wordsFile, bundle: source },
      signal,
    );
  }
}

const stagedRecord = (stage: Stage, runId: string): RunRecord =>
  decodeRecord(readFileSync(recordFile(stage.folder, runId)));

type Committed = Readonly<{
  decisions: ReadonlyMap<string, Decision>;
  datasetIds: readonly string[];
}>;

/** Everything comes into place, decided once more: another process may have been faster. */
function commit(stage: Stage): Committed {
  const { parts, manifest, wanted, lacking, folder } = stage;
  const { databases, home, datasets } = parts;
  const db = databases.main;
  renewBlobs(stage);
  const decisions = new Map(stage.decisions);
  const undo: (() => void)[] = [];
  try {
    return db
      .transaction((): Committed => {
        const ids = new Map<string, string>();
        const datasetIds: string[] = [];
        const needed = neededDatasets(stage);
        const places = new Set<string>();
        for (const identity of manifest.datasets) {
          const { contentHash } = identity;
          if (!needed.has(contentHash) && !lacking.has(contentHash)) continue;
          const { datasetId, isNew } = datasets.adoptBundled(identity, lacking.has(contentHash));
          ids.set(contentHash, datasetId);
          if (isNew) datasetIds.push(datasetId);
        }
        for (const { contentHash, split, bits } of stage.labels) {
          const local = datasets.findBundled(contentHash);
          if (local?.isHere === false) datasets.keepLabelBits(local.datasetId, split, bits);
        }
        const experiments = new Set(
          manifest.runs.filter(({ runId }) => wanted.has(runId)).map((run) => run.experimentId),
        );
        for (const experiment of manifest.experiments) {
          if (experiments.has(experiment.experiment_id)) insertExperimentRecord(db, experiment);
        }
        keepPlans(parts, manifest);
        for (const { runId, datasetHash } of manifest.runs) {
          if (!wanted.has(runId)) continue;
          const record = stagedRecord(stage, runId);
          const decision = decide(findLocal(db, runId), { record, datasetHash });
          decisions.set(runId, decision);
          if (!isTaken(decision)) continue;
          const target = runFolder(home, runId);
          const old = replacedRun(folder, runId);
          mkdirSync(path.dirname(target), { recursive: true });
          // Without a row it is what a crash between the renaming and the row left behind.
          if (existsSync(target)) {
            renameSync(target, old);
            undo.push(() => {
              renameSync(old, target);
            });
          }
          renameSync(stagedRun(stage, runId), target);
          undo.push(() => {
            rmSync(target, { recursive: true, force: true });
          });
          places.add(path.dirname(target));
          const datasetId = ids.get(datasetHash) ?? '';
          const known = keyOf(db, runId);
          if (known !== null) replaceResults(db, known, datasetId, record);
          const runKey = known ?? insertRecord(db, datasetId, record);
          setElsewhere(db, runKey);
          setDiskBytes(db, runKey, diskBytesOf(db, home, runId, runKey));
        }
        places.forEach(syncFolder);
        return { decisions, datasetIds };
      })
      .immediate();
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}

/** Of the experiments that are here. */
function keepPlans({ databases: { main } }: ImportParts, { experiments }: Manifest): void {
  main
    .transaction(() => {
      for (const experiment of experiments) keepPlan(main, experiment);
    })
    .immediate();
}

function neededDatasets({ manifest, wanted }: Stage): ReadonlySet<string> {
  return new Set(
    manifest.runs.filter(({ runId }) => wanted.has(runId)).map(({ datasetHash }) => datasetHash),
  );
}

/** A young blob is not swept; what was swept in spite of that is told before a row refers to it. */
function renewBlobs({ parts: { databases, now }, blobs, source }: Stage): void {
  const renew = databases.blobs.prepare('UPDATE blobs SET created_at = ? WHERE hash = ?');
  databases.blobs
    .transaction(() => {
      for (const hash of blobs) {
        if (renew.run(now().toISOString(), hash).changes === 0) {
          throw new AppError('storage', m.bundles_blob_gone({ source }));
        }
      }
    })
    .immediate();
}

function resultOf(
  { datasets }: ImportParts,
  { manifest, lackingParts }: Checked,
  { decisions, datasetIds }: Committed,
): ImportedBundle {
  const byDecision = (wanted: Decision): string[] =>
    manifest.runs.map(({ runId }) => runId).filter((runId) => decisions.get(runId) === wanted);
  const updated = byDecision('bring further');
  const isRun = new Set([...byDecision('add'), ...updated]);
  return {
    runs: manifest.runs.map(({ runId }) => runId).filter((runId) => isRun.has(runId)),
    updated,
    isSealed: manifest.version > 1,
    datasets: [...datasetIds],
    lacking: lackingParts.filter(({ runId }) => isRun.has(runId)),
    skipped: manifest.runs.flatMap(({ runId, name }) => {
      const decision = decisions.get(runId) ?? 'same';
      return decision in reasons
        ? [{ runId, name, reason: reasons[decision as keyof typeof reasons]({ name }) }]
        : [];
    }),
    missing: manifest.datasets.flatMap((identity: DatasetIdentity) => {
      const dataset = datasets.findBundled(identity.contentHash);
      if (dataset === null || dataset.isHere) return [];
      const { datasetId, name, contentHash } = dataset;
      const hasLabels = datasets.labelBits(datasetId, 'test') !== null;
      return [{ datasetId, name, contentHash, hasLabels }];
    }),
  };
}

const reasons = {
  same: m.bundles_skip_same,
  'further here': m.bundles_skip_further_here,
  underway: m.bundles_skip_underway,
  'in trash': m.bundles_skip_in_trash,
  forked: m.bundles_skip_forked,
} as const satisfies Partial<Record<Decision, (input: { name: string }) => string>>;

/** So much of the smaller entries is in memory at once. */
const BATCH_BYTES = 33_554_432;

/** Blobs go into their database some at a time: each transaction waits for the disk. */
function createBlobBatch({ databases, now }: ImportParts): Readonly<{
  add: (bytes: Buffer) => void;
  flush: () => void;
}> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  const flush = (): void => {
    const batch = held;
    held = [];
    heldBytes = 0;
    databases.blobs
      .transaction(() => {
        for (const bytes of batch) putBlob(databases.blobs, bytes, now());
      })
      .immediate();
  };
  return {
    add(bytes) {
      held.push(bytes);
      heldBytes += bytes.length;
      if (heldBytes >= BATCH_BYTES) flush();
    },
    flush,
  };
}

/** More than any run's rows or embedding table has. */
const MOST_ENTRY_BYTES = 1_000_000_000;

/** The whole entry in memory, once its hash is known to be right. */
function collected(entry: Entry, source: string, use: (bytes: Buffer) => void): Sink {
  if (entry.bytes > MOST_ENTRY_BYTES) throw entryAltered(source, entry.name);
  const chunks: Buffer[] = [];
  return {
    write: (chunk) => void chunks.push(chunk),
    end: () => {
      use(Buffer.concat(chunks));
    },
  };
}

/** A new file, synced to disk. */
function fileSink(file: string): Sink {
  const fd = openSync(file, 'wx');
  return {
    write(chunk) {
      let done = 0;
      while (done < chunk.length) done += writeSync(fd, chunk, done);
    },
    end() {
      fsyncSync(fd);
      closeSync(fd);
    },
    drop: () => {
      closeSync(fd);
    },
  };
}

export function assertBundleFile(file: string): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there === undefined)
    throw new AppError('notFound', m.bundles_no_file({ file }), { field: 'path' });
  if (!there.isFile()) {
    const say = there.isDirectory() ? m.bundles_not_a_file : m.bundles_not_regular;
    throw new AppError('badInput', say({ file }), { field: 'path' });
  }
  // Files of /proc are regular ones of size 0, and may be waited for for ever; an archive of zeros is read to its end.
  if (there.size === 0 || !isBundle(file)) throw noBundle(path.basename(file));
}

/** An archive begins with the name of its first entry. */
function isBundle(file: string): boolean {
  const begin = beginOf(file);
  try {
    const archive = isGzip(begin)
      ? gunzipSync(begin, { finishFlush: constants.Z_SYNC_FLUSH })
      : begin;
    return archive.subarray(0, MANIFEST_NAME.length).equals(Buffer.from(MANIFEST_NAME));
  } catch {
    return false;
  }
}

const entryAltered = (source: string, entry: string): AppError =>
  new AppError('badInput', m.bundles_entry_altered({ source, entry }));
