import { describe, expect, it, test } from 'vitest';

import { epochFigures } from '#contract/metric.ts';

import { formats } from './format.ts';
import {
  extremeOf,
  figureOf,
  measuredFigures,
  metricsIn,
  predictedFigures,
  predictedOf,
  runMetric,
} from './run-figures.ts';
import { epochMetrics, runMetrics } from './table.ts';

const judged = { labels: [0, 0, 1, 1], probabilities: [0.1, 0.6, 0.4, 0.9] };

describe('the table', () => {
  it('has one row a key', () => {
    expect(new Set(runMetrics.map(({ key }) => key)).size).toBe(runMetrics.length);
  });

  it('offers a figure in one table of a report at most, and what is offered in files everywhere with a key', () => {
    const both = metricsIn('report').filter((metric) => metricsIn('training').includes(metric));
    expect(both).toEqual([]);
    expect(metricsIn('files').map(({ key }) => key)).toEqual(
      expect.arrayContaining(['accuracy', 'loss', 'valLoss', 'trainAccuracy', 'averagePrecision']),
    );
  });

  it('has a column in the runs table only for what comes from predictions alone', () => {
    for (const { key, epoch, predictions, confusion } of metricsIn('runs')) {
      expect([key, epoch]).toEqual([key, undefined]);
      expect([key, predictions ?? confusion]).not.toEqual([key, undefined]);
    }
  });
});

describe('figures of predictions', () => {
  it('are calculated for every row that has a formula and a place', () => {
    const figures = predictedFigures(predictedOf(judged));
    expect(figures).toMatchObject({ accuracy: 0.5, rocArea: 0.75 });
    expect(figures['brier']).toBeCloseTo((0.01 + 0.36 + 0.36 + 0.01) / 4, 12);
    expect(figures).not.toHaveProperty('precision');
    expect(figures).not.toHaveProperty('valLoss');
  });

  it('are null without predictions, and where reviews of one class rank nothing', () => {
    expect(new Set(Object.values(predictedFigures(null)))).toEqual(new Set([null]));
    const ofOne = predictedFigures(predictedOf({ labels: [1, 1], probabilities: [0.2, 0.8] }));
    expect(ofOne).toMatchObject({ accuracy: 0.5, rocArea: null });
  });

  it('give way to what was measured in the epoch', () => {
    const epoch = { epoch: 3, loss: 0.2, accuracy: 0.9, valLoss: 0.3, valAccuracy: 0.8 };
    const times = { trainSeconds: 1, evalSeconds: 1 };
    const rates = { trainSamplesPerSecond: 1, evalSamplesPerSecond: 1 };
    const measured = { ...epoch, ...times, ...rates, testLoss: 0.4, testAccuracy: 0.7 };
    expect(measuredFigures(measured)).toEqual({
      accuracy: 0.7,
      loss: 0.4,
      valAccuracy: 0.8,
      valLoss: 0.3,
    });
    expect(measuredFigures(undefined)['accuracy']).toBeNull();
  });

  it('that follow from others need all of them', () => {
    const gap = runMetric('gap');
    expect(figureOf(gap, { accuracy: 0.8, trainAccuracy: 0.9 })).toBeCloseTo(0.1, 12);
    expect(figureOf(gap, { accuracy: 0.8, trainAccuracy: null })).toBeNull();
    expect(figureOf(gap, undefined)).toBeNull();
  });
});

test('the best over epochs is the lowest loss and the highest accuracy', () => {
  const epochs = [0.5, 0.25, null].map((value) => ({
    ...{ loss: value, accuracy: value, valLoss: value, valAccuracy: value },
    ...{ testLoss: value, testAccuracy: value },
  }));
  for (const figure of epochFigures)
    expect(extremeOf(figure, epochs)).toBe(epochMetrics[figure].goal === 'lower' ? 0.25 : 0.5);
  expect(extremeOf('valLoss', [])).toBeNull();
});

test('differences have the digits of the values, and words where something is counted', () => {
  expect(formats.share.writeDifference(-0.0046)).toBe('−0.46 pt');
  expect(formats.decimal.writeDifference(0.03)).toBe('+0.0300');
  expect(formats.decimal.write(-0.0004)).toBe('−4.0e-4');
  expect(formats.points.write(-0.02)).toBe('−2.00 pt');
  expect(formats.epoch.writeDifference(-1.5)).toBe('1.5 earlier');
  expect(formats.count.writeDifference(2000)).toBe('2,000 more');
  expect(formats.count.writeDifference(0)).toBe('the same');
});
