import * as m from '#messages';

import { duration } from '../../widgets/format.ts';

/** From the least to the most that can be expected: "40 min to 2 h 10 min", or one time where both read the same. */
export function spanText([low, high]: readonly [number, number]): string {
  const [from, to] = [duration(low), duration(high)];
  return from === to ? from : m.run_slice_range({ from, to });
}
