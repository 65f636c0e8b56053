/** True minus sign, so that digits of a column align. */
export const minus = '\u2212';

/** 25,000 */
export function formatCount(value: number): string {
  return signed(value, Math.round(Math.abs(value)).toLocaleString('en-US'));
}

/** A fraction as accuracy: 86.56 %; one decimal while it still changes. */
export function formatAccuracy(fraction: number, decimals = 2): string {
  return isUndefined(fraction) ?? `${(fraction * 100).toFixed(decimals)} %`;
}

/** 4 decimals; below 0.001: 3.2e-4. */
export function formatLoss(value: number): string {
  const broken = isUndefined(value);
  if (broken !== undefined) return broken;
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return signed(value, size.toExponential(1));
  return signed(value, size.toFixed(4));
}

/** A difference of two fractions in points, without sign: 0.46 pt. */
export function formatPoints(difference: number): string {
  return `${(Math.abs(difference) * 100).toFixed(2)} pt`;
}

/** A signed number of points for an interval: +0.96. */
export function formatSignedPoints(difference: number): string {
  const text = (Math.abs(difference) * 100).toFixed(2);
  return Number(text) === 0 ? '0.00' : `${difference < 0 ? minus : '+'}${text}`;
}

/** "p = 0.22", "p = 0.058", "p < 0.001"; never 0.000. */
export function formatP(p: number): string {
  if (p < 0.001) return 'p < 0.001';
  return `p = ${p < 0.1 ? p.toFixed(3) : p.toFixed(2)}`;
}

/** 2 decimals (3 on hover); never 1.00 or 0.00 unless exact. */
export function formatProbability(value: number, decimals = 2): string {
  const broken = isUndefined(value);
  if (broken !== undefined) return broken;
  const text = Math.abs(value).toFixed(decimals);
  const step = 10 ** -decimals;
  if (Number(text) >= 1 && Math.abs(value) < 1) return signed(value, (1 - step).toFixed(decimals));
  if (Number(text) === 0 && value !== 0) return signed(value, step.toFixed(decimals));
  return signed(value, text);
}

/** A table's entry: 3 decimals with sign on the minus side only. */
export function formatValue(value: number, decimals = 3): string {
  return isUndefined(value) ?? signed(value, Math.abs(value).toFixed(decimals));
}

/** Seconds as people say them: 46 s, 3 min 44 s, 41 min, 2 h 5 min. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 600) return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 2.1 GB; decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 'B';
  for (const next of units) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** An axis tick with the decimals of its axis. */
export function formatTick(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return signed(value, size.toExponential(0));
  return signed(value, size >= 1000 ? size.toLocaleString('en-US') : size.toFixed(decimals));
}

function signed(value: number, text: string): string {
  return value < 0 && /[1-9]/.test(text) ? `${minus}${text}` : text;
}

/** NaN and infinities are said, not hidden. */
function isUndefined(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : `${minus}infinite`;
  return undefined;
}
