/** Ticks of a linear axis: round numbers that cover `[low, high]`, and the decimals they need. */
export type Ticks = Readonly<{ values: readonly number[]; step: number; decimals: number }>;

/**
 * Round tick values inside `[low, high]`: `count` or one more where round steps allow, never more. With `isInteger` the step is whole. An empty or broken interval gives no ticks.
 */
export function linearTicks(low: number, high: number, count: number, isInteger = false): Ticks {
  if (!Number.isFinite(low) || !Number.isFinite(high) || high < low || count < 1) {
    return { values: [], step: 1, decimals: 0 };
  }
  if (high === low) return { values: [low], step: 1, decimals: decimalsOf(low) };
  const { step, decimals } = bestStep(low, high, count, isInteger);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toFixed(decimals)),
  );
  return { values, step, decimals };
}

/** Ticks 1, 3, 5 ... for small counted axes (epochs, from 1), every 2nd, 5th, 10th ... where there is no room for all. */
export function countedTicks(low: number, high: number, count: number): Ticks {
  if (!(high >= low)) return { values: [], step: 1, decimals: 0 };
  const step = Math.max(1, Math.ceil(roundStep((high - low + 1) / Math.max(1, count))));
  if (step > 2) return linearTicks(low, high, count, true);
  const first = Math.ceil(low);
  const values: number[] = [];
  for (let value = first; value <= high + 1e-9; value += step) values.push(value);
  return { values, step, decimals: 0 };
}

/** Powers of ten and, where they are few, 2 and 5 times them. */
export function logTicks(low: number, high: number): Ticks {
  if (!(low > 0) || !(high > low)) return { values: [], step: 1, decimals: 0 };
  const decades = Math.log10(high / low);
  const factors = decades > 3 ? [1] : decades > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const value = Number((factor * 10 ** power).toPrecision(6));
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) values.push(value);
    }
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(low)) + (decades <= 1 ? 1 : 0));
  return { values, step: 1, decimals };
}

/** `[low, high]` widened to whole steps of its ticks, so that a live axis moves a step at a time. */
export function niceExtent(low: number, high: number, count: number): readonly [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (high - low <= 1e-12 * Math.max(1, Math.abs(low), Math.abs(high))) {
    const pad = Math.abs(low) * 0.1 || 1;
    return [low - pad, high + pad];
  }
  // Half steps: whole ones can leave half of the panel empty.
  const half = roundStep((high - low) / count) / 2;
  return [
    Number((Math.floor(low / half + 1e-9) * half).toPrecision(12)),
    Number((Math.ceil(high / half - 1e-9) * half).toPrecision(12)),
  ];
}

/** Factors of a power of ten that read well, with what a less round one costs, in ticks. */
const factorCosts = [
  [1, 0],
  [2, 0],
  [5, 0],
  [2.5, 0.3],
  [4, 0.5],
  [1.5, 0.7],
] as const;

function bestStep(
  low: number,
  high: number,
  count: number,
  isInteger: boolean,
): Pick<Ticks, 'step' | 'decimals'> {
  const coarse = isInteger
    ? Math.max(1, roundStep((high - low) / count))
    : roundStep((high - low) / count);
  let best = { step: coarse, decimals: stepDecimals(coarse), cost: Infinity };
  const power = Math.floor(Math.log10((high - low) / count));
  for (const exponent of [power - 1, power, power + 1]) {
    for (const [factor, roughness] of factorCosts) {
      const step = Number((factor * 10 ** exponent).toPrecision(3));
      if (isInteger && !Number.isInteger(step)) continue;
      const ticks = Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
      const cost = Math.abs(ticks - count - 0.5) + roughness;
      if (ticks <= count + 1 && cost < best.cost)
        best = { step, decimals: stepDecimals(step), cost };
    }
  }
  return best;
}

function stepDecimals(step: number): number {
  for (let decimals = 0; decimals < 15; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return 15;
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

function decimalsOf(value: number): number {
  const text = String(value);
  const dot = text.indexOf('.');
  return dot < 0 || text.includes('e') ? 0 : Math.min(4, text.length - dot - 1);
}
