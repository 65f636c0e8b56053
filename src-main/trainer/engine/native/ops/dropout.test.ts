import { describe, expect, it } from 'vitest';

import type { RunConfigInput } from '#contract/run-config.ts';
import { choosePlan } from '#core/model/plan.ts';
import { resolveConfig } from '#core/config/run-config.ts';

import { hasNativeBinding } from '../binding.ts';
import { createGraph } from '../graph.ts';
import { openSession } from '../session.ts';
import { tensorOps } from '../tensor-ops.ts';
import { buildModel, maskNumbers } from '../model.ts';
import { dropoutMask, MASKS_PER_STEP } from './dropout.ts';

const reason = hasNativeBinding() ? '' : ' (skipped: the native library is not set up)';
const COUNT = 200_000;

/** Draws a mask of COUNT units. */
function draw(rate: number, seed: number, step: number, mask: number): Float32Array {
  const g = tensorOps(createGraph());
  const steps = g.placeholder('step', 'int32', []);
  g.identity(dropoutMask(g, g.ints([COUNT / 8, 8]), rate, { seed, step: steps, mask }), [], 'mask');
  const session = openSession(g.graph, { intraOpThreads: 1, interOpThreads: 2 });
  const [values] = session.run({ step: { shape: [], values: Int32Array.of(step) } }, ['mask']);
  session.dispose();
  return values ?? new Float32Array();
}

const shareOf = (values: Float32Array, isIt: (value: number, index: number) => boolean): number =>
  values.reduce((count, value, index) => count + (isIt(value, index) ? 1 : 0), 0) / values.length;
/** Five standard deviations of a share. */
const tolerance = (share: number): number => 5 * Math.sqrt((share * (1 - share)) / COUNT);

describe.skipIf(reason !== '')(`dropout masks of the native engine${reason}`, () => {
  it.each([0.2, 0.5, 0.9])(
    'drop %d of the units and scale the others by 1 / (1 - rate)',
    (rate) => {
      const mask = draw(rate, 1, 1, maskNumbers.cnn);
      expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
      expect(Math.abs(shareOf(mask, (value) => value === 0) - rate)).toBeLessThan(tolerance(rate));
      // So what a unit hands on is the same on average.
      const mean = mask.reduce((sum, value) => sum + value, 0) / COUNT;
      expect(Math.abs(mean - 1)).toBeLessThan(tolerance(rate) / (1 - rate));
      // Neighbours are dropped independently.
      const both = shareOf(mask, (value, index) => value === 0 && mask[(index + 1) % COUNT] === 0);
      expect(Math.abs(both - rate * rate)).toBeLessThan(tolerance(rate * rate));
    },
  );

  it('may have an odd number of units', () => {
    const g = tensorOps(createGraph());
    const step = g.placeholder('step', 'int32', []);
    const mask = dropoutMask(g, g.ints([3, 1, 5]), 0.5, { seed: 1, step, mask: 0 });
    g.identity(mask, [], 'mask');
    const session = openSession(g.graph, { intraOpThreads: 1, interOpThreads: 2 });
    const feeds = { step: { shape: [], values: Int32Array.of(1) } };
    const [values] = session.run(feeds, ['mask']);
    session.dispose();
    expect(values).toHaveLength(15);
    expect(new Set(values)).toEqual(new Set([0, 2]));
  });

  it('are drawn anew for each step, branch and seed, and are the same for the same', () => {
    const first = draw(0.5, 1, 1, maskNumbers.cnn);
    expect(draw(0.5, 1, 1, maskNumbers.cnn)).toEqual(first);
    const others = [
      draw(0.5, 1, 2, maskNumbers.cnn),
      draw(0.5, 1, 1, maskNumbers.lstm),
      draw(0.5, 1, 1, maskNumbers.dense),
      draw(0.5, 2, 1, maskNumbers.cnn),
    ];
    for (const other of others) {
      const agreeing = shareOf(other, (value, index) => value === first[index]);
      expect(Math.abs(agreeing - 0.5)).toBeLessThan(tolerance(0.5));
    }
    // Of one model: a shared table has no masks of branches beside it.
    const { shared, ...numbers } = maskNumbers;
    expect(shared).toBe(numbers.cnn);
    expect(new Set(Object.values(numbers)).size).toBe(Object.keys(numbers).length);
    expect(Math.max(...Object.values(numbers))).toBeLessThan(MASKS_PER_STEP);
  });
});

describe.skipIf(reason !== '')(`a model${reason}`, () => {
  it.each<{ name: string; config: RunConfigInput; masks: number }>([
    { name: 'A: a mask for each branch', config: { variant: 'A' }, masks: 2 },
    {
      name: 'B: one for both branches, one for the dense head',
      config: { variant: 'B' },
      masks: 2,
    },
    { name: 'B without the dense head', config: { variant: 'B', denseDropout: 0 }, masks: 1 },
    { name: 'A without dropout', config: { variant: 'A', embeddingDropout: 0 }, masks: 0 },
  ])('draws $masks masks a step ($name)', ({ config: fields, masks }) => {
    const resolved = resolveConfig({ maxLength: 8, ...fields });
    if (!resolved.ok) throw new Error(resolved.errors[0]?.message);
    const { graph } = buildModel(resolved.config, choosePlan(resolved.config, 2, 'native'));
    const text = Buffer.from(graph.serialize()).toString('latin1');
    // The operation of a node: protobuf field 2, then its length.
    const operation = '\u0012\u001DStatelessRandomUniformFullInt';
    expect(text.split(operation)).toHaveLength(masks + 1);
  });
});
