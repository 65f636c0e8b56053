import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { defaultConfig, variantFactors } from '../config/run-config.ts';
import { branchWidths, convPositions, embeddingBranches, layerParameters } from './shapes.ts';

describe('parameters', () => {
  test('the design names those of its example', () => {
    const sizes = { ...defaultConfig, maxLength: 650, hiddenUnits: 300 };
    expect(layerParameters({ ...sizes, ...variantFactors.A }).total).toBe(2_092_201);
    expect(layerParameters({ ...sizes, ...variantFactors.B }).total).toBe(1_798_501);
  });

  test('the formula holds for any sizes', () => {
    const sizes = fc.record({
      numWords: fc.integer({ min: 100, max: 200_000 }),
      maxLength: fc.integer({ min: 9, max: 2000 }),
      embeddingDim: fc.integer({ min: 2, max: 1024 }),
      hiddenUnits: fc.integer({ min: 2, max: 1024 }),
      filters: fc.integer({ min: 1, max: 2048 }),
      kernelSize: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(sizes, (given) => {
        const {
          numWords: v,
          maxLength: t,
          embeddingDim: e,
          hiddenUnits: h,
          filters: f,
          kernelSize: k,
        } = given;
        const a = 2 * v * e + (k * e * f + f) + 2 * 4 * (e * h + h * h + h) + (f + 2 * h * t + 1);
        const b =
          v * e + (k * e * f + f) + (f * h + h) + 2 * 4 * (e * h + h * h + h) + (h + 2 * h * t + 1);
        expect(layerParameters({ ...defaultConfig, ...given, ...variantFactors.A }).total).toBe(a);
        expect(layerParameters({ ...defaultConfig, ...given, ...variantFactors.B }).total).toBe(b);
      }),
    );
  });

  test('a control has one table and one branch', () => {
    const lstm = layerParameters({ ...defaultConfig, branches: 'lstm' });
    expect(lstm).toMatchObject({ embeddings: [384_000], conv: 0, cnnDense: 0 });
    const cnn = layerParameters({ ...defaultConfig, branches: 'cnn', cnnHead: 'dense' });
    expect(cnn).toMatchObject({
      embeddings: [384_000],
      lstm: 0,
      cnnDense: 300 * 128 + 128,
      output: 129,
    });
  });
});

describe('shapes', () => {
  test('embedding tables by branch', () => {
    expect(embeddingBranches({ embedding: 'separate', branches: 'both' })).toEqual(['cnn', 'lstm']);
    expect(embeddingBranches({ embedding: 'shared', branches: 'both' })).toEqual(['shared']);
    expect(embeddingBranches({ embedding: 'shared', branches: 'cnn' })).toEqual(['cnn']);
  });

  test('positions after the convolution and widths into the output', () => {
    expect(convPositions({ convPadding: 'same', maxLength: 500, kernelSize: 3 })).toBe(500);
    expect(convPositions({ convPadding: 'valid', maxLength: 500, kernelSize: 3 })).toBe(498);
    expect(branchWidths(defaultConfig)).toEqual({ cnn: 300, lstm: 128_000 });
    expect(branchWidths({ ...defaultConfig, branches: 'cnn', cnnHead: 'dense' })).toEqual({
      cnn: 128,
      lstm: 0,
    });
  });
});
