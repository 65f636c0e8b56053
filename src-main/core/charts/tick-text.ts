import { fixed } from '../wording/number-text.ts';

/** An axis tick with the decimals of its axis; tiny ones as 3e-4. */
export function tickText(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(0).replace(/^-/, '\u2212');
  return fixed(value, size >= 1000 ? 0 : decimals);
}
