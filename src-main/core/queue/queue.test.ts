import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { defaultConfig } from '../config/run-config.ts';
import { admits, coresOf, runsAtOnce, type Demand } from './admission.ts';
import { epochsLeft, queueSeconds } from './duration.ts';

const gigabyte = 1e9;
const machine = { cores: 8, memoryBytes: 16 * gigabyte, memoryFreeBytes: 12 * gigabyte };
const run = (gigabytes: number, cores = 2): Demand => ({
  memoryBytes: gigabytes * gigabyte,
  cores,
});

describe('one more run starts', () => {
  test('alone always, however large', () => {
    expect(admits(run(64, 32), [], machine, 'auto')).toBe(true);
  });

  test('while its cores are free', () => {
    expect(admits(run(1), [run(1), run(1), run(1)], machine, 'auto')).toBe(true);
    expect(admits(run(1), [run(1), run(1), run(1), run(1)], machine, 'auto')).toBe(false);
  });

  test('while its memory is there: of the machine beside the other runs, and free now', () => {
    expect(admits(run(7), [run(7)], machine, 'auto')).toBe(true);
    expect(admits(run(8), [run(7)], machine, 'auto')).toBe(false);
    expect(admits(run(7), [run(7)], { ...machine, memoryFreeBytes: 6 * gigabyte }, 'auto')).toBe(
      false,
    );
  });

  test('no more than somebody wants, and as many as they want of the cores, but not of memory', () => {
    expect(admits(run(1), [run(1)], machine, 1)).toBe(false);
    expect(admits(run(1, 8), [run(1, 8)], machine, 2)).toBe(true);
    expect(admits(run(12), [run(12)], machine, 2)).toBe(false);
  });

  test('never beyond cores or memory, in whichever order they come', () => {
    const demands = fc.array(
      fc.record({
        memoryBytes: fc.integer({ min: 1, max: 2e10 }),
        cores: fc.integer({ min: 1, max: 8 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(demands, (waiting) => {
        const running: Demand[] = [];
        for (const next of waiting) if (admits(next, running, machine, 'auto')) running.push(next);
        const cores = running.reduce((sum, demand) => sum + demand.cores, 0);
        const memory = running.reduce((sum, demand) => sum + demand.memoryBytes, 0);
        expect(running.length === 1 || (cores <= 8 && memory <= 0.9 * machine.memoryBytes)).toBe(
          waiting.length > 0 || running.length === 0,
        );
      }),
    );
  });
});

test('a run keeps two cores busy with an LSTM, however many threads it has', () => {
  expect(coresOf(defaultConfig, 8)).toBe(2);
  expect(coresOf(defaultConfig, 1)).toBe(1);
  expect(coresOf({ ...defaultConfig, threads: 1 }, 8)).toBe(1);
  expect(coresOf({ ...defaultConfig, branches: 'cnn' }, 8)).toBe(4);
});

test('how many train at once: by cores, memory, or choice', () => {
  expect(runsAtOnce(run(1), machine, 'auto')).toBe(4);
  expect(runsAtOnce(run(6), machine, 'auto')).toBe(2);
  expect(runsAtOnce(run(60), machine, 'auto')).toBe(1);
  expect(runsAtOnce(run(1), machine, 3)).toBe(3);
});

test('epochs before a run: from the first that can end it to those that can be expected', () => {
  expect(epochsLeft({ epochs: 10, patience: 'none' })).toEqual([10, 10]);
  expect(epochsLeft({ epochs: 10, patience: 'none' }, 4, 2)).toEqual([6, 6]);
  expect(epochsLeft({ epochs: 1000, patience: 5 })).toEqual([6, 20]);
  expect(epochsLeft({ epochs: 3, patience: 5 })).toEqual([3, 3]);
  // The best epoch was the 7th: the 12th ends it if none is better.
  expect(epochsLeft({ epochs: 1000, patience: 5 }, 9, 7)).toEqual([3, 11]);
  expect(epochsLeft({ epochs: 1000, patience: 5 }, 30, 29)).toEqual([4, 4]);
});

describe('how long a queue takes', () => {
  test('one after another it is the sum, with room for all the longest', () => {
    const spans = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 })),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(spans, (runs) => {
        const sums = [0, 1].map((side) => runs.reduce((sum, span) => sum + (span[side] ?? 0), 0));
        expect(queueSeconds(runs, 1)).toEqual(sums);
        const longest = [0, 1].map((side) => Math.max(0, ...runs.map((span) => span[side] ?? 0)));
        expect(queueSeconds(runs, 10)).toEqual(longest);
      }),
    );
  });

  test('between that, the next run starts where one has ended', () => {
    expect(
      queueSeconds(
        [
          [3, 3],
          [1, 5],
          [1, 1],
        ],
        2,
      ),
    ).toEqual([3, 5]);
  });
});
