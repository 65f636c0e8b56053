import path from 'node:path';

import packageFacts from '../../package.json' with { type: 'json' };

import type { Problem } from '#contract/backup.ts';
import { AppError, toFailure } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import * as m from '#messages';

import { createAnalysis } from '../processes/analysis-supervisor.ts';
import type { ReadDb } from '../db/handles.ts';
import { openDatabases, type Databases } from '../db/open.ts';
import { forkHost, type ChildHost } from '../processes/host.ts';
import { assertNobodyHasOlder } from './backups/alone.ts';
import { copyBeforeUpgrade } from './backups/copy.ts';
import { enterHome, logProblems, type Entry } from './backups/enter.ts';
import { createBackupsService } from './backups/service.ts';
import { withWayOut } from './backups/way-out.ts';
import { undoKilledImports } from './bundles/killed-imports.ts';
import { createBundlesService } from './bundles/service.ts';
import { watchChanges } from './changes.ts';
import { listFiles } from './datasets/store/files.ts';
import { createDatasetsService } from './datasets/service.ts';
import { createDiffsService } from './embeddings/diff/diffs.ts';
import { createOutsideTables } from './embeddings/outside/outside-tables.ts';
import { createEmbeddingsService } from './embeddings/service.ts';
import { createTables } from './embeddings/tables.ts';
import { createTransplants } from './embeddings/transplant/transplants.ts';
import { createExampleService } from './example/service.ts';
import { createExperimentsService } from './experiments/service.ts';
import { handlersOf } from './handlers.ts';
import { createJobs } from './jobs/service.ts';
import { watchHome } from './home-here.ts';
import { maintainDaily } from './maintenance.ts';
import { createOutsideCurves } from './outside-curves/service.ts';
import { chromiumPrinter } from './reports/write/chromium.ts';
import { createReportsService } from './reports/service.ts';
import { trainBaselinesAhead } from './runs/results/baselines-ahead.ts';
import { machineNow } from './runs/start/machine.ts';
import { createRunsService, type RunsParts } from './runs/service.ts';
import { freeBlobs } from './runs/store/snapshots-limit.ts';
import type { PagePrinter, SlurmService } from './services.ts';
import { createSettingsService, readSettings } from './settings/service.ts';
import { programFor } from './slurm/program.ts';
import { createSlurmService } from './slurm/service.ts';
import { createSweepsService } from './sweeps/service.ts';
import { hasNativeLibrary } from './system/native-library.ts';
import { createSystemService } from './system/service.ts';

export type App = Readonly<ReturnType<typeof assemble>>;

export type AppOptions = Readonly<{
  /** The data folder; see system/home.ts. */
  home: string;
  /** The training child's entry file: src-main/trainer/entry.ts, or its built form. */
  trainerEntry: string;
  /** The analysis child's; default: its source. */
  analysisEntry?: string;
  /** That of the child that copies the database; default: its source. */
  backupEntry?: string;
  /** The command line's, which the nodes of a cluster start; default: its source. */
  cliEntry?: string;
  /** The folder of that name. */
  resources?: string;
  /** Default: a Chromium of this machine. Electron passes its own. */
  printPage?: PagePrinter;
  /** Of the pages that the shell serves itself. Default: that of the window. */
  previewOrigin?: string;
  /** How long after the start the daily backup is looked for: commands that are over before need none. */
  firstBackupAfterMs?: number;
  /** Default: child_process.fork. Electron passes its own. */
  host?: ChildHost;
  now?: () => Date;
  /** Starts the runs of the home's queue (default), or trains only what it is asked for itself. */
  queue?: 'home' | 'process';
  /** Trains the bags of words of runs that end before anybody asks for them. Default: where it starts the home's runs. */
  trainsAhead?: boolean;
}>;

/**
 * Opens a home with everything that can be done in it. Throws an AppError where the databases cannot be opened, a DamagedError where the
 * main one cannot be read.
 */
export function openApp(options: AppOptions): App {
  const { home, now = () => new Date() } = options;
  const entry = enterHome(home, now());
  const closers: Closer[] = [];
  let databases: Databases | undefined;
  try {
    databases = openDatabases(home, {
      beforeUpgrade(db) {
        assertNobodyHasOlder(home);
        try {
          copyBeforeUpgrade(home, db, now());
        } catch (error) {
          const { kind, message } = toFailure(error);
          throw new AppError(kind, m.backups_not_before_upgrade({ reason: message }), {
            cause: error,
          });
        }
      },
    });
    entry.opened();
    return assemble(options, databases, entry, closers);
  } catch (error) {
    for (const end of closers.toReversed()) Promise.resolve(end('pause')).catch(() => undefined);
    databases?.close();
    entry.leave();
    throw withWayOut(error, home);
  }
}

/** Ends a part of the app, its timers at once. */
type Closer = (active: 'pause' | 'stop') => void | Promise<void>;

/** @param closers is given one for each part as it starts */
function assemble(options: AppOptions, databases: Databases, entry: Entry, closers: Closer[]) {
  const { home, trainerEntry, host = forkHost, now = () => new Date() } = options;
  const { resources = resourcesFolder } = options;
  const { emit, onEvent } = createEvents();
  const twofoldVersion = packageFacts.version;
  let runs: RunsParts | undefined;
  let slurm: SlurmService | undefined;

  const assertHomeHere = watchHome(home);
  undoKilledImports(databases.main, home, now());
  maintainDaily(databases, home, now());
  const jobs = createJobs(emit);
  const datasets = createDatasetsService({
    db: databases.main,
    jobs,
    home,
    emit,
    now,
    runs: {
      remove: (runIds, deletedAt) => runs?.service.removeAt(runIds, deletedAt),
      restore: (runIds) => runs?.service.restore({ runIds }),
    },
  });
  closers.push(() => {
    datasets.close();
  });
  const parts = (runs = createRunsService({
    databases,
    home,
    assertHomeHere,
    host,
    trainerEntry,
    datasets,
    emit,
    now,
    snapshotLimitBytes: () => readSettings(databases.main).snapshotLimitBytes,
    backend: () => (hasNativeLibrary() ? 'native' : 'wasm'),
    twofoldVersion,
    // What waits would fail, one run after another, where tables cannot be stored.
    queue: databases.blobsDamage === null ? (options.queue ?? 'home') : 'process',
    atOnce: () => readSettings(databases.main).runsAtOnce,
    marginPoints: () => readSettings(databases.main).marginPoints,
    endElsewhere: async (runId) => slurm?.end(runId),
  }));
  closers.push((active) => parts.close(active));
  const system = createSystemService({
    db: databases.main,
    home,
    twofoldVersion,
    probe: () => parts.trainer.ask({ kind: 'probe', runId: 'probe' }, 'probed'),
  });
  const settings = createSettingsService({ db: databases.main, emit, onChange: parts.thin });
  const tables = createTables(databases.blobs);
  const analysis = createAnalysis({ host, entry: options.analysisEntry ?? analysisSource });
  const embeddings = createEmbeddingsService({
    databases,
    tables,
    datasets,
    runs: parts.service,
    analysis,
  });
  const diffs = createDiffsService({
    databases,
    tables,
    datasets,
    runs: parts.service,
    analysis,
    jobs,
    emit,
    now,
    freeBlobs: (hashes) => {
      freeBlobs(databases, hashes, now());
    },
  });
  closers.push(() => diffs.close());
  const transplants = createTransplants({
    databases,
    tables,
    datasets,
    runs: parts.service,
    analysis,
    jobs,
    emit,
    now,
  });
  const outsideCurves = createOutsideCurves({ db: databases.main, emit, now });
  const outsideTables = createOutsideTables({ databases, now });
  const experiments = createExperimentsService({
    db: databases.main,
    runs: parts.service,
    marginPoints: () => settings.get().marginPoints,
  });
  const sweeps = createSweepsService({
    runs: parts.service,
    experiments,
    machine: machineNow,
    atOnce: () => settings.get().runsAtOnce,
  });
  const reports = createReportsService({
    db: databases.main,
    runs: parts.service,
    datasets,
    experiments,
    diffs,
    transplants,
    outsideCurves,
    resources,
    printPage: options.printPage ?? chromiumPrinter,
    previewOrigin: options.previewOrigin ?? '',
    jobs,
    emit,
    onEvent,
    now,
    twofoldVersion,
  });
  const bundles = createBundlesService({
    databases,
    jobs,
    home,
    runs: parts.service,
    datasets,
    emit,
    now,
    twofoldVersion,
  });
  const example = createExampleService({
    resources,
    datasets,
    runs: parts.service,
    bundles,
    reports,
  });
  const clusters = (slurm = createSlurmService({
    db: databases.main,
    home,
    runs: parts.service,
    datasets,
    experiments,
    bundles,
    sweeps,
    program: programFor(options.cliEntry ?? cliSource),
    emit,
    now,
    twofoldVersion,
  }));
  let dailyProblem: string | null = null;
  const backups = createBackupsService({
    db: databases.main,
    home,
    host,
    entry: options.backupEntry ?? backupSource,
    emit,
    now,
    firstAfterMs: options.firstBackupAfterMs ?? 5000,
    onDaily(problem) {
      dailyProblem = problem === null ? null : m.backups_daily_failed({ reason: problem });
      emit('home.changed', { isOtherDatabase: false });
    },
  });
  closers.push(() => backups.close());
  if (options.queue !== 'process') closers.push(clusters.watch());
  const { trainsAhead = options.queue !== 'process' } = options;
  const baselines = trainsAhead
    ? trainBaselinesAhead({ db: databases.main, onEvent, prepare: parts.prepareBaselines, now })
    : null;
  closers.push(() => baselines?.close());
  closers.push(watchChanges(databases.main, emit));
  const orphanTimer = setInterval(parts.lookAfter, 5000).unref();
  closers.push(() => {
    clearInterval(orphanTimer);
  });
  // What it is about is closed after it.
  closers.push(() => jobs.close());
  let closing: Promise<void> | undefined;
  const services = {
    backups,
    datasets,
    runs: parts.service,
    queue: parts.queue,
    sweeps,
    experiments,
    bundles,
    example,
    jobs,
    embeddings,
    diffs,
    transplants,
    outsideTables,
    outsideCurves,
    reports,
    settings,
    slurm: clusters,
    system,
  };

  function problems(): Problem[] {
    return [
      ...logProblems(home, now()),
      ...(databases.blobsDamage === null ? [] : [blobsProblem(databases.main)]),
      ...(dailyProblem === null ? [] : [{ kind: 'backup' as const, message: dailyProblem }]),
    ];
  }

  async function close(active: 'pause' | 'stop'): Promise<void> {
    for (const end of closers.toReversed()) await end(active);
    entry.closing();
    databases.close();
    entry.leave();
  }

  return {
    /** What is wrong with the files of the home, each with its way out. */
    problems,
    /** What was found just now, when it was opened. */
    notices: entry.notices,
    assertHomeHere,
    handlers: handlersOf({ ...services, files: { list: listFiles } }),
    /** Hears every event of this process, and changes that other processes make to the same home. Returns the unsubscriber. */
    onEvent,
    services,
    /** Resolves when what is computed ahead of time is done, or has to wait for runs that train. */
    ahead: async () => {
      await baselines?.done();
    },
    /** What still trains here is paused at a checkpoint (or stopped), then the databases are closed. Safe to call twice. */
    close: ({ active = 'pause' }: Readonly<{ active?: 'pause' | 'stop' }> = {}) =>
      (closing ??= close(active)),
  };
}

const resourcesFolder = path.join(import.meta.dirname, '../../resources');
const analysisSource = path.join(import.meta.dirname, '../analysis/entry.ts');
const cliSource = path.join(import.meta.dirname, '../cli/main.ts');
const backupSource = path.join(import.meta.dirname, 'backups/child/entry.ts');

function blobsProblem(db: ReadDb): Problem {
  const count = (sql: string): number => Number(db.prepare(sql).pluck().get());
  const snapshots = count('SELECT COUNT(*) FROM snapshots');
  const predictions = count('SELECT COUNT(*) FROM predictions');
  return { kind: 'blobs', message: m.backups_blobs_unreadable({ snapshots, predictions }) };
}

function createEvents() {
  const listeners = new Set<Emit>();
  const emit: Emit = (name, payload) => {
    for (const listener of listeners) listener(name, payload);
  };
  function onEvent(listener: Emit): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
  return { emit, onEvent };
}
