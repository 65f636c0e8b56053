import { AppError } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import type { Dataset } from '#contract/dataset.ts';
import type { Estimate, Expected, Run, RunSummary } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { sayStoredLine } from '#core/wording/log-lines.ts';
import type { Machine } from '#core/queue/admission.ts';
import { stateWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { Databases } from '../../db/open.ts';
import type { TrainerHost } from '../../processes/host.ts';
import type { Timing } from '../../processes/training.ts';
import type { AssertHomeHere } from '../home-here.ts';
import { resolveName } from '../resolve.ts';
import type { DatasetsPort, QueueService, RunsService } from '../services.ts';
import { createBaselines, type Baselines } from './results/baseline.ts';
import { compareRuns, concernsOfRuns, createFigures, measureRuns } from './results/compare.ts';
import { readCurves } from './results/curves.ts';
import { diskBytesOf } from './store/disk-use.ts';
import { isElsewhere } from './train/elsewhere-store.ts';
import { createElsewhere } from './train/elsewhere.ts';
import { evaluateTables } from './results/evaluate-tables.ts';
import { assertSameEngine, isOfOtherEngine } from './train/engine.ts';
import { isStorageError } from './train/endings.ts';
import { createPaces, estimateRun, expectedOf } from './start/estimate.ts';
import { followRun, isUnderway } from './train/follow.ts';
import { machineNow } from './start/machine.ts';
import { interruptOrphans } from './store/maintenance.ts';
import { occludeSentence } from './results/occlusion.ts';
import { runFolder } from './store/places.ts';
import { predictTexts } from './results/predict.ts';
import { listPredictions, readPredictions } from './results/predictions.ts';
import { rankingsOf } from './results/rankings.ts';
import { judgedReviews } from './results/reviews.ts';
import { probeRun } from './start/probe.ts';
import { ownIdentity, type ProcessIdentity } from './train/process-identity.ts';
import { createQueue, mayStart } from './start/queue.ts';
import { forgetPosition } from './start/queue-store.ts';
import { listLog } from './results/results-store.ts';
import { readSeries } from './results/series.ts';
import { beyondLimit, thinRun, thinSnapshots } from './store/snapshots-limit.ts';
import {
  assertFits,
  badName,
  cleanName,
  configOf,
  createRuns,
  startable,
  type Plan,
} from './start/start.ts';
import {
  findRow,
  getRun,
  getSummary,
  listRuns,
  renameRun,
  requeue,
  namedRuns,
  setDeleted,
  setFavourite,
  setNote,
  setRequest,
  setTags,
  setDiskBytes,
} from './store/store.ts';
import { readTensors } from './results/tensors.ts';
import { createTrainer, stateOf, type Trainer } from './train/trainer.ts';
import { verifyRun } from './train/verify.ts';
import { readPosition } from './results/weights-reader.ts';

export type RunsOptions = Readonly<{
  databases: Databases;
  home: string;
  assertHomeHere?: AssertHomeHere;
  host: TrainerHost;
  trainerEntry: string;
  datasets: DatasetsPort;
  emit: Emit;
  now: () => Date;
  snapshotLimitBytes: () => number;
  /** What `backend: auto` is on this machine. */
  backend: () => 'native' | 'wasm';
  twofoldVersion: string;
  queue: 'home' | 'process';
  /** How many runs of the queue train at once. */
  atOnce: () => number | 'auto';
  /** The band that a new experiment gets where it is not given one. */
  marginPoints: () => number;
  machine?: () => Machine;
  timing?: Partial<Timing>;
  /** As in `TrainerOptions`. */
  checkpointSeconds?: number;
  coreCount?: number;
  /** Sees to it that a run of a cluster ends that was asked to; resolves when it has. */
  endElsewhere?: (runId: string) => Promise<void>;
}>;

export type RunsParts = Readonly<{
  service: RunsService;
  queue: QueueService;
  trainer: Trainer;
  /** Marks runs whose supervisor is gone. */
  lookAfter: () => void;
  /** Brings the embedding tables of all runs under the disk limit. */
  thin: () => void;
  /** As of `Baselines`. */
  prepareBaselines: Baselines['prepare'];
  close: (active: 'pause' | 'stop') => Promise<void>;
}>;

export function createRunsService(options: RunsOptions): RunsParts {
  const { databases, home, datasets, emit, now } = options;
  const db = databases.main;
  const owner = ownIdentity();
  const machine = options.machine ?? machineNow;
  const trainer = createTrainer({
    ...options,
    owner,
    admits(runId) {
      options.assertHomeHere?.();
      return mayStart({ db, machine, atOnce: options.atOnce }, runId);
    },
    nodeVersion: process.versions.node,
    onEpochDone: thin,
  });
  const source = { databases, datasets };
  const baselines = createBaselines({ ...source, trainer, now });

  const changed = (runId: string): RunSummary => {
    emit('runs.changed', { runId });
    return summary(runId);
  };
  const summary = (runId: string): RunSummary => withUnstored(trainer, getSummary(db, runId));

  function thin(): void {
    thinSnapshots(databases, options.snapshotLimitBytes(), now());
  }

  /** What cannot be written now (a full disk) must not keep anybody from reading: it is tried again later. */
  function quietly(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isStorageError(error)) throw error;
    }
  }

  function lookAfter(): void {
    quietly(() => {
      for (const runId of interruptOrphans(db, home, now())) emit('runs.changed', { runId });
    });
  }

  /** Asked to stop a second time, a run ends without measuring its train accuracy. */
  function request(runId: string, wanted: 'stop' | 'pause'): RunSummary {
    if (wanted === 'stop' && summary(runId).request === 'stop') trainer.hurry(runId);
    if (setRequest(db, runId, wanted)) {
      trainer.request(runId, wanted);
      emit('runs.changed', { runId });
    } else if (forgetPosition(db, runId)) {
      emit('queue.changed', {});
    }
    return summary(runId);
  }

  function create(
    request: Parameters<RunsService['enqueue']>[0] & Readonly<{ plan?: Plan }>,
    place: 'here' | 'queue',
  ): string[] {
    const { datasetId, name, title } = request;
    const dataset = datasets.get({ datasetId });
    const configs = request.configs.map((input) => configOf(input));
    // Seeds take alike: a sweep has few configurations beside them.
    const estimates = new Map<string, Expected>();
    const expected = configs.map((config) => {
      const key = JSON.stringify({ ...config, seed: 0 });
      const known = estimates.get(key) ?? expectedOf(estimateOf(dataset, config));
      estimates.set(key, known);
      return known;
    });
    const { looks = 1, marginPoints = options.marginPoints() } = request;
    const plan = request.plan ?? { looks, marginPoints };
    const runIds = createRuns(
      { db, home },
      { dataset, configs, expected, name, title, plan },
      place === 'here' ? owner : null,
      now().toISOString(),
    );
    for (const runId of runIds) emit('runs.changed', { runId });
    emit('datasets.changed', { datasetId });
    return runIds;
  }

  function startHere(request: Parameters<RunsService['start']>[0]): RunSummary[] {
    const runIds = create(request, 'here');
    for (const runId of runIds) trainer.enqueue(runId);
    return runIds.map(summary);
  }

  function enqueue(request: Parameters<typeof create>[0]): RunSummary[] {
    const runIds = create(request, 'queue');
    emit('queue.changed', {});
    trainer.wake();
    return runIds.map(summary);
  }

  function queueAgain(runId: string, place: ProcessIdentity | null): void {
    const run = getSummary(db, runId);
    if (isOfOtherEngine(run) && readPosition(runFolder(home, runId)) !== null)
      assertSameEngine(run);
    assertFits(datasets.get({ datasetId: findRow(db, runId).dataset_id }), run.config);
    if (requeue(db, runId, place)) {
      emit('runs.changed', { runId });
      return;
    }
    const { name, state } = findRow(db, runId);
    if (state === 'finished' || isUnderway(state)) {
      throw new AppError('inUse', m.runs_already({ name, state: stateWord(state) }));
    }
    throw new AppError('notFound', m.runs_in_trash({ name }));
  }

  function requestSoon(runId: string, wanted: 'stop' | 'pause'): RunSummary {
    const asked = request(runId, wanted);
    // Where Slurm does not answer now, whoever collects asks it again.
    if (isElsewhere(db, runId)) options.endElsewhere?.(runId).catch(() => undefined);
    return asked;
  }

  async function requestAndWait(runId: string, wanted: 'stop' | 'pause'): Promise<RunSummary> {
    lookAfter();
    const { state } = request(runId, wanted);
    if (isElsewhere(db, runId)) await options.endElsewhere?.(runId);
    else if (isUnderway(state)) {
      await followRun({ db, trainer, lookAfter }, runId, () => undefined);
    }
    return summary(runId);
  }

  const predictAll: RunsService['predictTexts'] = (runId, texts, weights) =>
    predictTexts({ datasets, trainer, home }, findRow(db, runId), texts, weights);

  function removeAt(runIds: readonly string[], deletedAt: Date): string[] {
    lookAfter();
    const rows = runIds.map((runId) => findRow(db, runId));
    const refuse = (
      busy: readonly { name: string }[],
      sentence: (input: { count: number; names: string }) => string,
    ) => {
      if (busy.length === 0) return;
      const names = busy.map(({ name }) => `"${name}"`).join(', ');
      throw new AppError('inUse', sentence({ count: busy.length, names }));
    };
    const isWaiting = (row: (typeof rows)[number]) =>
      row.state === 'queued' && row.queue_position !== null;
    refuse(
      rows.filter((row) => isUnderway(row.state) && !isWaiting(row)),
      m.runs_not_over,
    );
    refuse(rows.filter(isWaiting), m.runs_waiting_not_over);
    return move(runIds, deletedAt.toISOString());
  }

  const service: RunsService = {
    list: (selection) => listRuns(db, selection).map((run) => withUnstored(trainer, run)),
    get: ({ runId }) => withUnstored(trainer, getRun(db, runId)),
    summary,
    resolve(nameOrId, { isTrash = false, elsewhere } = {}) {
      return resolveName('run', nameOrId, namedRuns(db, nameOrId, isTrash), {
        items: () => namedRuns(db, nameOrId, !isTrash),
        sentence: elsewhere ?? (isTrash ? m.runs_not_in_trash : m.runs_in_trash),
      });
    },
    start: (request) => (options.queue === 'home' ? enqueue(request) : startHere(request)),
    enqueue,
    enqueueInto: enqueue,
    assertStartable: ({ datasetId, configs, name, looks }) => {
      const parts = {
        dataset: datasets.get({ datasetId }),
        configs: configs.map(configOf),
        name,
        looks,
      };
      startable({ db, home }, parts);
    },
    resume({ runId }) {
      lookAfter();
      if (findRow(db, runId).state === 'finished') return summary(runId);
      if (options.queue === 'home') {
        queueAgain(runId, null);
        emit('queue.changed', {});
        trainer.wake();
      } else {
        queueAgain(runId, owner);
        trainer.enqueue(runId);
      }
      return changed(runId);
    },
    follow: (runId, onLine) => followRun({ db, trainer, lookAfter }, runId, onLine),
    stop: ({ runId }) => requestSoon(runId, 'stop'),
    pause: ({ runId }) => requestSoon(runId, 'pause'),
    stopAndWait: ({ runId }) => requestAndWait(runId, 'stop'),
    pauseAndWait: ({ runId }) => requestAndWait(runId, 'pause'),
    active: trainer.active,
    rename({ runId, name }) {
      const cleaned = cleanName(name);
      if (cleaned === '') throw badName();
      findRow(db, runId);
      renameRun(db, runId, cleaned);
      return changed(runId);
    },
    tag: ({ runIds, add = [], remove = [] }) =>
      annotate(runIds, (runId) => {
        const tags = new Set([...getSummary(db, runId).tags, ...add]);
        for (const tag of remove) tags.delete(tag);
        setTags(db, runId, [...tags]);
      }),
    note({ runId, note }) {
      findRow(db, runId);
      setNote(db, runId, note.trim());
      return changed(runId);
    },
    thinSnapshots({ runId, every = null, isTrial = false }) {
      const { run_key: runKey } = findRow(db, runId);
      const dropped = thinRun(databases, { runId, every, isTrial }, now());
      if (!isTrial && dropped.epochs.length > 0) {
        setDiskBytes(db, runKey, diskBytesOf(db, home, runId, runKey));
        emit('runs.changed', { runId });
      }
      return dropped;
    },
    snapshotsBeyond: ({ limitBytes }) => beyondLimit(db, limitBytes),
    favourite: ({ runIds, isFavourite }) =>
      annotate(runIds, (runId) => {
        findRow(db, runId);
        setFavourite(db, runId, isFavourite);
      }),
    remove: ({ runIds }) => ({ runIds: removeAt(runIds, now()) }),
    removeAt,
    restore: ({ runIds }) => {
      for (const runId of runIds) assertHasDataset(runId);
      return { runIds: move(runIds, null) };
    },
    curves: (request) => readCurves(db, request),
    series: (runId) => readSeries(db, runId),
    tensors: (runId, which) => readTensors(home, findRow(db, runId), which),
    log: ({ runId }) =>
      listLog(db, findRow(db, runId).run_key).map((line) => ({
        ...line,
        text: sayStoredLine(line.text),
      })),
    estimate: ({ datasetId, config }) => estimateOf(datasets.get({ datasetId }), configOf(config)),
    async probe({ datasetId, config: input }) {
      const config = configOf(input);
      const dataset = datasets.get({ datasetId });
      assertFits(dataset, config);
      await probeRun({ db, datasets, trainer, now }, dataset, config);
      return estimateOf(dataset, config);
    },
    predictions: (runId, { split = 'test', weights = 'best' } = {}) =>
      listPredictions(source, findRow(db, runId), { split, weights }),
    reviews: ({ runId, weights }) => judgedReviews(source, findRow(db, runId), weights),
    judged: (runId, weights) =>
      readPredictions(source, findRow(db, runId), { split: 'test', weights }),
    async predict({ runId, text, weights }) {
      const [prediction] = await predictAll(runId, [text], weights);
      if (prediction === undefined) throw new Error('One text has one prediction.');
      return prediction;
    },
    predictTexts: predictAll,
    compare: ({ runIds, weights }) => compareRuns(source, runIds, weights),
    figures: createFigures(source),
    measure: async (runIds, weights) => ({
      metrics: await measureRuns(source, runIds, weights),
      concerns: concernsOfRuns(
        db,
        runIds.map((runId) => getRun(db, runId)),
      ),
    }),
    rankings: ({ runIds, weights }) => rankingsOf(source, runIds, weights),
    occlusion: ({ runId, source, weights }) =>
      occludeSentence(
        { datasets, home, predict: (job) => trainer.ask(job, 'predicted') },
        findRow(db, runId),
        source,
        weights,
      ),
    evaluateTables: async (runId, trial, options) =>
      evaluateTables({ datasets, trainer, home }, findRow(db, runId), trial, options),
    baselines: ({ runIds, weights }) =>
      baselines.beside(
        runIds.map((runId) => findRow(db, runId)),
        weights,
      ),
    baselinesOf: (runIds, wanted) =>
      baselines.of(
        runIds.map((runId) => findRow(db, runId)),
        wanted,
      ),
    verify: (runId) => verifyRun({ db, datasets, trainer, home }, findRow(db, runId)),
    elsewhere: createElsewhere({
      ...{ db, home, owner, emit, now },
      create: (request) => create(request, 'here'),
    }),
  };

  const backendOf = ({ backend }: RunConfig): 'native' | 'wasm' =>
    backend === 'auto' ? options.backend() : backend;

  function estimateOf(dataset: Dataset, config: RunConfig): Estimate {
    return estimateRun(db, {
      home,
      dataset,
      config,
      backend: backendOf(config),
      snapshotLimitBytes: options.snapshotLimitBytes(),
    });
  }

  /** All or none. */
  function annotate(runIds: readonly string[], write: (runId: string) => void): RunSummary[] {
    db.transaction(() => {
      for (const runId of runIds) write(runId);
    }).immediate();
    return runIds.map(changed);
  }

  /** All or none. */
  function move(runIds: readonly string[], deletedAt: string | null): string[] {
    const moved = db
      .transaction(() => runIds.filter((runId) => setDeleted(db, runId, deletedAt)))
      .immediate();
    for (const runId of moved) emit('runs.changed', { runId });
    for (const datasetId of new Set(moved.map((runId) => findRow(db, runId).dataset_id))) {
      emit('datasets.changed', { datasetId });
    }
    return moved;
  }

  function assertHasDataset(runId: string): void {
    const row = findRow(db, runId);
    const dataset = datasets.get({ datasetId: row.dataset_id });
    if (dataset.deletedAt === null) return;
    throw new AppError(
      'inUse',
      m.runs_dataset_of_in_trash({ dataset: dataset.name, name: row.name }),
    );
  }

  lookAfter();
  const queue = createQueue({
    db,
    emit,
    machine,
    paces() {
      const paceOf = createPaces(db);
      return (datasetId, config) => paceOf(datasets.get({ datasetId }), config, backendOf(config));
    },
    atOnce: options.atOnce,
    trainer,
    requeue: (runId) => {
      queueAgain(runId, null);
    },
  });
  return {
    ...{ service, queue, trainer, lookAfter, thin },
    prepareBaselines: baselines.prepare,
    async close(active) {
      await baselines.close();
      await trainer.close(active);
    },
  };
}

function withUnstored<R extends Run | RunSummary>(trainer: Trainer, run: R): R {
  const unstored = trainer.unstored(run.runId);
  return unstored === null ? run : { ...run, ...stateOf(unstored) };
}
