import { AppError } from '#contract/failure.ts';
import type { Emit } from '#contract/index.ts';
import type { Expected } from '#contract/run.ts';
import { readStoredConfig, type RunConfig } from '#contract/run-config.ts';
import { admits, coresOf, runsAtOnce, type Demand, type Machine } from '#core/queue/admission.ts';
import { besideEpochsSeconds, epochsLeft, queueSeconds, type Span } from '#core/queue/duration.ts';
import * as m from '#messages';

import type { WriteDb } from '../../../db/handles.ts';
import type { QueueService } from '../../services.ts';
import { isProcessAlive } from '../train/process-identity.ts';
import {
  forgetPosition,
  moveWaiting,
  queuedRows,
  queueState,
  runningRuns,
  setPaused,
  waitingRuns,
  type QueuedRow,
} from './queue-store.ts';
import { findRow, getSummary } from '../store/store.ts';
import type { Trainer } from '../train/trainer.ts';

/** Seconds of an epoch as runs of the same step took them, null where there are none. */
type Pace = (datasetId: string, config: RunConfig) => number | null;

export type QueueParts = Readonly<{
  db: WriteDb;
  emit: Emit;
  machine: () => Machine;
  /** As measured by now: what was expected as a run was queued is older than that. */
  paces: () => Pace;
  /** Of settings. */
  atOnce: () => number | 'auto';
  trainer: Pick<Trainer, 'request' | 'wake' | 'work'>;
  /** Puts an ended run behind those that wait. */
  requeue: (runId: string) => void;
}>;

export function createQueue(parts: QueueParts): QueueService {
  const { db, emit, trainer } = parts;

  function changed(): ReturnType<QueueService['get']> {
    emit('queue.changed', {});
    trainer.wake();
    return get();
  }

  function get(): ReturnType<QueueService['get']> {
    const { isPaused, server } = queueState(db);
    const rows = queuedRows(db);
    const pace = parts.paces();
    const spans = rows.map((row) => secondsLeft(row, pace));
    const next = rows.find(({ state }) => state !== 'running') ?? rows[0];
    const machine = parts.machine();
    const atOnce =
      next === undefined ? 1 : runsAtOnce(demandOf(next, machine), machine, parts.atOnce());
    let waiting = 0;
    return {
      isPaused,
      isServed: server !== null && isProcessAlive(server),
      runs: rows.map(({ runId, name, state, variant, experimentId }, index) => ({
        runId,
        name,
        state,
        variant,
        experimentId,
        position: state === 'running' ? null : (waiting += 1),
        secondsLeft: spans[index] ?? null,
      })),
      atOnce,
      secondsLeft: [
        ...queueSeconds(
          spans.flatMap((span) => (span === null ? [] : [span])),
          atOnce,
        ),
      ],
    };
  }

  return {
    get,
    add({ runIds, index }) {
      db.transaction(() => {
        [...new Set(runIds)].forEach((runId, offset) => {
          parts.requeue(runId);
          if (index !== undefined) moveWaiting(db, runId, index + offset);
        });
      }).immediate();
      return changed();
    },
    move({ runId, index }) {
      const { name } = findRow(db, runId);
      if (!moveWaiting(db, runId, index)) {
        throw new AppError('inUse', m.runs_not_waiting({ name }));
      }
      return changed();
    },
    remove({ runIds }) {
      for (const runId of runIds) {
        const { name } = findRow(db, runId);
        if (!waitingRuns(db).includes(runId)) {
          throw new AppError('inUse', m.runs_not_waiting({ name }));
        }
      }
      for (const runId of runIds) {
        if (!forgetPosition(db, runId)) trainer.request(runId, 'stop');
      }
      return changed();
    },
    pause() {
      setPaused(db, true);
      return changed();
    },
    start() {
      setPaused(db, false);
      return changed();
    },
    work: trainer.work,
  };
}

/** Whether a run may start beside those that train. */
export function mayStart(
  { db, machine, atOnce }: Pick<QueueParts, 'db' | 'machine' | 'atOnce'>,
  runId: string,
): boolean {
  const running = runningRuns(db);
  if (running.length === 0) return true;
  const now = machine();
  const demand = (id: string): Demand => {
    const { config, expected } = getSummary(db, id);
    return demandFor(config, expected, now);
  };
  return admits(demand(runId), running.map(demand), now, atOnce());
}

function demandFor(config: RunConfig, expected: Expected | null, machine: Machine): Demand {
  return {
    // A run of an older version, of which nothing is expected, is taken to need half of the machine.
    memoryBytes: expected?.peakMemoryBytes ?? machine.memoryBytes / 2,
    cores: coresOf(config, machine.cores),
  };
}

function demandOf(row: QueuedRow, machine: Machine): Demand {
  return demandFor(configOfRow(row), expectedOfRow(row), machine);
}

function secondsLeft(row: QueuedRow, pace: Pace): [number, number] | null {
  const { epochCount, bestEpoch } = row;
  const config = configOfRow(row);
  const secondsPerEpoch =
    row.epochSeconds ?? pace(row.datasetId, config) ?? expectedOfRow(row)?.secondsPerEpoch;
  if (secondsPerEpoch === undefined) return null;
  const [low, high]: Span = epochsLeft(config, epochCount, bestEpoch);
  const beside = row.state === 'running' ? 0 : besideEpochsSeconds;
  return [low * secondsPerEpoch + beside, high * secondsPerEpoch + beside];
}

const configOfRow = ({ config }: QueuedRow) => readStoredConfig(config);
const expectedOfRow = ({ expected }: QueuedRow) =>
  expected === null ? null : (JSON.parse(expected) as Expected);
