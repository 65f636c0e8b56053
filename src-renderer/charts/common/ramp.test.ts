import { expect, it } from 'vitest';

import { oklabOf, rgbOf, rgbOfOklab } from './oklab.ts';
import { cssOfPixel, divergingLevel, rampOf } from './ramp.ts';

const light = '#64541c #8f782c #bc9f44 #daca9a #f4f6f8 #98d7e4 #2bb4cb #10899c #08606e'.split(' ');

it('turns colours to OKLab and back unchanged', () => {
  for (const hex of light) expect(rgbOfOklab(oklabOf(hex))).toEqual(rgbOf(hex));
  expect(oklabOf('#ffffff')[0]).toBeCloseTo(1, 4);
});

it('meets its stops: ends exact, the middle neutral', () => {
  const ramp = rampOf(light);
  expect(cssOfPixel(ramp[0] ?? 0)).toBe('rgb(100 84 28)');
  expect(cssOfPixel(ramp[255] ?? 0)).toBe('rgb(8 96 110)');
  const [r, g, b] = rgbOf('#f4f6f8');
  const middle = ramp[128] ?? 0;
  expect(Math.abs((middle & 255) - r)).toBeLessThan(6);
  expect(Math.abs(((middle >> 8) & 255) - g)).toBeLessThan(6);
  expect(Math.abs(((middle >> 16) & 255) - b)).toBeLessThan(6);
});

it('levels are symmetric and saturate', () => {
  expect(divergingLevel(0, 0.4)).toBe(128);
  expect(divergingLevel(-9, 0.4)).toBe(0);
  expect(divergingLevel(9, 0.4)).toBe(255);
  expect(divergingLevel(0.2, 0.4) + divergingLevel(-0.2, 0.4)).toBe(255);
  expect(divergingLevel(1, 0)).toBe(128);
});
