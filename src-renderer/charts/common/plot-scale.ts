import { linearTicks, logTicks, niceExtent } from '#core/charts/ticks.ts';

/** A number, a word, or nothing: then it has no place on the axis. */
export type PlotValue = number | string | null;

/** From values to shares of an axis, 0 at its start and 1 at its end. */
export type PlotScale = Readonly<{
  kind: 'linear' | 'log' | 'words';
  share: (value: PlotValue) => number | null;
  /** The number at a share; null on an axis of words. */
  numberAt: (share: number) => number | null;
  ticks: readonly Readonly<{ share: number; value: number | string }>[];
}>;

/** From this ratio of largest to smallest on, steps are factors; from the smaller one on where the values lie evenly as factors only. */
const logRatio = 100;
const leastLogRatio = 8;

/** Numbers on a linear axis, or on a logarithmic one where they span decades; with words among them, all as words. */
export function plotScale(values: readonly PlotValue[], tickCount = 5): PlotScale {
  const numbers = values.filter((value) => typeof value === 'number').filter(Number.isFinite);
  const words = values.filter((value) => typeof value === 'string');
  if (words.length > 0) return wordScale([...numbers, ...words]);
  if (numbers.length === 0) return linearScale(0, 1, tickCount);
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  if (low > 0 && (high / low >= logRatio || liesAsFactors(numbers, low, high)))
    return logScale(low, high);
  return linearScale(low, high, tickCount);
}

/** Drawn by factors (a log-uniform sweep, powers of two), the middle value is in the middle of the logarithms, but low among the numbers. */
function liesAsFactors(numbers: readonly number[], low: number, high: number): boolean {
  const distinct = [...new Set(numbers)].sort((a, b) => a - b);
  if (high / low < leastLogRatio || distinct.length < 3) return false;
  const [one = low, other = low] = [
    distinct[(distinct.length - 1) >> 1],
    distinct[distinct.length >> 1],
  ];
  const byNumber = ((one + other) / 2 - low) / (high - low);
  const byFactor = Math.log(Math.sqrt(one * other) / low) / Math.log(high / low);
  return byNumber < 0.35 && byFactor > 0.25 && byFactor < 0.75;
}

/** Linear, from `low` to `high` exactly: for charts that share their axes. */
export function exactScale(low: number, high: number, tickCount = 4): PlotScale {
  return {
    kind: 'linear',
    share: (value) =>
      typeof value === 'number' && Number.isFinite(value) ? (value - low) / (high - low) : null,
    numberAt: (share) => low + share * (high - low),
    ticks: linearTicks(low, high, tickCount).values.map((value) => ({
      share: (value - low) / (high - low),
      value,
    })),
  };
}

function linearScale(low: number, high: number, tickCount: number): PlotScale {
  const [start, end] = niceExtent(low, high, tickCount);
  return exactScale(start, end, tickCount);
}

function logScale(low: number, high: number): PlotScale {
  const start = Math.log10(low) - 0.05;
  const end = Math.log10(high) + 0.05;
  const shareOf = (value: number): number => (Math.log10(value) - start) / (end - start);
  return {
    kind: 'log',
    share: (value) =>
      typeof value === 'number' && value > 0 && Number.isFinite(value) ? shareOf(value) : null,
    numberAt: (share) => 10 ** (start + share * (end - start)),
    ticks: logTicks(10 ** start, 10 ** end).values.map((value) => ({
      share: shareOf(value),
      value,
    })),
  };
}

function wordScale(values: readonly (number | string)[]): PlotScale {
  const words = [...new Set(values)].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : Number(typeof a === 'string') - Number(typeof b === 'string') ||
        String(a).localeCompare(String(b), 'en', { numeric: true }),
  );
  const shares = new Map(words.map((word, index) => [word, (index + 0.5) / words.length]));
  return {
    kind: 'words',
    share: (value) => (value === null ? null : (shares.get(value) ?? null)),
    numberAt: () => null,
    ticks: words.map((value) => ({ share: shares.get(value) ?? 0, value })),
  };
}
