/**
 * A stream of random numbers decided by a seed and the stream's name alone, so that two runs of one seed share what they have in
 * common (the same layer, the same epoch) whatever else they draw.
 *
 * Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011.
 */
export type RandomStream = Readonly<{
  /** A whole number in [0, 2^32). */
  uint32: () => number;
  /** Uniform in [0, 1) with 24 random bits, exact in float32. */
  uniform: () => number;
  /** A whole number in [0, limit), every one equally likely; limit at most 2^32. */
  below: (limit: number) => number;
  /** Standard normal (Box-Muller). */
  normal: () => number;
}>;

export function randomStream(seed: number, name: string): RandomStream {
  const key: readonly [number, number] = [seed >>> 0, fnv1a(name)];
  const block = new Uint32Array(4);
  let counter = 0;
  let used = 4;
  let spareNormal: number | undefined;

  function uint32(): number {
    if (used === 4) {
      philox(block, [counter >>> 0, Math.floor(counter / 2 ** 32), 0, 0], key);
      counter += 1;
      used = 0;
    }
    const value = block[used] ?? 0;
    used += 1;
    return value;
  }
  const uniform = (): number => (uint32() >>> 8) / 2 ** 24;

  return {
    uint32,
    uniform,
    below(limit) {
      // Values past the last whole multiple of `limit` would favour small results.
      const fair = 2 ** 32 - (2 ** 32 % limit);
      let value = uint32();
      while (value >= fair) value = uint32();
      return value % limit;
    },
    normal() {
      if (spareNormal !== undefined) {
        const value = spareNormal;
        spareNormal = undefined;
        return value;
      }
      // 1 - uniform is in (0, 1]: its logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spareNormal = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/** 0 .. count - 1 in random order (Fisher-Yates). */
export function shuffledIndices(count: number, random: RandomStream): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

/** One block of four numbers. Exported for the check against the known answers. */
export function philox(
  out: Uint32Array,
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round += 1) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** Upper 32 bits of a product of two 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle % 2 ** 16);
  return aHigh * bHigh + Math.floor(middle / 2 ** 16) + Math.floor(carry / 2 ** 16);
}

/** FNV-1a over the UTF-16 units of a name. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
