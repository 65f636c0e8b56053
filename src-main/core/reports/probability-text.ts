/*
 * Probabilities as text, written straight as bytes: a report of 200 runs has five million of them, and as many strings take longer
 * than everything else of it.
 */

export const comma = 44;
const [zero, point] = [48, 46];
const decimals = 8;
/** Bytes that a number takes at most; small ones have an exponent. */
export const widestProbability = 24;

/**
 * Eight decimals hold what a float32 of that size tells; of small ones nine digits do. Writes nothing where there is none.
 * Returns the place after it.
 */
export function writeProbability(bytes: Uint8Array, at: number, value: number): number {
  if (Number.isNaN(value)) return at;
  const scaled = Math.round(value * 1e8);
  if (scaled >= 1e8) return writeText(bytes, at, '1');
  if (value < 0.01)
    return writeText(bytes, at, value === 0 ? '0' : String(Number(value.toPrecision(9))));
  bytes[at] = zero;
  bytes[at + 1] = point;
  let rest = scaled;
  for (let place = at + 1 + decimals; place > at + 1; place -= 1) {
    const higher = Math.trunc(rest / 10);
    bytes[place] = zero + (rest - higher * 10);
    rest = higher;
  }
  return at + 2 + decimals;
}

/** As JSON has them, parted by commas; null where there is none. */
export function probabilityList(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * (1 + widestProbability));
  let end = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) {
      bytes[end] = comma;
      end += 1;
    }
    const value = values[index] ?? NaN;
    end = Number.isNaN(value) ? writeText(bytes, end, 'null') : writeProbability(bytes, end, value);
  }
  return bytes.subarray(0, end);
}

/** Of ASCII. */
function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}
