import { numberBounds, type ConfigFieldName } from '#contract/config-fields.ts';
import type { Distribution } from '#contract/sweep.ts';

import type { RandomStream } from '../util/random.ts';

/** One value of a field. Numbers that are not whole have three digits: finer differences train alike and read badly. */
export function drawValue(
  field: ConfigFieldName | 'variant',
  distribution: Distribution,
  random: RandomStream,
): unknown {
  if (Array.isArray(distribution)) return distribution[random.below(distribution.length)];
  const isWhole = field !== 'variant' && numberBounds(field)?.isInteger === true;
  if ('logUniform' in distribution) {
    const [low, high] = distribution.logUniform;
    // A whole number stands for the interval up to the next one.
    const from = Math.log(low);
    const value = Math.exp(from + random.uniform() * (Math.log(isWhole ? high + 1 : high) - from));
    return within(isWhole ? Math.floor(value) : rounded(value), low, high);
  }
  const [low, high] = distribution.uniform;
  const step = distribution.step ?? (isWhole ? 1 : null);
  if (step !== null) {
    const steps = Math.floor((high - low) / step + 1e-9);
    return within(rounded(low + step * random.below(steps + 1), 12), low, high);
  }
  return within(rounded(low + random.uniform() * (high - low)), low, high);
}

const rounded = (value: number, digits = 3): number => Number(value.toPrecision(digits));

const within = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));
