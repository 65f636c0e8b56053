import { afterEach, beforeEach, expect, test } from 'vitest';

import { smooth } from '#core/util/smoothing.ts';

import { openTestRuns, tinyConfig, type TestRuns } from '../../../testing/test-runs.ts';
import { insertSteps } from './steps-store.ts';

let runs: TestRuns;
let runId: string;
beforeEach(async () => {
  runs = openTestRuns({ epochs: 1, stepsPerEpoch: 1 });
  const [started] = runs.service.start({ datasetId: 'd1', configs: [tinyConfig] });
  runId = started?.runId ?? '';
  await runs.service.follow(runId, () => undefined);
});
afterEach(async () => {
  await runs.remove();
});

function addSteps(loss: number[]): void {
  const runKey = Number(runs.databases.main.prepare('SELECT run_key FROM runs').pluck().get());
  const other = new Float32Array(loss.length).fill(1);
  insertSteps(runs.databases.main, runKey, {
    epoch: 1,
    steps: Int32Array.from(loss, (_, index) => index + 1),
    seconds: Float64Array.from(loss, (_, index) => index / 2),
    loss: Float32Array.from(loss),
    accuracy: other,
    gradientNorm: other,
    samplesPerSecond: other,
  });
}

test('what is not finite travels as words, and nothing of it is dropped', () => {
  addSteps(
    Array.from({ length: 500 }, (_, index) =>
      index === 77 ? Number.NaN : index === 99 ? Infinity : index,
    ),
  );
  const [curve] = runs.service.curves({
    runIds: [runId, 'unknown'],
    resolution: 'step',
    metric: 'loss',
    maxPoints: 20,
  });
  expect(curve?.totalPoints).toBe(500);
  expect(curve?.values.length).toBeLessThanOrEqual(22);
  expect(curve?.values).toContain('NaN');
  expect(curve?.values).toContain('Infinity');
  expect(curve?.values.at(-1)).toBe(499);
});

test('a window of steps is exact', () => {
  addSteps(Array.from({ length: 500 }, (_, index) => index));
  const [curve] = runs.service.curves({
    runIds: [runId],
    resolution: 'step',
    metric: 'loss',
    fromStep: 100,
    toStep: 109,
    maxPoints: 20,
  });
  expect(curve?.steps).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109]);
  expect(curve?.seconds[0]).toBe(49.5);
});

test('each run can begin where it is known to, and end where it is looked at', () => {
  addSteps(Array.from({ length: 500 }, (_, index) => index));
  const request = { runIds: [runId], resolution: 'step' as const, metric: 'loss' };
  const [curve] = runs.service.curves({ ...request, fromSteps: { [runId]: 499 } });
  expect(curve).toMatchObject({ steps: [499, 500], totalPoints: 2 });
  const [part] = runs.service.curves({
    ...request,
    fromStep: 7,
    toSteps: { [runId]: 8, other: 400 },
  });
  expect(part?.steps).toEqual([7, 8]);
  const [whole] = runs.service.curves({ ...request, fromSteps: { other: 499 } });
  expect(whole?.totalPoints).toBe(500);
});

test('the moving average is that over all points, in every window and however few are kept', () => {
  const loss = Array.from({ length: 3000 }, (_, index) =>
    index === 1500 ? Number.NaN : Math.exp(-index / 900) + 0.2 * Math.sin(index ** 1.5),
  );
  addSteps(loss);
  const exact = smooth(Float32Array.from(loss), 0.9);
  const request = { runIds: [runId], resolution: 'step' as const, metric: 'loss', smoothing: 0.9 };
  for (const window of [
    { maxPoints: 100 },
    { maxPoints: 5000 },
    { fromStep: 1400, toStep: 1600, maxPoints: 40 },
  ]) {
    const [curve] = runs.service.curves({ ...request, ...window });
    expect(curve?.smoothed.length).toBe(curve?.steps.length);
    curve?.steps.forEach((step, index) => {
      if (step === 1501) expect(curve.smoothed[index]).toBe('NaN');
      else expect(curve.smoothed[index]).toBeCloseTo(exact[step - 1] ?? 0, 6);
    });
  }
  expect(runs.service.curves({ ...request, smoothing: 0 })[0]?.smoothed).toEqual([]);
});

test('by epoch every metric is there; another is refused with those that are', () => {
  for (const metric of [
    'loss',
    'accuracy',
    'valLoss',
    'valAccuracy',
    'testLoss',
    'testAccuracy',
    'memoryBytes',
  ]) {
    const [curve] = runs.service.curves({ runIds: [runId], resolution: 'epoch', metric });
    expect(curve).toMatchObject({ epochs: [1], steps: [1] });
  }
  expect(() =>
    runs.service.curves({ runIds: [runId], resolution: 'step', metric: 'valLoss' }),
  ).toThrow(/Use loss, accuracy/);
});
