import type { CalibrationBin } from '#core/statistics/ranking.ts';
import { count, percent, unit } from '#core/wording/number-text.ts';
import * as m from '#messages';

/** A reliability diagram in words. */
export function reliabilityText(name: string, bins: readonly CalibrationBin[]): string {
  const parts = bins.map((bin) =>
    m.compare_reliability_bin({
      count: count(bin.count),
      probability: unit(bin.meanProbability),
      share: percent(bin.positiveShare * 100),
    }),
  );
  return m.compare_reliability_of({ name, bins: parts.join(', ') });
}
