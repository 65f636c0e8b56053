/** Entries of a ramp: one colour for each of 256 levels. */
export const rampSize = 256;

/**
 * A ramp through `stops` (CSS colours), mixed in OKLab as the legend's gradient is, as 256 pixels in ImageData's byte order (RGBA, read as
 * little-endian uint32: 0xAABBGGRR).
 */
export function rampOf(stops: readonly string[]): Uint32Array {
  const ctx = new OffscreenCanvas(rampSize, 1).getContext('2d');
  if (ctx === null) throw new Error('A canvas mixes colours.');
  for (let level = 0; level < rampSize; level += 1) {
    const place = (level / (rampSize - 1)) * (stops.length - 1);
    const from = Math.min(stops.length - 2, Math.floor(place));
    const share = 100 * (place - from);
    ctx.fillStyle = `color-mix(in oklab, ${stops[from] ?? ''}, ${stops[from + 1] ?? ''} ${share}%)`;
    ctx.fillRect(level, 0, 1, 1);
  }
  return new Uint32Array(ctx.getImageData(0, 0, rampSize, 1).data.buffer);
}

/** Level 0 - 255 of a value on a scale symmetric at +-limit: zero is the middle, values beyond sit at the ends. */
export function divergingLevel(value: number, limit: number): number {
  if (!(limit > 0)) return 128;
  const share = (value / limit + 1) / 2;
  return Math.max(0, Math.min(rampSize - 1, Math.round(share * (rampSize - 1))));
}

export function cssOfPixel(pixel: number): string {
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
}
