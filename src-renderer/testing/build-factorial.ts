import type { Factorial } from '#contract/experiment.ts';

/** Five terms of a grid; `half`: of each interval, or null for a grid with one complete seed. */
export function buildFactorial(half: number | null): Factorial {
  const around = (value: number, by: number): [number, number] | null =>
    half === null ? null : [value - by, value + by];
  const term = (name: string, effect: number, weight: number): Factorial['terms'][number] => ({
    name,
    effect,
    standardError: half,
    interval: around(effect, half ?? 0),
    p: half === null ? null : 0.01,
    adjustedP: half === null ? null : Math.abs(effect) > half ? 0.02 : 0.6,
    share: effect * weight,
    shareInterval: around(effect * weight, (half ?? 0) * weight),
    overSeeds: null,
  });
  return {
    terms: [
      term('embedding', 0.01, 1),
      term('padding', 0.001, 1),
      term('head', -0.006, 1),
      term('embedding:padding', 0.001, 0),
      term('embedding:padding:head', 0.004, 0.25),
    ],
    difference: 0.006,
    interval: around(0.006, 0.007),
    intervalOverSeeds: around(0.006, 0.007),
    simpleEffects: [
      {
        factor: 'embedding',
        at: { embedding: false, padding: true, head: false },
        effect: 0.02,
        interval: around(0.02, 0.01),
      },
    ],
    blocks: half === null ? 1 : 3,
    leftOut:
      half === null ? [{ seed: 2, missing: [{ embedding: true, padding: true, head: true }] }] : [],
    leftOutInTrash: [],
    degreesOfFreedom: half === null ? 0 : 2,
    residualDeviation: null,
    pooled: null,
    pending: 0,
    notHere: 0,
    look: { number: 1, planned: 1 },
    runs: 24,
  };
}
