import { describe, expect, it } from 'vitest';

import { initialWeights } from './initial-weights.ts';
import { layerParameters, type ModelShape } from './shapes.ts';
import { weightLayout } from './weight-layout.ts';

const small: ModelShape = {
  embedding: 'separate',
  convPadding: 'same',
  cnnHead: 'none',
  branches: 'both',
  numWords: 120,
  maxLength: 9,
  embeddingDim: 5,
  hiddenUnits: 6,
  filters: 7,
  kernelSize: 3,
};
const weight = (model: ModelShape, seed: number, name: string) => {
  const found = initialWeights(model, seed).find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

describe('weightLayout', () => {
  it.each([
    { embedding: 'separate', convPadding: 'same', cnnHead: 'none', total: 2_092_201 },
    { embedding: 'shared', convPadding: 'valid', cnnHead: 'dense', total: 1_798_501 },
  ] as const)('has the parameters of the product ($embedding)', ({ total, ...factors }) => {
    const model = {
      ...small,
      ...factors,
      numWords: 6000,
      embeddingDim: 64,
      filters: 300,
      hiddenUnits: 300,
      maxLength: 650,
    };
    const sizes = weightLayout(model).map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(total);
    expect(layerParameters(model).total).toBe(total);
  });
});

describe('initialWeights', () => {
  it('draws what two variants have in common alike', () => {
    const variantB: ModelShape = {
      ...small,
      embedding: 'shared',
      convPadding: 'valid',
      cnnHead: 'dense',
    };
    for (const name of ['conv/kernel', 'lstm/forward/kernel', 'lstm/backward/recurrent']) {
      expect(weight(variantB, 5, name).values).toEqual(weight(small, 5, name).values);
    }
    expect(weight(small, 5, 'embedding/cnn').values).not.toEqual(
      weight(small, 5, 'embedding/lstm').values,
    );
    expect(weight(small, 6, 'conv/kernel').values).not.toEqual(
      weight(small, 5, 'conv/kernel').values,
    );
  });

  it('has orthonormal recurrent rows', () => {
    const { values } = weight(small, 5, 'lstm/forward/recurrent');
    for (let a = 0; a < 6; a += 1) {
      for (let b = 0; b < 6; b += 1) {
        let dot = 0;
        for (let c = 0; c < 24; c += 1)
          dot += (values[a * 24 + c] ?? 0) * (values[b * 24 + c] ?? 0);
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    }
  });

  it('starts biases at zero and the forget gate at one', () => {
    expect([...weight(small, 5, 'lstm/forward/bias').values]).toEqual(
      Array.from({ length: 24 }, (_, index) => (index >= 6 && index < 12 ? 1 : 0)),
    );
    expect(weight(small, 5, 'conv/bias').values.every((value) => value === 0)).toBe(true);
  });

  it('stays inside the limits of its distributions', () => {
    const limit = Math.sqrt(6 / (3 * 5 + 3 * 7));
    const { values } = weight(small, 5, 'conv/kernel');
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.8 * limit);
    expect(Math.max(...weight(small, 5, 'embedding/cnn').values.map(Math.abs))).toBeLessThanOrEqual(
      0.05,
    );
  });
});
