export type CoveragePoint = Readonly<{ maxLength: number; percent: number }>;

/** Linear axes: lengths from 0 to `maxX` over `width`, 0 to 100 % over `height`, upwards. */
export function curvePath(
  points: readonly CoveragePoint[],
  { maxX, width, height }: Readonly<{ maxX: number; width: number; height: number }>,
): string {
  return points
    .filter((point) => point.maxLength <= maxX)
    .map((point, index) => {
      const x = (point.maxLength / maxX) * width;
      const y = height - (point.percent / 100) * height;
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

/** The share at a length: that of the last point that is not longer. */
export function percentAt(points: readonly CoveragePoint[], maxLength: number): number {
  return points.findLast((point) => point.maxLength <= maxLength)?.percent ?? 0;
}

/** About `wanted` round steps from 0 to `max`. */
export function roundTicks(max: number, wanted: number): number[] {
  if (max <= 0) return [0];
  const rough = max / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let value = 0; value <= max * (1 + 1e-9); value += step) ticks.push(value);
  return ticks;
}
