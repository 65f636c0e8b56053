import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RunConfig, RunConfigInput } from '#contract/run-config.ts';

import { resolveConfig } from '../config/run-config.ts';
import {
  disagreement,
  meanDisagreement,
  meanDisagreementBetween,
  meanOverPairs,
  stableFlips,
} from './agreement.ts';
import {
  configurationKey,
  groupByConfiguration,
  isWithinGrid,
  kindOf,
  pairBySeed,
  sideNames,
  sidesOf,
} from './grouping.ts';

function configOf(input: RunConfigInput): RunConfig {
  const resolved = resolveConfig(input);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.errors));
  return resolved.config;
}
const run = (input: RunConfigInput, runId = JSON.stringify(input)) => ({
  runId,
  config: configOf(input),
});
const grid = ['separate', 'shared'].flatMap((embedding) =>
  ['same', 'valid'].flatMap((convPadding) =>
    ['none', 'dense'].map((cnnHead) => ({ embedding, convPadding, cnnHead })),
  ),
);

const input = fc.record({
  variant: fc.constantFrom('A' as const, 'B' as const),
  seed: fc.integer({ min: 1, max: 5 }),
  hiddenUnits: fc.constantFrom(8, 16),
  threads: fc.constantFrom('auto', 2),
  backend: fc.constantFrom('auto', 'wasm'),
  snapshots: fc.constantFrom('every', 'ends', 3),
});
const runs = fc
  .array(input, { maxLength: 14 })
  .map((inputs) => inputs.map((of, index) => run(of, String(index))));

describe('groups', () => {
  it('hold every run once, together exactly where nothing but seed and machine differ', () => {
    fc.assert(
      fc.property(runs, (list) => {
        const groups = groupByConfiguration(list);
        expect(groups.flatMap((group) => group.runs.map(({ runId }) => runId)).sort()).toEqual(
          list.map(({ runId }) => runId).sort(),
        );
        const of = ({ config }: (typeof list)[number]) => `${config.variant} ${config.hiddenUnits}`;
        for (const group of groups) expect(new Set(group.runs.map(of)).size).toBe(1);
        expect(groups).toHaveLength(new Set(list.map(of)).size);
      }),
    );
  });

  it('tell every meaningful setting apart', () => {
    const key = configurationKey(configOf({}));
    for (const [field, value] of Object.entries({ limit: 16, filters: 8, validation: 'test' }))
      expect(configurationKey(configOf({ [field]: value })), field).not.toBe(key);
    expect(configurationKey({ ...configOf({}), startFrom: 'abc@3' })).not.toBe(key);
  });
});

describe('pairs', () => {
  it('are of one seed each, every shared seed once, and the same from the other side', () => {
    fc.assert(
      fc.property(runs, runs, (first, second) => {
        const pairs = pairBySeed(first, second);
        const seedsOf = (list: typeof first) => new Set(list.map(({ config }) => config.seed));
        const shared = [...seedsOf(first)].filter((seed) => seedsOf(second).has(seed)).sort();
        expect(pairs.map(({ seed }) => seed)).toEqual(shared);
        for (const pair of pairs)
          expect([pair.first.config.seed, pair.second.config.seed]).toEqual([pair.seed, pair.seed]);
        expect(
          pairBySeed(second, first).map(({ first: a, second: b }) => [b.runId, a.runId]),
        ).toEqual(pairs.map(({ first: a, second: b }) => [a.runId, b.runId]));
      }),
    );
  });
});

describe('the kind of an experiment', () => {
  const pair = (seed: number) => [run({ variant: 'A', seed }), run({ variant: 'B', seed })];
  it.each([
    ['pair', pair(1)],
    ['seeds', [...pair(1), ...pair(2)]],
    ['series', [run({ seed: 1 }), run({ seed: 2 })]],
    ['grid', grid.map((factors) => run(factors))],
    ['mixed', grid.slice(1).map((factors) => run(factors))],
    ['mixed', [run({ seed: 1 }), run({ seed: 2, variant: 'B' })]],
    ['mixed', [run({ filters: 1 }), run({ filters: 2 }), run({ filters: 3 })]],
    ['mixed', []],
  ])('%s', (kind, members) => {
    expect(kindOf(members)).toBe(kind);
  });
});

describe('sides', () => {
  it('are the two configurations, A before B, or those two of a grid', () => {
    const [a, b] = [run({ variant: 'A' }), run({ variant: 'B' })];
    const sides = (list: (typeof a)[]) =>
      sidesOf(groupByConfiguration(list))?.map(({ config }) => config.variant) ?? null;
    expect(sides([b, a])).toEqual(['A', 'B']);
    expect(sides([a])).toBeNull();
    expect(sides(grid.map((factors) => run(factors)))).toEqual(['A', 'B']);
    expect(sides([a, b, run({ variant: 'A', filters: 7 })])).toBeNull();
    expect(isWithinGrid(groupByConfiguration([a, run({ variant: 'B', filters: 7 })]))).toBe(false);
  });

  it('are called by what tells them apart', () => {
    const names = (first: RunConfigInput, second: RunConfigInput) =>
      sideNames(configOf(first), configOf(second));
    expect(names({ variant: 'A', filters: 7 }, { variant: 'B', filters: 7, seed: 12 })).toEqual([
      'A',
      'B',
    ]);
    expect(names({ hiddenUnits: 64 }, { hiddenUnits: 32 })).toEqual(['A units 64', 'A units 32']);
    const [one, other] = sideNames(configOf({}), { ...configOf({}), startFrom: 'abc@3' });
    expect(one).not.toBe(other);
  });
});

describe('agreement', () => {
  const models = fc.integer({ min: 1, max: 12 }).chain((rows) =>
    fc.tuple(
      fc.constant(rows),
      fc.array(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: rows, maxLength: rows }),
        {
          minLength: 2,
          maxLength: 4,
        },
      ),
      fc.array(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: rows, maxLength: rows }),
        {
          minLength: 2,
          maxLength: 4,
        },
      ),
    ),
  );

  it('counts what two models judge differently, whichever comes first', () => {
    expect(disagreement([0.1, 0.9, 0.5, 0.4], [0.2, 0.1, 0.6, 0.5])).toBe(0.5);
    expect(meanOverPairs([1, 2, 4], (a, b) => b - a)).toBe(2);
    expect(meanOverPairs([1], () => 1)).toBeNull();
    fc.assert(
      fc.property(models, ([, [a = [], b = []]]) => {
        expect(disagreement(a, b)).toBe(disagreement(b, a));
        expect(disagreement(a, a)).toBe(0);
      }),
    );
  });

  it('means over pairs of models, without looking at each pair', () => {
    expect(meanDisagreement([[0.1]])).toBeNull();
    fc.assert(
      fc.property(models, ([, first, others]) => {
        const second = first.map((_, index) => others[index % others.length] ?? []);
        const each = first.flatMap((a, i) =>
          second.flatMap((b, j) => (i === j ? [] : [disagreement(a, b)])),
        );
        const { between, same } = meanDisagreementBetween(first, second);
        expect(meanDisagreement(first)).toBeCloseTo(meanOverPairs(first, disagreement) ?? -1, 12);
        expect(between).toBeCloseTo(each.reduce((a, b) => a + b, 0) / each.length, 12);
        const pairs = first.map((a, index) => disagreement(a, second[index] ?? []));
        expect(same).toBeCloseTo(pairs.reduce((a, b) => a + b, 0) / pairs.length, 12);
      }),
    );
  });

  it('calls a flip stable exactly where every model of one side is against every model of the other', () => {
    fc.assert(
      fc.property(models, ([rows, first, second]) => {
        const numbers = Array.from({ length: rows }, (_, row) => row);
        const flips = stableFlips(numbers, numbers, first, second);
        const expected = numbers.filter((row) =>
          first.every((a) => second.every((b) => a[row]! >= 0.5 !== b[row]! >= 0.5)),
        );
        expect(flips.map(({ row }) => row).sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });
});
