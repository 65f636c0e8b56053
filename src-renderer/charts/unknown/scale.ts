/** The ends of a logarithmic axis of vocabulary sizes. */
type SizeScale = Readonly<{ min: number; max: number }>;

/** As a share of the axis. */
export function shareOfSize(size: number, { min, max }: SizeScale): number {
  if (max <= min) return 0;
  return Math.min(1, Math.max(0, Math.log(size / min) / Math.log(max / min)));
}

/** Two digits, as sizes are chosen: 6,000 or 12,000, hardly 5,983. */
export function sizeAt(share: number, { min, max }: SizeScale): number {
  return Math.min(max, Math.max(min, twoDigits(min * (max / min) ** share)));
}

/** Sizes at equal steps of the axis, ends included, each once. */
export function sizesOf(min: number, max: number, count: number): number[] {
  if (max <= min) return [min];
  const sizes = Array.from({ length: count }, (_, index) =>
    Math.round(min * (max / min) ** (index / (count - 1))),
  );
  return [...new Set(sizes)];
}

/** One step up or down from a size: 6,000 to 6,500, 12,000 to 13,000. */
export function stepOf(size: number, direction: 1 | -1): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const step = size < 2 * power || (direction === -1 && size === power) ? power / 10 : power / 2;
  return direction === 1
    ? Math.floor(size / step + 1 + 1e-9) * step
    : Math.ceil(size / step - 1 - 1e-9) * step;
}

function twoDigits(value: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.round(value / step) * step;
}
