import { niceExtent } from '#core/charts/ticks.ts';
import type { CurveLine, Goal } from './model.ts';

export type Extent = Readonly<{
  low: number;
  high: number;
  /** Points beyond the axis: clipped, and said. */
  above: number;
  below: number;
  /** What is said of all points; the axis may cover them or not. */
  hasOutliers: boolean;
}>;

const tickCount = 4;
/** A few first epochs far off would flatten all the rest: from this many points on they may leave the axis. */
const minPointsToClip = 12;
/** A line that leaves the others less than this share of the height, and is so many times as bad, may leave it as well. */
const leastShare = 1 / 8;
const farTimes = { lower: 3, none: 3, higher: 0.75 } as const;
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
 * outliers would take the room, but never cuts a best or last point - except of a run that went so far off that it would flatten the
 * others. `isWhole` leaves nothing out.
 */
export function yExtent(
  lines: readonly CurveLine[],
  window: readonly [number, number] | null,
  goal: Goal,
  isLog: boolean,
  isWhole = false,
): Extent | null {
  const parts = lines
    .map((line) => partOf(line, window, isLog))
    .filter((part) => part.values.length > 0);
  if (parts.length === 0) return null;
  const whole = rangeOf(parts);
  const fenced = isLog ? whole : fencedRange(parts, whole, goal);
  const hasOutliers = fenced.low > whole.low || fenced.high < whole.high;
  const [low, high] = roomFor(isWhole ? whole : fenced, goal, isLog);
  let above = 0;
  let below = 0;
  for (const { values } of parts) {
    for (const value of values) {
      if (value > high) above += 1;
      if (value < low) below += 1;
    }
  }
  return { low, high, above, below, hasOutliers };
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

type Range = Readonly<{ low: number; high: number }>;
/** What of a line is in the window; of `kept`, its best and its last point. */
type Part = Range & Readonly<{ values: readonly number[]; kept: readonly number[] }>;

function partOf(line: CurveLine, window: readonly [number, number] | null, isLog: boolean): Part {
  const values: number[] = [];
  const kept: number[] = [];
  let low = Infinity;
  let high = -Infinity;
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
  return { values, kept, low, high };
}

function rangeOf(parts: readonly Range[]): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const part of parts) {
    if (part.low < low) low = part.low;
    if (part.high > high) high = part.high;
  }
  return { low, high };
}

function fencedRange(all: readonly Part[], whole: Range, goal: Goal): Range {
  const parts = withoutFarOff(all, goal);
  let { low, high } = rangeOf(parts);
  // The good side of a run that went far off is still looked at: it began like the others.
  if (goal === 'higher') high = whole.high;
  else low = whole.low;
  const values = parts.flatMap((part) => part.values);
  if (values.length >= minPointsToClip) {
    const sample = sortedSample(values);
    const q1 = quantile(sample, 0.25);
    const q3 = quantile(sample, 0.75);
    const reach = 1.5 * (q3 - q1);
    const kept = parts.flatMap((part) => part.kept);
    if (goal === 'lower' && reach > 0) high = Math.min(high, Math.max(q3 + reach, ...kept));
    if (goal === 'higher' && reach > 0) low = Math.max(low, Math.min(q1 - reach, ...kept));
  }
  return { low, high };
}

/** The lines that the axis is made for: at least half of them, from the best to where the next would flatten these. */
function withoutFarOff(parts: readonly Part[], goal: Goal): readonly Part[] {
  const isUp = goal !== 'higher';
  const worst = ({ low, high, values, kept }: Part): number => {
    if (values.length < minPointsToClip) return isUp ? high : low;
    // Of many points, the usual ones: a bad start alone makes no line a bad one.
    const sample = sortedSample(values, 256);
    return isUp
      ? Math.max(quantile(sample, 0.75), ...kept)
      : Math.min(quantile(sample, 0.25), ...kept);
  };
  const sorted = parts
    .map((part) => ({ part, worst: worst(part) }))
    .sort((a, b) => (isUp ? a.worst - b.worst : b.worst - a.worst));
  const best = isUp
    ? Math.min(...parts.map((part) => part.low))
    : Math.max(...parts.map((part) => part.high));
  const end = sorted.findIndex(({ worst: next }, index) => {
    const before = sorted[index - 1]?.worst;
    if (before === undefined || index < sorted.length / 2) return false;
    const isFar = isUp ? next > farTimes[goal] * Math.abs(before) : next < farTimes[goal] * before;
    return isFar && Math.abs(before - best) < leastShare * Math.abs(next - best);
  });
  return (end < 0 ? sorted : sorted.slice(0, end)).map(({ part }) => part);
}

/** Widened to whole steps, so that a live axis moves a step at a time. */
function roomFor({ low, high }: Range, goal: Goal, isLog: boolean): readonly [number, number] {
  if (isLog) return low === high ? [low / 1.2, high * 1.2] : [low, high];
  const pad = (high - low) * 0.04;
  const [from, to] = niceExtent(low - pad, high + pad, tickCount);
  // A loss is not below 0, an accuracy not above 1: no room for what cannot be.
  return [
    low >= 0 ? Math.max(0, from) : from,
    goal === 'higher' && low >= 0 && high <= 1 ? Math.min(1, to) : to,
  ];
}

/** All values, or every so many of very many: a fence needs no more. */
function sortedSample(values: readonly number[], size = sampleSize): readonly number[] {
  const stride = Math.ceil(values.length / size);
  return values.filter((_, index) => index % stride === 0).sort((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}
