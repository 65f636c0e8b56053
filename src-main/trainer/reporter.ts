import type { FromChildBody, StepsBatch } from '#contract/trainer.ts';
import type { RunProgress } from '#contract/run.ts';

import type { StepResult } from './engine/engine.ts';

export type Send = (body: FromChildBody) => void;

export type Reporter = Readonly<{
  /** A sign of life after each batch, at most four a second. */
  alive: () => void;
  step: (facts: StepFacts) => void;
  progress: (facts: ProgressFacts) => void;
  /** Sends what is collected, to be called before a message that refers to it. */
  flush: () => void;
}>;

export type StepFacts = Readonly<{
  epoch: number;
  step: number;
  /** Since the run's start. */
  seconds: number;
  count: number;
  result: StepResult;
  samplesPerSecond: number;
}>;
export type ProgressFacts = Omit<RunProgress, 'at'>;

/**
 * Collects steps and progress and sends them at most four times a second: a message takes a quarter of a millisecond of the training, and
 * the other side stores what comes twice a second.
 */
export function createReporter(
  send: Send,
  clock: () => number = () => performance.now(),
): Reporter {
  let steps: StepFacts[] = [];
  let latest: ProgressFacts | null = null;
  let sentAt = Number.NEGATIVE_INFINITY;

  function flush(): void {
    if (steps.length > 0 || latest !== null) sendNews();
  }

  function sendNews(): void {
    sentAt = clock();
    const progress = latest === null ? null : { ...latest, at: new Date().toISOString() };
    send({ type: 'news', steps: batchOf(steps), progress });
    steps = [];
    latest = null;
  }

  return {
    alive() {
      if (clock() - sentAt >= everyMs) sendNews();
    },
    step(facts) {
      if (steps.length > 0 && steps[0]?.epoch !== facts.epoch) flush();
      steps.push(facts);
    },
    progress(facts) {
      // A new phase is told at once; figures of the same phase may wait.
      const isNewPhase = latest !== null && latest.phase !== facts.phase;
      if (isNewPhase) flush();
      latest = facts;
    },
    flush,
  };
}

const everyMs = 250;

function batchOf(steps: readonly StepFacts[]): StepsBatch | null {
  const [first] = steps;
  if (first === undefined) return null;
  return {
    epoch: first.epoch,
    steps: Int32Array.from(steps, ({ step }) => step),
    seconds: Float64Array.from(steps, ({ seconds }) => seconds),
    loss: Float32Array.from(steps, ({ result }) => result.loss),
    accuracy: Float32Array.from(steps, ({ result, count }) => result.correct / count),
    gradientNorm: Float32Array.from(steps, ({ result }) => result.gradientNorm),
    samplesPerSecond: Float32Array.from(steps, (facts) => facts.samplesPerSecond),
  };
}
