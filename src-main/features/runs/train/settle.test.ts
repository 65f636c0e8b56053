import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { flip } from '../../../testing/builders/flip.ts';
import { saveWeights } from '../../../trainer/checkpoint.ts';
import { settleCheckpoint } from './settle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-settle-'));
  save('best.weights', 1);
  save('last.ckpt', 2);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const fileOf = (name: string): string => path.join(folder, name);
function save(name: string, epoch: number): void {
  saveWeights(fileOf(name), [{ name: 'w', shape: [1], values: Float32Array.of(epoch) }], { epoch });
}
/** Files and the epochs that they are of. */
const there = () =>
  readdirSync(folder).map((name) => [
    name,
    Number(/"epoch":(\d+)/.exec(readFileSync(fileOf(name), 'latin1'))?.[1]),
  ]);
const before = [
  ['best.weights', 1],
  ['last.ckpt', 2],
];

test('the checkpoint of the epoch that is stored takes its place, with the best weights where there are any', () => {
  save('last.ckpt.next', 3);
  settleCheckpoint(folder, 3);
  expect(there()).toEqual([
    ['best.weights', 1],
    ['last.ckpt', 3],
  ]);
  save('best.weights.next', 4);
  save('last.ckpt.next', 4);
  settleCheckpoint(folder, 4);
  const settled = [
    ['best.weights', 4],
    ['last.ckpt', 4],
  ];
  expect(there()).toEqual(settled);
  settleCheckpoint(folder, 4);
  expect(there()).toEqual(settled);
});

test('that of an epoch that nobody was told of goes, as one of an older epoch and a damaged one do', () => {
  for (const epoch of [3, 1]) {
    save('best.weights.next', epoch);
    save('last.ckpt.next', epoch);
    settleCheckpoint(folder, 2);
    expect(there()).toEqual(before);
  }
  // The process ended before it had written the checkpoint to these.
  save('best.weights.next', 3);
  settleCheckpoint(folder, 2);
  expect(there()).toEqual(before);
  save('last.ckpt.next', 3);
  flip(fileOf('last.ckpt.next'), readFileSync(fileOf('last.ckpt.next')).length - 2, 1);
  settleCheckpoint(folder, 3);
  expect(there()).toEqual(before);
  writeFileSync(fileOf('last.ckpt.next'), '');
  settleCheckpoint(folder, 3);
  expect(there()).toEqual(before);
});

test('a run that has no folder yet has nothing to settle', () => {
  expect(() => {
    settleCheckpoint(fileOf('nowhere'), 0);
  }).not.toThrow();
});
