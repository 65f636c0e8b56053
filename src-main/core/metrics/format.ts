import { accuracy, bytes, count, duration, fixed, loss, points } from '../number-text.ts';

type Write = (value: number) => string;

/** How the values of a metric are written, and drawn on an axis. */
type Format = Readonly<{
  write: Write;
  /** In a column whose title has the unit. */
  writeCell: Write;
  /** The size of a difference, or of a spread. */
  writeSize: Write;
  /** Of the last digit that is shown; 0 where a value is taken as it is. */
  stepOf: (value: number) => number;
  /** What a tick shows: the value times `factor`. */
  tick: Readonly<{ factor: number; decimals: number; unit: string }>;
}>;

const alike = (write: Write, tick: Partial<Format['tick']> = {}): Format => ({
  write,
  writeCell: write,
  writeSize: write,
  stepOf: () => 0,
  tick: { factor: 1, decimals: 0, unit: '', ...tick },
});

export const formats = {
  /** A fraction in per cent; its differences are points. */
  share: {
    ...alike((value) => accuracy(value), { factor: 100, decimals: 1, unit: '%' }),
    writeSize: points,
  },
  /** A difference of fractions. */
  points: {
    ...alike((value) => (value < 0 ? `−${points(value)}` : points(value))),
    writeSize: points,
  },
  /** Losses, scores, areas and coefficients. */
  decimal: {
    ...alike(loss, { decimals: 3 }),
    // In the decimals of the values beside it.
    writeSize: (size) => (size >= 0.00005 ? fixed(size, 4) : loss(size)),
    stepOf: (value) => (Math.abs(value) < 0.001 ? 0 : 0.0001),
  },
  seconds: {
    ...alike(duration),
    writeCell: (value) => fixed(value, 1),
    stepOf: (value) => (value < 9.95 ? 0.1 : value < 600 ? 1 : 60),
  },
  /** A mean over seeds can lie between two epochs. */
  epoch: alike((value) => (Number.isInteger(value) ? count(value) : fixed(value, 1))),
  count: alike(count),
  rate: alike((value) => fixed(value, value < 100 ? 1 : 0)),
  bytes: alike(bytes, { factor: 1e-9, decimals: 1, unit: 'GB' }),
} satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof formats;
