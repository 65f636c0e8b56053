import { oklabOf, rgbOfOklab } from './oklab.ts';

/** Entries of a ramp: one colour for each of 256 levels. */
export const rampSize = 256;

/**
 * A ramp through `stops` (`#rrggbb`), mixed in OKLab, as 256 pixels in ImageData's byte order (RGBA, read as little-endian
 * uint32: 0xAABBGGRR).
 */
export function rampOf(stops: readonly string[]): Uint32Array {
  const points = stops.map(oklabOf);
  const ramp = new Uint32Array(rampSize);
  for (let i = 0; i < rampSize; i++) {
    const place = (i / (rampSize - 1)) * (points.length - 1);
    const from = points[Math.floor(place)] ?? [0, 0, 0];
    const to = points[Math.min(points.length - 1, Math.floor(place) + 1)] ?? from;
    const share = place - Math.floor(place);
    const [r, g, b] = rgbOfOklab([
      from[0] + (to[0] - from[0]) * share,
      from[1] + (to[1] - from[1]) * share,
      from[2] + (to[2] - from[2]) * share,
    ]);
    ramp[i] = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }
  return ramp;
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
