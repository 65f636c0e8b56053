import type { RunConfig } from '#contract/run-config.ts';
import { describe, expect, it } from 'vitest';

import { defaultConfig, variantFactors } from '#core/config/run-config.ts';
import { layerParameters } from '#core/model/shapes.ts';

import { changedConfigs } from '../../testing/builders/other-value.ts';
import { architectureFigure } from '../reports/figures/architecture.ts';
import { drawingOf, layersOf } from './drawing.ts';

const a = { ...defaultConfig, ...variantFactors.A };
const b = { ...defaultConfig, ...variantFactors.B };
const all = [
  a,
  b,
  { ...a, cnnHead: 'dense' as const },
  { ...b, cnnHead: 'none' as const },
  { ...a, branches: 'cnn' as const },
  { ...b, branches: 'lstm' as const },
];

describe('the drawing', () => {
  it('shows every parameter exactly once', () => {
    for (const config of all) {
      const sum = drawingOf(config).boxes.reduce((total, box) => total + box.parameters, 0);
      expect(sum).toBe(layerParameters(config).total);
      expect(layersOf(config).reduce((total, layer) => total + layer.parameters, 0)).toBe(sum);
    }
  });

  it('lets no two boxes overlap and none leave the picture', () => {
    for (const config of all) {
      const { boxes, width, height } = drawingOf(config);
      boxes.forEach((one, index) => {
        expect(one.x).toBeGreaterThanOrEqual(0);
        expect(one.x + one.width).toBeLessThanOrEqual(width);
        expect(one.y + one.height).toBeLessThanOrEqual(height);
        for (const other of boxes.slice(index + 1)) {
          const isApart =
            one.x + one.width <= other.x ||
            other.x + other.width <= one.x ||
            one.y + one.height <= other.y ||
            other.y + other.height <= one.y;
          expect(isApart, `${one.id} and ${other.id}`).toBe(true);
        }
      });
    }
  });

  it('writes the shapes on the edges', () => {
    const shapes = Object.fromEntries(drawingOf(b).edges.map((edge) => [edge.id, edge.shape]));
    expect(shapes['conv-pool']).toEqual([498, 300]);
    expect(shapes['lstm-ring']).toEqual([128_000]);
    expect(shapes['ring-output']).toEqual([128_128]);
  });

  it('has one wide table for B and two for A', () => {
    const tables = (config: RunConfig) =>
      drawingOf(config).boxes.filter((box) => box.kind === 'embedding');
    expect(tables(a).map((box) => box.lane)).toEqual(['cnn', 'lstm']);
    expect(tables(b).map((box) => [box.lane, box.width])).toEqual([['shared', 514]]);
  });

  it('marks the edge that a kernel longer than the review breaks', () => {
    const broken = drawingOf({ ...b, maxLength: 8, kernelSize: 9 }).edges.filter(
      (edge) => edge.isImpossible,
    );
    expect(broken.map((edge) => edge.id)).toEqual(['conv-pool']);
    expect(drawingOf(b).edges.some((edge) => edge.isImpossible)).toBe(false);
  });

  it('shows every field of the model', () => {
    const pictures = changedConfigs({ ...a, cnnHead: 'dense' }, 'model').map(
      ({ field, changed }) => [field, JSON.stringify(architectureFigure(changed))],
    );
    const usual = JSON.stringify(architectureFigure({ ...a, cnnHead: 'dense' }));
    expect(pictures.filter(([, picture]) => picture === usual)).toEqual([]);
  });

  it('joins nothing where there is one branch', () => {
    const drawing = drawingOf({ ...a, branches: 'cnn' });
    expect(drawing.ring).toBeNull();
    expect(drawing.boxes.map((box) => box.id)).toEqual([
      'input',
      'embedding-cnn',
      'conv',
      'pool',
      'output',
    ]);
  });
});
