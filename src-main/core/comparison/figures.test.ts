import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { figuresOf } from './figures.ts';

const { cases } = JSON.parse(
  readFileSync(new URL('fixtures/calibration.json', import.meta.url), 'utf8'),
) as {
  cases: {
    labels: number[];
    probabilities: number[];
    calibrationError: number;
    confidenceCalibrationError: number;
  }[];
};

it.each(cases)('both calibration errors agree with NumPy: case %#', (of) => {
  const figures = figuresOf(of.labels, of.probabilities);
  expect(figures.calibrationError).toBeCloseTo(of.calibrationError, 10);
  expect(figures.confidenceCalibrationError).toBeCloseTo(of.confidenceCalibrationError, 10);
});

it('a model that is as sure as it is right is calibrated in its confidence, though not in P(positive)', () => {
  // One in two reviews with 0.75 is positive, none of those with 0.25: three in four predictions are right.
  const figures = figuresOf([1, 0, 0, 0], [0.75, 0.75, 0.25, 0.25]);
  expect(figures.confidenceCalibrationError).toBeCloseTo(0, 12);
  expect(figures.calibrationError).toBeCloseTo(0.25, 12);
});
