import { niceExtent } from '../common/ticks.ts';
import type { CurveLine, Goal } from './model.ts';

export type Extent = Readonly<{
  low: number;
  high: number;
  /** Points beyond the axis: clipped, and said. */
  above: number;
  below: number;
}>;

const tickCount = 4;
/** A few first epochs far off would flatten all the rest: from this many points on they may leave the axis. */
const minPointsToClip = 12;
const sampleSize = 4096;

/** Interval of x over all lines; null without points. */
export function xExtent(lines: readonly CurveLine[]): readonly [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const line of lines) {
    for (const x of line.x) {
      if (x < low) low = x;
      if (x > high) high = x;
    }
    if (line.broken && line.broken.x > high) high = line.broken.x;
    if (line.broken && line.broken.x < low) low = line.broken.x;
  }
  return low <= high ? [low, high] : null;
}

/**
 * Interval of y over what is in the window. The bad side (high for a loss, low for an accuracy) stops at Tukey's fence where
 * outliers would take the room, but never cuts a best or last point.
 */
export function yExtent(
  lines: readonly CurveLine[],
  window: readonly [number, number] | null,
  goal: Goal,
  isLog: boolean,
): Extent | null {
  const values: number[] = [];
  const kept: number[] = [];
  let low = Infinity;
  let high = -Infinity;
  for (const line of lines) {
    const last = line.y.length - 1;
    for (let i = 0; i <= last; i += 1) {
      const y = line.y[i] ?? NaN;
      const x = line.x[i] ?? NaN;
      if (!Number.isFinite(y) || (isLog && y <= 0)) continue;
      if (window && (x < window[0] || x > window[1])) continue;
      values.push(y);
      if (y < low) low = y;
      if (y > high) high = y;
      if (i === line.bestIndex || i === last) kept.push(y);
    }
  }
  if (values.length === 0) return null;
  if (!isLog && values.length >= minPointsToClip) {
    const sample = sortedSample(values);
    const q1 = quantile(sample, 0.25);
    const q3 = quantile(sample, 0.75);
    const reach = 1.5 * (q3 - q1);
    if (goal === 'lower' && reach > 0) high = Math.min(high, Math.max(q3 + reach, ...kept));
    if (goal === 'higher' && reach > 0) low = Math.max(low, Math.min(q1 - reach, ...kept));
  }
  if (!isLog) {
    const pad = (high - low) * 0.04;
    const isShare = goal === 'higher' && low >= 0 && high <= 1;
    const isPositive = low >= 0;
    [low, high] = niceExtent(low - pad, high + pad, tickCount);
    // A loss is not below 0, an accuracy not above 1: no room for what cannot be.
    if (isPositive) low = Math.max(0, low);
    if (isShare) high = Math.min(1, high);
  } else if (low === high) {
    low /= 1.2;
    high *= 1.2;
  }
  return {
    low,
    high,
    above: values.filter((value) => value > high).length,
    below: values.filter((value) => value < low).length,
  };
}

/** Points the run has and the chart does not draw: downsampled away, on every line. */
export function leftOut(lines: readonly CurveLine[]): Readonly<{ hidden: number; total: number }> {
  let total = 0;
  let drawn = 0;
  for (const line of lines) {
    total += Math.max(line.totalPoints, line.x.length);
    drawn += line.x.length;
  }
  return { hidden: total - drawn, total };
}

/** All values, or every so many of very many: a fence needs no more. */
function sortedSample(values: readonly number[]): readonly number[] {
  const stride = Math.ceil(values.length / sampleSize);
  return values.filter((_, index) => index % stride === 0).sort((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}
