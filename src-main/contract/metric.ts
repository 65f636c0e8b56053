import { z } from 'zod';

/** What is measured of a model in each epoch, in the order of tables; `loss` and `accuracy` while it trains, with dropout. */
export const epochFigures = [
  'loss',
  'accuracy',
  'valLoss',
  'valAccuracy',
  'testLoss',
  'testAccuracy',
] as const;
export type EpochFigure = (typeof epochFigures)[number];

/** An object that has something for each of them. */
export const eachEpochFigure = <T>(of: (figure: EpochFigure) => T): Record<EpochFigure, T> =>
  Object.fromEntries(epochFigures.map((figure) => [figure, of(figure)])) as Record<EpochFigure, T>;

/** What is measured in each step, in the order in which a stored step holds them. */
export const stepFigures = ['loss', 'accuracy', 'gradientNorm', 'samplesPerSecond'] as const;
export type StepFigure = (typeof stepFigures)[number];

/** As columns and TensorBoard name it: `val_loss`. */
export const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Figures of a trained model by their keys (core/metrics/table.ts); null where there is none. */
export const figuresSchema = z.record(z.string(), z.number().nullable());
export type RunFigures = z.infer<typeof figuresSchema>;

/** A request for curves: a window of one metric of some runs, downsampled to about `maxPoints` points a run. */
export const curvesRequestSchema = z.object({
  runIds: z.array(z.string()).max(500),
  resolution: z.enum(['epoch', 'step']),
  metric: z.string(),
  fromStep: z.number().int().optional(),
  toStep: z.number().int().optional(),
  /** Where each run's window begins and ends, by run; instead of `fromStep` and `toStep`. */
  fromSteps: z.record(z.string(), z.number().int()).optional(),
  toSteps: z.record(z.string(), z.number().int()).optional(),
  maxPoints: z.number().int().min(10).max(20_000).optional(),
  /** Weight of the moving average that comes with the values; 0: none. */
  smoothing: z.number().min(0).max(0.99).optional(),
});

const figureSchema = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);

/**
 * One curve. Downsampling keeps exact min, max, first, last of every bucket and every non-finite value, which travels as a
 * string because JSON has no NaN.
 */
export const curveSchema = z.object({
  runId: z.string(),
  epochs: z.array(z.number()),
  steps: z.array(z.number()),
  /** Seconds since the run's start. */
  seconds: z.array(z.number()),
  values: z.array(figureSchema),
  /** The debiased moving average over all points, at those that are kept; empty where none was asked for. */
  smoothed: z.array(figureSchema),
  totalPoints: z.number().int(),
});
export type Curve = z.infer<typeof curveSchema>;
