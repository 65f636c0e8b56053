import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { queueSchema } from '#contract/queue.ts';
import { besideEpochsSeconds } from '#core/queue/duration.ts';

import { fakeTrainer, type FakeScript } from '../../../testing/processes/fake-trainer.ts';
import { openTestRuns, tinyConfig, type TestRuns } from '../../../testing/test-runs.ts';
import type { RunsOptions } from '../service.ts';

/** Processes are slow to start on a busy machine. */
const limitMs = 120_000;

let runs: TestRuns;
const processes: ChildProcess[] = [];
const open = (script: Partial<FakeScript> = {}, options: Partial<RunsOptions> = {}): TestRuns =>
  (runs = openTestRuns(script, options));
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await runs.remove();
});

const enqueue = (count: number): string[] =>
  runs.service
    .enqueue({
      datasetId: 'd1',
      configs: Array.from({ length: count }, (_, index) => ({ ...tinyConfig, seed: index + 1 })),
    })
    .map(({ runId }) => runId);
const states = (): string[] =>
  runs.service
    .list({})
    .map(({ state }) => state)
    .toReversed();
const ended = (ids: readonly string[]) =>
  Promise.all(ids.map((runId) => runs.service.follow(runId, () => undefined)));
const hasState = (runId: string, state: string) =>
  expect.poll(() => runs.service.summary(runId).state, { timeout: limitMs }).toBe(state);
const waiting = (): string[] =>
  runs.queue
    .get()
    .runs.filter(({ position }) => position !== null)
    .map(({ runId }) => runId);

/** A home whose queue no process serves yet. */
const idle = { queue: 'process' } as const;

describe('the queue', () => {
  test('is trained in its order, what fails does not stop the rest', async () => {
    open({ exitAtStep: 3 });
    const ids = enqueue(3);
    expect((await ended(ids)).map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
    const started = ids.map((runId) => runs.service.get({ runId }).startedAt ?? '');
    expect(started).toEqual(started.toSorted());
    expect(runs.queue.get().runs).toEqual([]);
    expect(runs.events).toContain('queue.changed ');
  });

  test('waits in SQLite until a process serves it, and can be put into another order', async () => {
    open({}, idle);
    const [a = '', b = '', c = ''] = enqueue(3);
    expect(queueSchema.parse(runs.queue.get())).toMatchObject({
      isPaused: false,
      isServed: false,
      runs: [
        { runId: a, state: 'queued', position: 1 },
        { runId: b, position: 2 },
        { runId: c, position: 3 },
      ],
    });
    runs.queue.move({ runId: c, index: 0 });
    expect(waiting()).toEqual([c, a, b]);
    runs.queue.move({ runId: c, index: 99 });
    expect(waiting()).toEqual([a, b, c]);
    runs.queue.remove({ runIds: [a, c] });
    expect(waiting()).toEqual([b]);
    expect(states()).toEqual(['stopped', 'queued', 'stopped']);
    expect(runs.service.summary(a).reason).toMatch(/not started yet/);
    expect(() => runs.queue.move({ runId: a, index: 0 })).toThrow(/does not wait/);
    // As an undo does it: where they were.
    runs.queue.add({ runIds: [a], index: 0 });
    runs.queue.add({ runIds: [c], index: 2 });
    expect(waiting()).toEqual([a, b, c]);
    expect(() => runs.queue.add({ runIds: [a] })).toThrow(/queued/);
    await runs.queue.work();
    expect(states()).toEqual(['finished', 'finished', 'finished']);
    expect(() => runs.queue.add({ runIds: [a] })).toThrow(/finished/);
  });

  test('says how long it takes: an epoch is one and a half seconds', async () => {
    open({}, idle);
    const [first = ''] = enqueue(1);
    await runs.queue.work();
    expect(runs.service.summary(first).state).toBe('finished');
    runs.service.enqueue({ datasetId: 'd1', configs: [{ ...tinyConfig, patience: 'none' }] });
    const { runs: listed, secondsLeft } = runs.queue.get();
    const epoch = runs.service.summary(listed[0]?.runId ?? '').expected?.secondsPerEpoch ?? 0;
    const expected = 3 * epoch + besideEpochsSeconds;
    expect(secondsLeft).toEqual([expected, expected]);
  });

  test('a run that waits goes by those of its shape, however they ended', async () => {
    open({}, idle);
    const [first = '', second = ''] = enqueue(2);
    await runs.queue.work();
    const db = runs.databases.main;
    db.prepare(`UPDATE runs SET state = 'stopped', expected = NULL`).run();
    runs.queue.add({ runIds: [first] });
    const { secondsLeft } = runs.queue.get().runs[0] ?? {};
    db.prepare('UPDATE epochs SET train_samples_per_second = train_samples_per_second / 100').run();
    runs.queue.add({ runIds: [second] });
    db.prepare('UPDATE runs SET expected = NULL').run();
    db.prepare('DELETE FROM epochs WHERE run_key = 2').run();
    expect(runs.queue.get().runs[1]?.secondsLeft?.[1]).toBeGreaterThan(secondsLeft?.[1] ?? 1e9);
  });

  test('takes all runs or none, each once', () => {
    open({}, idle);
    const [a = '', b = '', c = ''] = enqueue(3);
    runs.queue.remove({ runIds: [a, b] });
    expect(() => runs.queue.add({ runIds: [a, c] })).toThrow(/queued already/);
    expect(waiting()).toEqual([c]);
    runs.queue.add({ runIds: [a, b, a], index: 0 });
    expect(waiting()).toEqual([a, b, c]);
  });

  test.each(['diverged', 'interrupted', 'stopped'] as const)(
    'a %s run that waits and is taken out again has ended as before, with its weights',
    async (state) => {
      open({}, idle);
      const [a = ''] = enqueue(1);
      await runs.queue.work();
      const db = runs.databases.main;
      db.prepare('UPDATE runs SET state = ?, reason = ?').run(state, 'as it was');
      const before = runs.service.summary(a);
      expect(before.weightsHash).not.toBeNull();
      expect(before.last?.trainAccuracy).not.toBeNull();
      for (const takeOut of [
        () => runs.queue.remove({ runIds: [a] }),
        () => runs.service.stopAndWait({ runId: a }),
        () => runs.service.pauseAndWait({ runId: a }),
      ]) {
        runs.queue.add({ runIds: [a] });
        expect(runs.service.summary(a).state).toBe('queued');
        await takeOut();
        expect(runs.service.summary(a)).toEqual(before);
      }
    },
  );

  test('is given up where it can be written no more', async () => {
    open({}, idle);
    enqueue(1);
    runs.databases.main.pragma('query_only = ON');
    await expect(runs.queue.work()).rejects.toThrow(/readonly/);
    runs.databases.main.pragma('query_only = OFF');
    await runs.queue.work();
    expect(states()).toEqual(['finished']);
  });

  test('starts nothing while it is paused', async () => {
    open({ stepMs: 20, epochs: 50 });
    const [a = '', b = ''] = enqueue(2);
    await hasState(a, 'running');
    expect(runs.queue.pause().isPaused).toBe(true);
    await runs.service.stopAndWait({ runId: a });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(states()).toEqual(['stopped', 'queued']);
    runs.queue.start();
    await hasState(b, 'running');
  });

  test('trains several at once where memory and cores allow it', async () => {
    const machine = () => ({ cores: 4, memoryBytes: 1e12, memoryFreeBytes: 1e12 });
    open({ stepMs: 20, epochs: 50 }, { machine, atOnce: () => 'auto' });
    const ids = enqueue(3);
    await hasState(ids[1] ?? '', 'running');
    expect(states()).toEqual(['running', 'running', 'queued']);
    await runs.service.stopAndWait({ runId: ids[0] ?? '' });
    await hasState(ids[2] ?? '', 'running');
  });

  test('goes on with what was paused as the window closed; not with what somebody paused', async () => {
    open({ stepMs: 20, epochs: 50 });
    const [a = '', b = '', c = ''] = enqueue(3);
    await hasState(a, 'running');
    await runs.service.pauseAndWait({ runId: a });
    await hasState(b, 'running');
    await runs.close('pause');
    expect(states()).toEqual(['paused', 'paused', 'queued']);
    expect(waiting()).toEqual([b, c]);
    const again = runs.reopen({ epochs: 2 });
    await expect.poll(() => again.service.summary(b).state, { timeout: limitMs }).toBe('finished');
    await expect.poll(() => again.service.summary(c).state, { timeout: limitMs }).toBe('finished');
    expect(again.service.summary(a).state).toBe('paused');
    expect(again.service.summary(b).epochCount).toBe(2);
  });

  test('of a paused run that would go on: a stop takes it out', async () => {
    open({ stepMs: 20, epochs: 50 });
    const [a = ''] = enqueue(1);
    await hasState(a, 'running');
    await runs.close('pause');
    expect(waiting()).toEqual([a]);
    runs.service.stop({ runId: a });
    expect(waiting()).toEqual([]);
    expect(states()).toEqual(['paused']);
  });
});

describe('processes', () => {
  function serve(script: Partial<FakeScript>): ChildProcess {
    // Where a process with the real datasets looks for it.
    const folder = path.join(
      runs.home,
      'datasets',
      runs.datasets.get({ datasetId: 'd1' }).contentHash,
    );
    mkdirSync(folder, { recursive: true });
    copyFileSync(path.join(runs.home, 'd1.bin'), path.join(folder, 'ids.bin'));
    const child = spawn(
      process.execPath,
      [
        path.join(import.meta.dirname, '../../../testing/processes/serving-process.ts'),
        runs.home,
        fakeTrainer(script),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    processes.push(child);
    return child;
  }
  /** How often a training process was started for each run. */
  const startsOf = (ids: readonly string[]): number[] =>
    ids.map(
      (runId) =>
        runs.service.log({ runId }).filter(({ text }) => /^Training process \d+ started/.test(text))
          .length,
    );

  test(
    'kill -9 of the one that serves: the next goes on with the rest',
    async () => {
      open({}, idle);
      const ids = enqueue(4);
      const first = serve({ stepMs: 10, epochs: 3, stepsPerEpoch: 10 });
      await expect
        .poll(() => runs.service.summary(ids[1] ?? '').progress, { timeout: limitMs })
        .not.toBeNull();
      first.kill('SIGKILL');
      await new Promise((resolve) => first.once('exit', resolve));
      serve({});
      const ends = await ended(ids);
      expect(ends.map(({ state }) => state)).toEqual([
        'finished',
        'interrupted',
        'finished',
        'finished',
      ]);
      expect(ends[1]?.reason).toMatch(/gone/);
      expect(startsOf(ids)).toEqual([1, 1, 1, 1]);
      // It waits again where somebody says so.
      runs.queue.add({ runIds: [ids[1] ?? ''] });
      await hasState(ids[1] ?? '', 'finished');
    },
    2 * limitMs,
  );

  test(
    'two at once never start a run twice',
    async () => {
      open({}, idle);
      const ids = enqueue(6);
      serve({});
      serve({});
      void runs.queue.work();
      expect((await ended(ids)).map(({ state }) => state)).toEqual(ids.map(() => 'finished'));
      expect(startsOf(ids)).toEqual(ids.map(() => 1));
    },
    2 * limitMs,
  );
});
