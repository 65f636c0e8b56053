import { expect, it } from 'vitest';

import { cssOfPixel, divergingLevel, rampOf } from './ramp.ts';

const light = '#64541c #8f782c #bc9f44 #daca9a #f4f6f8 #98d7e4 #2bb4cb #10899c #08606e'.split(' ');
const bytesOf = (pixel = 0): number[] => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];

it('meets its stops: ends exact, the middle neutral', () => {
  const ramp = rampOf(light);
  expect(ramp).toHaveLength(256);
  expect(cssOfPixel(ramp[0] ?? 0)).toBe('rgb(100 84 28)');
  expect(cssOfPixel(ramp[255] ?? 0)).toBe('rgb(8 96 110)');
  for (const [channel, of] of [0xf4, 0xf6, 0xf8].entries())
    expect(Math.abs((bytesOf(ramp[128])[channel] ?? 0) - of)).toBeLessThan(6);
});

it('mixes in OKLab: half way from black to white is darker than half of the bytes', () => {
  const [r, g, b] = bytesOf(rampOf(['#000000', '#ffffff'])[128]);
  expect([r, g, b]).toEqual([r, r, r]);
  // Lightness 0.5 is the byte 99.
  expect(Math.abs((r ?? 0) - 99)).toBeLessThan(3);
});

it('levels are symmetric and saturate', () => {
  expect(divergingLevel(0, 0.4)).toBe(128);
  expect(divergingLevel(-9, 0.4)).toBe(0);
  expect(divergingLevel(9, 0.4)).toBe(255);
  expect(divergingLevel(0.2, 0.4) + divergingLevel(-0.2, 0.4)).toBe(255);
  expect(divergingLevel(1, 0)).toBe(128);
});
