/**
 * Seconds of a typical epoch, trained and evaluated: the median. The first is left out where there are more, since it warms up
 * (memory, kernels, caches). Null without epochs.
 */
export function typicalEpochSeconds(
  epochs: readonly Readonly<{ trainSeconds: number; evalSeconds: number }>[],
): number | null {
  const seconds = epochs
    .slice(epochs.length > 1 ? 1 : 0)
    .map(({ trainSeconds, evalSeconds }) => trainSeconds + evalSeconds)
    .sort((x, y) => x - y);
  return seconds[Math.floor(seconds.length / 2)] ?? null;
}
