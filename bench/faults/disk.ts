import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';

import {
  assertResumes,
  assertSound,
  endedOf,
  fillDisk,
  needsMount,
  onOwnDisk,
  sentenceOf,
  showRun,
  toldEpochs,
  train,
  type Fault,
} from './scenario.ts';

const metrics: Fault = {
  name: 'the disk is full while figures are stored',
  skip: needsMount,
  async inject(place) {
    const checks: string[] = [];
    const unmount = onOwnDisk(place, 6000);
    try {
      const training = train(place, 'broken');
      await training.line('"event":"epoch"');
      const rest = fillDisk(place.home);
      const outcome = await training.outcome;
      const { state, reason } = endedOf(outcome);
      assert.equal(state, 'failed', outcome.stdout + outcome.stderr);
      // A full disk keeps nobody from reading.
      const listed = await place.twofold('runs', 'list');
      assert.equal(listed.code, 0, listed.stderr);
      rmSync(rest);
      const told = toldEpochs(outcome.stdout);
      const { epochs } = await showRun(place, 'broken');
      assert.ok(told.every((epoch) => epochs.some((one) => one.epoch === epoch)));
      checks.push('readable while full', `${told.length} told epochs there`);
      await assertSound(place, checks);
      await assertResumes(place, 'broken', checks);
      return { sees: reason ?? '', checks };
    } finally {
      unmount();
    }
  },
};

const checkpoint: Fault = {
  name: 'the disk is full while a checkpoint is written',
  skip: needsMount,
  async inject(place) {
    const checks: string[] = [];
    const unmount = onOwnDisk(place, 90_000);
    try {
      const flags =
        '--variant B --num-words 8000 --embedding-dim 64 --max-length 12 --hidden-units 4 --filters 6';
      const more =
        '--batch-size 16 --limit 240 --epochs 12 --patience none --snapshots ends --json';
      const begin = (name: string) =>
        place.begin(
          'train',
          '--dataset',
          place.datasetId,
          '--name',
          name,
          ...`${flags} ${more}`.split(' '),
        );
      const unbroken = endedOf(await begin('large').outcome);
      await place.twofold('runs', 'delete', 'large');
      const training = begin('broken');
      await training.line('"event":"epoch"');
      // Which pauses it.
      training.child.kill('SIGTERM');
      const before = toldEpochs((await training.outcome).stdout);
      // Room for figures, none for six megabytes of weights and moments.
      const rest = fillDisk(place.home, 1000);
      const outcome = await place.twofold('resume', 'broken', '--json');
      const { state, reason } = endedOf(outcome);
      assert.equal(state, 'failed', outcome.stdout + outcome.stderr);
      const { epochs } = await showRun(place, 'broken');
      assert.deepEqual(
        epochs.map(({ epoch }) => epoch),
        [...before, ...toldEpochs(outcome.stdout)],
      );
      checks.push(`${epochs.length} told epochs there`);
      rmSync(rest);
      await assertSound(place, checks);
      const resumed = endedOf(await place.twofold('resume', 'broken', '--json'));
      assert.deepEqual(
        [resumed.state, resumed.reason, resumed.weightsHash],
        ['finished', null, unbroken.weightsHash],
      );
      checks.push('resumed: same weightsHash');
      return { sees: reason ?? '', checks };
    } finally {
      unmount();
    }
  },
};

const readOnly: Fault = {
  name: 'the data folder may only be read',
  skip: needsMount,
  async inject(place) {
    const checks: string[] = [];
    const unmount = onOwnDisk(place, 4000);
    try {
      spawnSync('mount', ['-o', 'remount,ro', place.home]);
      const { code, stderr } = await place.twofold('runs', 'list');
      assert.equal(code, 1);
      const sees = sentenceOf(place, stderr);
      assert.match(sees, /right to write|cannot be written/);
      spawnSync('mount', ['-o', 'remount,rw', place.home]);
      await assertSound(place, checks);
      assert.ok(existsSync(path.join(place.home, 'twofold.sqlite')));
      return { sees, checks };
    } finally {
      unmount();
    }
  },
};

export const diskFaults: readonly Fault[] = [metrics, checkpoint, readOnly];
