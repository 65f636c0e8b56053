import * as m from '#messages';

import { dateLocale } from './language.ts';

/**
 * Numbers as a person reads them: true minus sign, one space before a unit, thousands separated. None of
 * them ever says more than it knows: no 0.000, no 1.00 that is not exactly one.
 */
const minus = '−';

/** 25000 -> `25,000` */
export function count(value: number): string {
  return fixed(value, 0);
}

const formats = new Map<number, Intl.NumberFormat>();

/** Made once for each number of digits: a table of 900 numbers takes a millisecond instead of forty. */
function formatOf(digits: number): Intl.NumberFormat {
  const known = formats.get(digits);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  formats.set(digits, format);
  return format;
}

/** With thousands separated and a true minus. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const text = formatOf(digits).format(Math.abs(value));
  const isZero = Number(text.replaceAll(',', '')) === 0;
  return value < 0 && !isZero ? `${minus}${text}` : text;
}

/** A fraction 0.8656 -> `86.56 %`; one digit while a run is underway. */
export function accuracy(fraction: number, { isRunning = false } = {}): string {
  return `${fixed(fraction * 100, isRunning ? 1 : 2)} %`;
}

/** A share already in percent: 91.568 -> `91.6 %`. Never 100.0 or 0.0 unless exact. */
export function percent(value: number, digits = 1): string {
  const step = 10 ** -digits;
  const shown =
    value > 0 && value < step / 2
      ? step
      : value < 100 && value > 100 - step / 2
        ? 100 - step
        : value;
  return `${fixed(shown, digits)} %`;
}

/** The size of a difference of fractions in percentage points: 0.0046 -> `0.46 pt`. */
export function points(fraction: number): string {
  return `${fixed(Math.abs(fraction) * 100, 2)} pt`;
}

/** With its sign: 0.0046 -> `+0.46 pt`. */
export function signedPoints(fraction: number): string {
  return `${signed(fraction * 100, 2)} pt`;
}

/** With its sign: `+0.46`, `−0.04`. */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return value > 0 && Number(text.replaceAll(',', '')) !== 0 ? `+${text}` : text;
}

/** 0.31812 -> `0.3181`; below 0.001 `3.2e-4`. */
export function loss(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1).replace(/^-/, minus);
  return fixed(value, 4);
}

/** Two digits, three decimals below 0.1, never 0.000. */
export function pValue(p: number): string {
  if (p < 0.001) return '< 0.001';
  return p < 0.1 ? fixed(p, 3) : fixed(p, 2);
}

/** A cosine or a probability: 2 decimals (3 on hover), never 1.00 unless exact. */
export function unit(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const step = 10 ** -digits;
  const bounded = Math.abs(value) < 1 ? Math.min(Math.abs(value), 1 - step) : Math.abs(value);
  return fixed(Math.sign(value) * bounded, digits);
}

const threshold = 0.5;
const mostDigits = 6;

/** A figure with its standard error, both to two digits; the error is rounded up, and an error of 0 is none. */
export function withError(value: number, error: number): string {
  return error === 0 ? unit(value) : `${unit(value)} ± ${unit(Math.ceil(error * 100) / 100)}`;
}

/** P(positive): 2 decimals, or as many as tell it from the threshold (at most 6); 0.5 itself is `0.50`. */
export function probability(value: number): string {
  let digits = 2;
  if (value !== threshold)
    while (digits < mostDigits && Number(value.toFixed(digits)) === threshold) digits += 1;
  return unit(value, digits);
}

/** `about 18 min`, in steps of 5 s, 1 min, 5 min; null while it is not known. */
export function timeLeft(seconds: number | null): string | null {
  if (seconds === null || !Number.isFinite(seconds)) return null;
  const rounded =
    seconds <= 90 ? upTo(seconds, 5) : seconds <= 1800 ? upTo(seconds, 60) : upTo(seconds, 300);
  return duration(Math.max(5, rounded));
}

/** `0.8 s`, `35 s`, `3 min 40 s`, `41 min`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return nonFinite(seconds);
  if (seconds < 9.95) {
    const least = seconds === 0 ? 0 : Math.max(seconds, 0.1);
    return m.numbers_seconds({ count: fixed(least, Number.isInteger(seconds) ? 0 : 1) });
  }
  const whole = Math.round(seconds);
  if (whole < 60) return m.numbers_seconds({ count: whole });
  if (whole < 600) return joined(whole, m.numbers_minutes, m.numbers_seconds);
  const minutes = Math.round(whole / 60);
  return minutes < 60
    ? m.numbers_minutes({ count: minutes })
    : joined(minutes, m.numbers_hours, m.numbers_minutes);
}

/** Both ends of a range, or one where they read the same. */
export const range = (from: string, to: string): string =>
  from === to ? from : m.common_range({ from, to });

/** From the least to the most that can be expected: "40 min to 2 h 10 min". */
export const durationRange = ([low, high]: readonly [number, number]): string =>
  range(duration(low), duration(high));

/** Decimal units, as disks are sold: `38 MB`, `2.1 GB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let scaled = Math.max(0, value);
  let index = 0;
  while (scaled >= 999.5 && index < units.length - 1) {
    scaled /= 1000;
    index += 1;
  }
  return `${fixed(scaled, index > 0 && scaled < 9.95 ? 1 : 0)} ${units[index] ?? ''}`;
}

/** `3 Feb 2026, 14:05`, in local time. */
export function moment(iso: string): string {
  const at = new Date(iso);
  const locale = dateLocale();
  const day = at.toLocaleDateString(locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const time = at.toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return m.numbers_moment({ day, time });
}

function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? m.numbers_infinity() : `${minus}${m.numbers_infinity()}`;
}

function upTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

type Counted = (inputs: { count: number }) => string;

/** Of a whole number of the smaller unit, 60 of which are one of the larger. */
function joined(whole: number, larger: Counted, smaller: Counted): string {
  const major = larger({ count: Math.floor(whole / 60) });
  return whole % 60 === 0 ? major : `${major} ${smaller({ count: whole % 60 })}`;
}
