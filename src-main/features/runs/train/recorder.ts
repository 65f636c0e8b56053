import type { Epoch, RunProgress } from '#contract/run.ts';
import type { Branch } from '#contract/snapshot.ts';
import type { FromChild, StepsBatch } from '#contract/trainer.ts';
import type { LogSaying } from '#core/wording/log-lines.ts';

import { putBlob } from '../../../db/blobs.ts';
import type { Databases } from '../../../db/open.ts';
import { snapshotId } from '../start/ids.ts';
import { insertEpoch, insertLog, setProgress, type LogLine } from '../results/results-store.ts';
import { insertSteps } from '../results/steps-store.ts';

export type EmbeddingTable = Readonly<{
  branch: Branch;
  rows: number;
  dims: number;
  values: Float32Array;
}>;

export type RecorderOptions = Readonly<{
  databases: Databases;
  runId: string;
  runKey: number;
  /** Where the stored part of the run ends. */
  from: Readonly<{ step: number; seconds: number }>;
  now: () => Date;
  readTables: (weightsPath: string) => EmbeddingTable[];
  /** Bytes of the run's files and blobs, now. */
  diskBytes: () => number;
  /** Its rows are stored, or it is left out for good; figures are null then, and for epoch 0. */
  onEpochDone: (epoch: number, figures: Epoch | null) => void;
}>;

export type Recorder = Readonly<{
  receive: (message: FromChild) => void;
  log: (level: LogLine['level'], saying: LogSaying) => void;
  /** Since when the child has been silent, null when it speaks. */
  setSilent: (since: string | null) => void;
  /**
   * Stores what has come since the last time: blobs first, then all rows in one transaction. Throws where that is impossible; what
   * was not stored is kept for the next time.
   */
  flush: () => Readonly<{ hasSteps: boolean; hasChanged: boolean }>;
}>;

/** Turns a child's messages into rows, a few at a time. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { databases, runKey, from } = options;
  let steps: StepsBatch[] = [];
  let epochs: EpochMessage[] = [];
  let lines: LogLine[] = [];
  let linesLeftOut = 0;
  let progress: RunProgress | null = null;
  let hasNewProgress = false;
  let silentSince: string | null = null;
  let lastStep = from.step;
  let lastSeconds = from.seconds;

  function receive(message: FromChild): void {
    switch (message.type) {
      case 'news': {
        if (message.steps !== null) receiveSteps(message.steps);
        if (message.progress === null) break;
        progress = message.progress;
        hasNewProgress = true;
        break;
      }
      case 'log': {
        log(message.level, message.saying as LogSaying);
        break;
      }
      case 'epoch': {
        receiveEpoch(message);
        break;
      }
      default:
    }
  }

  function receiveSteps(batch: StepsBatch): void {
    steps.push(batch);
    lastStep = batch.steps.at(-1) ?? lastStep;
    lastSeconds = batch.seconds.at(-1) ?? lastSeconds;
  }

  function receiveEpoch(message: Extract<FromChild, { type: 'epoch' }>): void {
    if (message.figures !== null && !isFinite(message.figures)) {
      log('warning', { kind: 'epochNotFinite', epoch: message.epoch });
      options.onEpochDone(message.epoch, null);
      return;
    }
    lastSeconds += message.figures?.evalSeconds ?? 0;
    epochs.push({
      message,
      // The file is replaced by the next epoch's.
      tables: options.readTables(message.weightsPath),
      lastStep,
      seconds: lastSeconds,
    });
  }

  const lineOf = (level: LogLine['level'], saying: LogSaying): LogLine => ({
    at: options.now().toISOString(),
    level,
    text: JSON.stringify(saying),
  });

  function log(level: LogLine['level'], saying: LogSaying): void {
    if (lines.length >= linesAFlush) linesLeftOut += 1;
    else lines.push(lineOf(level, saying));
  }

  function flush(): { hasSteps: boolean; hasChanged: boolean } {
    const batch = { steps, epochs, lines: [...lines] };
    if (linesLeftOut > 0)
      batch.lines.push(lineOf('warning', { kind: 'leftOut', count: linesLeftOut }));
    const hasChanged = epochs.length > 0 || hasNewProgress || lines.length > 0;
    if (!hasChanged && steps.length === 0) return { hasSteps: false, hasChanged: false };
    const records = batch.epochs.map((epoch) => ({
      ...storeBlobs(epoch),
      diskBytes: options.diskBytes(),
    }));
    const shown =
      progress === null || silentSince === null ? progress : { ...progress, silentSince };
    databases.main
      .transaction(() => {
        for (const item of batch.steps) insertSteps(databases.main, runKey, item);
        for (const record of records) insertEpoch(databases.main, runKey, record);
        insertLog(databases.main, runKey, batch.lines);
        setProgress(databases.main, runKey, shown, lastSeconds);
      })
      .immediate();
    const hasSteps = steps.length > 0;
    // Nothing can have come in between: all of the above is synchronous.
    steps = [];
    epochs = [];
    lines = [];
    linesLeftOut = 0;
    hasNewProgress = false;
    for (const { message } of batch.epochs) {
      options.onEpochDone(message.epoch, message.figures);
    }
    return { hasSteps, hasChanged };
  }

  function storeBlobs({ message, tables, ...position }: EpochMessage) {
    const now = options.now();
    const predictions = (['test', 'validation'] as const).flatMap((split) => {
      const part = message[split];
      if (part === null) return [];
      return [
        {
          split,
          count: part.rows.length,
          blobHash: putBlob(databases.blobs, predictionBytes(part), now),
        },
      ];
    });
    return {
      epoch: message.epoch,
      figures: message.figures,
      memoryBytes: message.memoryBytes,
      tensorCount: message.tensorCount ?? null,
      ...position,
      predictions,
      tables: tables.map(({ values, ...table }) => ({
        ...table,
        snapshotId: snapshotId(options.runId, message.epoch, table.branch),
        blobHash: putBlob(databases.blobs, bytesOf(values), now),
      })),
    };
  }

  return {
    receive,
    log,
    setSilent(since) {
      silentSince = since;
      hasNewProgress = true;
    },
    flush,
  };
}

type EpochMessage = Readonly<{
  message: Extract<FromChild, { type: 'epoch' }>;
  tables: EmbeddingTable[];
  lastStep: number;
  seconds: number;
}>;

const linesAFlush = 200;

/** int32 rows, then float32 probabilities. */
export function predictionBytes(
  part: Readonly<{ rows: Int32Array; probabilities: Float32Array }>,
): Uint8Array {
  const bytes = new Uint8Array(part.rows.byteLength + part.probabilities.byteLength);
  bytes.set(bytesOf(part.rows), 0);
  bytes.set(bytesOf(part.probabilities), part.rows.byteLength);
  return bytes;
}

const bytesOf = (array: Int32Array | Float32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const isFinite = (figures: Epoch): boolean =>
  Object.values(figures).every((value) => Number.isFinite(value));
