import { rmSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';

import type { Epoch } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';
import type { FromChildBody } from '#contract/trainer.ts';
import { epochOrder, stepsPerEpoch } from '#core/model/batch-order.ts';
import { afterEpoch, isBetter, isPatienceOver } from '#core/model/early-stopping.ts';
import type { LogSaying } from '#core/wording/log-lines.ts';
import type { Reason } from '#core/wording/reasons.ts';

import {
  files,
  hashOf,
  loadCheckpoint,
  loadWeightsOf,
  promoteNext,
  saveCheckpoint,
  saveWeights,
  type TrainState,
  writeWeights,
} from './checkpoint.ts';
import type { Rows, RunData } from './data.ts';
import { findDivergence, rowLines } from './divergence.ts';
import type { Engine, StepResult, TensorData } from './engine/engine.ts';
import { evaluateRows, type Evaluation } from './evaluation.ts';
import { createPace } from './pace.ts';
import { createReporter, type Send } from './reporter.ts';

export type Request = 'stop' | 'pause' | null;

export type LoopOptions = Readonly<{
  config: RunConfig;
  engine: Engine;
  data: RunData;
  folder: string;
  /** `startState`, or that of the checkpoint whose weights the engine holds. */
  start: TrainState;
  /** Resolves when the supervisor has stored an epoch; calls `whileWaiting` now and then. */
  stored: (epoch: number, whileWaiting: () => void) => Promise<void>;
  send: Send;
  /** Looked at between batches. */
  requested: () => Request;
  /** Whether what can be left out at the end is to be left out. */
  isHurried: () => boolean;
  /** After how long a checkpoint is written within an epoch. */
  checkpointSeconds?: number | undefined;
}>;

type Ended = Extract<FromChildBody, { type: 'ended' }>;

/** Trains from `start` to the end of the run, or to where it is stopped, paused or diverges. */
export async function trainRun(options: LoopOptions): Promise<Ended> {
  const { config, engine, data, folder, send, requested, isHurried } = options;
  const checkpointSeconds = options.checkpointSeconds ?? CHECKPOINT_SECONDS;
  const report = createReporter(send);
  const stepCount = stepsPerEpoch(data.train.count, config.batchSize);
  const evaluatedCount = data.test.count + (data.isValidatedOnTest ? 0 : data.validation.count);
  const pace = createPace();
  const fileOf = (name: string): string => path.join(folder, name);
  let state = options.start;

  if (state.step === 0) {
    saveWeights(fileOf(files.epoch(0)), engine.readWeights(), { epoch: 0 });
    saveCheckpoint(fileOf(files.last), engine, state);
    sendEpoch(0, null, false, null, null);
  }
  let end = endOf(state, config);

  while (end === null) {
    const epoch = state.epoch + 1;
    const order = epochOrder(data.train.count, config.seed, epoch);
    let savedAt = performance.now();

    // One epoch of training: shuffled, the last batch holds what is left.
    while (state.stepInEpoch < stepCount) {
      const begunAt = performance.now();
      const begin = state.stepInEpoch * config.batchSize;
      const batch = data.train.batch(order.subarray(begin, begin + config.batchSize));
      const step = state.step + 1;
      const result = await engine.trainStep(batch, step);
      const seconds = (performance.now() - begunAt) / 1000;
      pace.addStep(batch.count, seconds);
      state = {
        ...state,
        step,
        stepInEpoch: state.stepInEpoch + 1,
        lossSum: state.lossSum + result.loss * batch.count,
        correctSum: state.correctSum + result.correct,
        trainSeconds: state.trainSeconds + seconds,
        elapsedSeconds: state.elapsedSeconds + seconds,
      };
      report.step({
        epoch,
        step,
        seconds: state.elapsedSeconds,
        count: batch.count,
        result,
        samplesPerSecond: batch.count / seconds,
      });
      tellProgress('training', epoch, result.loss);
      if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradientNorm)) {
        const rows = Array.from(order.subarray(begin, begin + batch.count), (position) =>
          Number(data.train.rows[position]),
        );
        return divergedInTraining(epoch, step, result, rows);
      }
      const interruption = await breathe();
      if (interruption !== null) return leftWithin(interruption);
      if ((performance.now() - savedAt) / 1000 > checkpointSeconds) {
        // Who dies after it goes on from it: its steps must have been told by then.
        report.flush();
        saveCheckpoint(fileOf(files.within), engine, state);
        savedAt = performance.now();
      }
    }

    // Evaluation without dropout; test and validation may be the same rows.
    const evaluationBegunAt = performance.now();
    const test = await evaluate(data.test, epoch);
    const validation = data.isValidatedOnTest ? test : await evaluate(data.validation, epoch);
    if (test === null || validation === null) return leftWithin(requested() ?? 'stop');
    const evalSeconds = (performance.now() - evaluationBegunAt) / 1000;
    pace.setEvaluation(evalSeconds);
    if (!Number.isFinite(validation.loss) || !Number.isFinite(test.loss)) {
      const became = Number.isNaN(validation.loss + test.loss) ? 'NaN' : 'infinite';
      return diverged({ became, epoch, step: state.step, layer: null, rows: [], more: 0 });
    }

    const figures: Epoch = {
      epoch,
      loss: state.lossSum / data.train.count,
      accuracy: state.correctSum / data.train.count,
      valLoss: validation.loss,
      valAccuracy: validation.accuracy,
      testLoss: test.loss,
      testAccuracy: test.accuracy,
      trainSeconds: state.trainSeconds,
      evalSeconds,
      trainSamplesPerSecond: data.train.count / state.trainSeconds,
      evalSamplesPerSecond: evaluatedCount / evalSeconds,
    };
    const isBest = isBetter(figures, state.best);
    const waiting = afterEpoch(state, figures.valLoss, config.minDelta);
    state = {
      ...state,
      ...waiting,
      epoch,
      stepInEpoch: 0,
      lossSum: 0,
      correctSum: 0,
      trainSeconds: 0,
      elapsedSeconds: state.elapsedSeconds + evalSeconds,
      best: isBest ? figures : state.best,
      last: figures,
    };

    // All files first, those that replace others under names of their own; then the news; once it is stored, they take their
    // places. After a death in between, the database tells whether they do: a told epoch is never taken back, and a checkpoint is
    // never ahead of what is told.
    const weights = engine.readWeights();
    writeWeights(fileOf(files.epoch(epoch)), weights, { epoch });
    if (isBest) writeWeights(fileOf(files.nextBest), weights, { epoch });
    saveCheckpoint(fileOf(files.nextLast), engine, state);
    report.flush();
    sendEpoch(epoch, figures, isBest, test, data.isValidatedOnTest ? null : validation);
    await options.stored(epoch, report.alive);
    promoteNext(folder, isBest);
    rmSync(fileOf(files.within), { force: true });
    // One epoch more than promised, for a reader that is behind.
    if (epoch > 2) rmSync(fileOf(files.epoch(epoch - 2)), { force: true });

    end = endOf(state, config);
    const request = requested();
    if (end === null && request !== null) return left(request);
  }

  return ended('finished', end.reason, async () => (await breathe()) === null);

  /** Lets messages in; the answer is a request to leave. */
  async function breathe(): Promise<Request> {
    report.alive();
    await setImmediate();
    return requested();
  }

  async function evaluate(rows: Rows, epoch: number): Promise<Evaluation | null> {
    tellProgress('evaluating', epoch, null);
    return evaluateRows(engine, rows, async () => (await breathe()) === null);
  }

  function leftWithin(request: 'stop' | 'pause'): Promise<Ended> {
    saveCheckpoint(fileOf(files.within), engine, state);
    return left(request);
  }

  /** A paused run goes on: what it is worth is measured at its end. */
  function left(request: 'stop' | 'pause'): Promise<Ended> {
    return request === 'stop'
      ? ended('stopped', null)
      : ended('paused', null, () => Promise.resolve(false));
  }

  function divergedInTraining(
    epoch: number,
    step: number,
    result: StepResult,
    rows: readonly number[],
  ): Promise<Ended> {
    const { became, layer } = findDivergence(engine, result);
    report.flush();
    for (const line of rowLines(step, rows)) send(line);
    const shown = rows.slice(0, SHOWN_ROWS);
    return diverged({ became, epoch, step, layer, rows: shown, more: rows.length - shown.length });
  }

  function diverged(
    what: Omit<Extract<Reason, { kind: 'diverged' }>, 'kind' | 'good' | 'isRelu'>,
  ): Promise<Ended> {
    // The steps since the last complete epoch led here: going on from them would only lead here again.
    rmSync(fileOf(files.within), { force: true });
    const { state: good } = loadCheckpoint(fileOf(files.last));
    return ended('diverged', {
      kind: 'diverged',
      ...what,
      good: good.epoch === 0 ? null : good.epoch,
      isRelu: config.lstmActivation === 'relu',
    });
  }

  /**
   * The end, with the train accuracy without dropout of the last complete epoch's weights and of the best. Everything else is
   * stored by now, so `isWanted`, asked between batches, may end that.
   */
  async function ended(
    stateName: Ended['state'],
    reason: Reason | null,
    isWanted: () => Promise<boolean> = stillUnhurried,
  ): Promise<Ended> {
    report.flush();
    const { state: kept, weights } = loadCheckpoint(fileOf(files.last));
    const hasEpoch = kept.best !== null;
    const best = kept.best === null ? null : bestWeights(kept.best.epoch);
    let lastTrainAccuracy: number | null = null;
    let bestTrainAccuracy: number | null = null;
    if (hasEpoch && (await isWanted())) {
      tellProgress('finishing', kept.epoch, null);
      lastTrainAccuracy = await trainAccuracy(weights, isWanted);
      if (kept.best.epoch === kept.epoch) bestTrainAccuracy = lastTrainAccuracy;
      else if (best !== null) bestTrainAccuracy = await trainAccuracy(best, isWanted);
    }
    return {
      type: 'ended',
      state: stateName,
      reason,
      weightsHash: hasEpoch ? hashOf(weights) : null,
      bestWeightsHash: best === null ? null : hashOf(best),
      bestTrainAccuracy,
      lastTrainAccuracy,
    };
  }

  /** Null, and a line in the log, where the file is damaged or another epoch's: that must not cost the rest of the run. */
  function bestWeights(epoch: number): readonly TensorData[] | null {
    try {
      return loadWeightsOf(epoch, fileOf(files.best));
    } catch {
      const saying: LogSaying = { kind: 'bestWeightsDamaged', epoch };
      send({ type: 'log', level: 'error', saying });
      return null;
    }
  }

  async function stillUnhurried(): Promise<boolean> {
    await breathe();
    return !isHurried();
  }

  async function trainAccuracy(
    weights: readonly TensorData[],
    isWanted: () => Promise<boolean>,
  ): Promise<number | null> {
    if (!(await isWanted())) return null;
    engine.load(weights);
    return (await evaluateRows(engine, data.train, isWanted))?.accuracy ?? null;
  }

  function tellProgress(
    phase: 'training' | 'evaluating' | 'finishing',
    epoch: number,
    loss: number | null,
  ): void {
    report.progress({
      epoch,
      step: state.step,
      stepsPerEpoch: stepCount,
      loss,
      samplesPerSecond: pace.samplesPerSecond(),
      secondsLeft: pace.secondsLeft({
        rowsLeft:
          (config.epochs - state.epoch) * data.train.count - state.stepInEpoch * config.batchSize,
        evaluationsLeft: config.epochs - state.epoch,
        evaluatedCount,
      }),
      phase,
    });
  }

  function sendEpoch(
    epoch: number,
    figures: Epoch | null,
    isBest: boolean,
    test: Evaluation | null,
    validation: Evaluation | null,
  ): void {
    const named = (rows: Rows, evaluation: Evaluation | null) =>
      evaluation === null ? null : { rows: rows.rows, probabilities: evaluation.probabilities };
    send({
      type: 'epoch',
      epoch,
      figures,
      isBest,
      weightsPath: fileOf(files.epoch(epoch)),
      test: named(data.test, test),
      validation: named(data.validation, validation),
      memoryBytes: engine.memoryBytes(),
      tensorCount: engine.tensorCount(),
    });
  }
}

/** Between checkpoints within a long epoch: what a power cut costs at most. */
const CHECKPOINT_SECONDS = 120;
/** Of the rows of a step that diverged, in the reason of the run; the log has all. */
const SHOWN_ROWS = 3;

/** Why a run is over, null where there is more to do; the reason is null where all epochs are done. */
function endOf(state: TrainState, config: RunConfig): Readonly<{ reason: Reason | null }> | null {
  if (state.epoch >= config.epochs) return { reason: null };
  if (!isPatienceOver(state, config.patience)) return null;
  // Half certain of everything gives ln 2 = 0.69: whoever never came near it was thrown off by its steps.
  const isLost = state.best !== null && state.best.valLoss > 1;
  return { reason: { kind: 'stoppedEarly', epochs: state.epochsWaited, isLost } };
}
