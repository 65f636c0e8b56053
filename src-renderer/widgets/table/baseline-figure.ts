import { accuracy, fixed, points, signed } from '#core/wording/number-text.ts';
import * as m from '#messages';

/** The accuracy of a bag of words with its interval. */
export const baselineFigure = (
  baseline: Readonly<{ accuracy: number; accuracyInterval: readonly [number, number] }>,
): string =>
  m.run_baseline_figure({
    accuracy: accuracy(baseline.accuracy),
    low: fixed(baseline.accuracyInterval[0] * 100, 2),
    high: fixed(baseline.accuracyInterval[1] * 100, 2),
  });

/** How far a run is from a bag of words, as the messages about it take it. */
export const baselineDifference = ({
  difference,
  interval,
  reason,
}: Readonly<{
  difference: number;
  interval: readonly [number, number] | null;
  reason: string | null;
}>) => ({
  points: points(difference),
  direction: difference >= 0 ? m.run_above() : m.run_below(),
  ends:
    interval === null
      ? null
      : { low: signed(interval[0] * 100, 2), high: signed(interval[1] * 100, 2) },
  reason: reason ?? '',
});
