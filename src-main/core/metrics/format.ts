import * as m from '#messages';

import { accuracy, bytes, count, duration, fixed, loss, points } from '../wording/number-text.ts';

type Write = (value: number) => string;

/** How the values of a metric are written, and drawn on an axis. */
type Format = Readonly<{
  write: Write;
  /** In a column whose title has the unit. */
  writeCell: Write;
  /** The size of a difference, or of a spread. */
  writeSize: Write;
  /** A difference with its sign, or in words where that is plainer. */
  writeDifference: Write;
  /** Of the last digit that is shown; 0 where a value is taken as it is. */
  stepOf: (value: number) => number;
  /** Of an axis: what a tick shows is the value times `factor`. */
  tick: Readonly<{ factor: number; decimals: number; unit: string }>;
}>;

const alike = (
  write: Write,
  tick: Partial<Format['tick']> = {},
  writeSize: Write = write,
): Format => ({
  write,
  writeCell: write,
  writeSize,
  writeDifference(by) {
    const sign = by < 0 ? '−' : by > 0 ? '+' : '';
    return `${sign}${writeSize(Math.abs(by))}`;
  },
  stepOf: () => 0,
  tick: { factor: 1, decimals: 0, unit: '', ...tick },
});

type Worded = (inputs: { count: string }) => string;

/** For what is counted: "2 earlier", "the same". */
const inWords =
  (write: Write, less: Worded, more: Worded): Write =>
  (by) => {
    const size = Math.abs(by);
    if (size < 0.05) return m.compare_the_same();
    return (by < 0 ? less : more)({ count: write(size) });
  };

/** A mean over seeds can lie between two epochs. */
const epoch: Write = (value) => (Number.isInteger(value) ? count(value) : fixed(value, 1));

export const formats = {
  /** A fraction in per cent; its differences are points. */
  share: alike((value) => accuracy(value), { factor: 100, decimals: 1, unit: '%' }, points),
  /** A difference of fractions. */
  points: alike((value) => (value < 0 ? `−${points(value)}` : points(value)), {}, points),
  /** Losses, scores, areas and coefficients. */
  decimal: {
    // A size is in the decimals of the values beside it.
    ...alike(loss, { decimals: 3 }, (size) => (size >= 0.00005 ? fixed(size, 4) : loss(size))),
    stepOf: (value) => (Math.abs(value) < 0.001 ? 0 : 0.0001),
  },
  seconds: {
    ...alike(duration),
    writeCell: (value) => fixed(value, 1),
    stepOf: (value) => (value < 9.95 ? 0.1 : value < 600 ? 1 : 60),
  },
  epoch: {
    ...alike(epoch),
    writeDifference: inWords(epoch, m.compare_earlier, m.compare_later),
  },
  count: {
    ...alike(count),
    writeDifference: inWords(count, m.compare_fewer, m.compare_more),
  },
  rate: alike((value) => fixed(value, value < 100 ? 1 : 0)),
  bytes: alike(bytes, { factor: 1e-9, decimals: 1, unit: 'GB' }),
} satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof formats;

/** How a chart's upright axis has it. */
export function axisOf(format: FormatName) {
  const { write, tick } = formats[format];
  return { formatY: write, tickFactor: tick.factor, tickDecimals: tick.decimals };
}
