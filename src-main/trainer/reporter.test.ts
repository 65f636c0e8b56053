import { describe, expect, it } from 'vitest';

import type { FromChildBody } from '#contract/trainer.ts';

import { createReporter, type StepFacts } from './reporter.ts';

const stepAt = (step: number, epoch = 1): StepFacts => ({
  epoch,
  step,
  seconds: step / 1000,
  count: 4,
  result: { loss: step, correct: 3, gradientNorm: 2, brokenLayer: null },
  samplesPerSecond: 10,
});
const progress = {
  epoch: 1,
  step: 1,
  stepsPerEpoch: 9,
  loss: 1,
  samplesPerSecond: 1,
  secondsLeft: 1,
};

describe('createReporter', () => {
  it('sends at most four times a second, and loses no step', () => {
    let now = 0;
    const sent: FromChildBody[] = [];
    const report = createReporter(
      (body) => sent.push(body),
      () => now,
    );
    for (let step = 1; step <= 1000; step += 1) {
      now += 1;
      report.step(stepAt(step));
      report.progress({ ...progress, step, phase: 'training' });
      report.alive();
    }
    report.flush();
    const news = sent.filter((body) => body.type === 'news');
    const steps = news.flatMap((body) => [...(body.steps?.steps ?? [])]);
    expect(steps).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
    expect(sent.length).toBeLessThanOrEqual(5);
    expect(news.at(-1)).toMatchObject({ progress: { step: 1000 } });
  });

  it('never mixes epochs in one message, and tells a new phase', () => {
    const sent: FromChildBody[] = [];
    const report = createReporter(
      (body) => sent.push(body),
      () => 0,
    );
    report.step(stepAt(1, 1));
    report.progress({ ...progress, phase: 'training' });
    report.progress({ ...progress, phase: 'evaluating' });
    report.step(stepAt(2, 2));
    report.step(stepAt(3, 3));
    report.flush();
    const news = sent.filter((body) => body.type === 'news');
    expect(
      news.flatMap(({ steps }) => (steps === null ? [] : [[steps.epoch, ...steps.steps]])),
    ).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(news.flatMap(({ progress }) => (progress === null ? [] : [progress.phase]))).toEqual([
      'training',
      'evaluating',
    ]);
  });
});
