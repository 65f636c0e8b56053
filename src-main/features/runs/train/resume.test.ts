import { afterEach, expect, test } from 'vitest';

import type { RunConfigInput } from '#contract/run-config.ts';
import type { FromChild, ToChild } from '#contract/trainer.ts';
import { randomStream } from '#core/util/random.ts';

import { openTestRuns, tinyConfig, type TestRuns } from '../../../testing/test-runs.ts';
import { programFile } from '../../../testing/programs.ts';
import { forkHost, type TrainerHost } from '../../../processes/host.ts';
import { readSteps } from '../results/steps-store.ts';

/** Real training processes: `TWOFOLD_KILLS=20` kills twenty of them. */
const kills = Number(process.env['TWOFOLD_KILLS'] ?? 3);
const trainerEntry = programFile('trainer');

const opened: TestRuns[] = [];
afterEach(async () => {
  for (const runs of opened.splice(0)) await runs.remove();
});

/**
 * A host that tells the pids of the children it starts, and when they have begun to train; and what they say and hear, before
 * that arrives: what they say does not where the answer is false.
 */
function watchedHost(): Readonly<{
  host: TrainerHost;
  onTraining: (act: (pid: number) => void) => void;
  onEpoch: (act: (pid: number, epoch: number) => void) => void;
  beforeTold: (look: (pid: number, message: FromChild) => boolean) => void;
  beforeHeard: (look: (pid: number, message: ToChild) => void) => void;
}> {
  let act: (pid: number) => void = () => undefined;
  let actOnEpoch: (pid: number, epoch: number) => void = () => undefined;
  let look: (pid: number, message: FromChild) => boolean = () => true;
  let lookAtHeard: (pid: number, message: ToChild) => void = () => undefined;
  return {
    onTraining: (next) => (act = next),
    onEpoch: (next) => (actOnEpoch = next),
    beforeTold: (next) => (look = next),
    beforeHeard: (next) => (lookAtHeard = next),
    host: {
      spawn(options) {
        const child = forkHost.spawn({
          ...options,
          onMessage(message) {
            if (!look(child.pid ?? 0, message)) return;
            options.onMessage(message);
            if (message.type === 'started') act(child.pid ?? 0);
            if (message.type === 'epoch') actOnEpoch(child.pid ?? 0, message.epoch);
          },
        });
        return {
          ...child,
          send(message) {
            lookAtHeard(child.pid ?? 0, message);
            return child.send(message);
          },
        };
      },
    },
  };
}

function open(host: TrainerHost = forkHost): TestRuns {
  const runs = openTestRuns(
    {},
    { trainerEntry, host, checkpointSeconds: 0.05 },
    { trainCount: 400, testCount: 40 },
  );
  opened.push(runs);
  return runs;
}

function start(runs: TestRuns, config: RunConfigInput): string {
  const [run] = runs.service.start({ datasetId: 'd1', configs: [{ ...tinyConfig, ...config }] });
  return run?.runId ?? '';
}

/** All that a run computed, without what it took. */
function resultsOf(runs: TestRuns, runId: string) {
  const run = runs.service.get({ runId });
  return {
    steps: (['loss', 'accuracy', 'gradientNorm'] as const).map((metric) => {
      const { steps, epochs, values } = readSteps(runs.databases.main, 1, metric, 1, 1e9);
      return { steps: [...steps], epochs: [...epochs], values: [...values] };
    }),
    epochs: run.epochs.map(({ epoch, loss, accuracy, valLoss, testLoss }) => [
      epoch,
      loss,
      accuracy,
      valLoss,
      testLoss,
    ]),
    best: run.best?.epoch,
    hashes: [run.weightsHash, run.bestWeightsHash],
    snapshots: runs.databases.main
      .prepare('SELECT epoch, branch, blob_hash FROM snapshots ORDER BY epoch, branch')
      .all(),
  };
}

test(`a run killed ${kills} times at random moments ends as one that was not, no step counted twice`, async () => {
  const config = { variant: 'A', batchSize: 4, epochs: 4 + kills, patience: 'none' } as const;
  const whole = open();
  const wholeId = start(whole, config);
  let beganAt = 0;
  const ended = await whole.service.follow(wholeId, (line) => {
    if (line.event === 'started') beganAt = performance.now();
  });
  const wholeMs = performance.now() - beganAt;
  expect(ended.state).toBe('finished');
  const expected = resultsOf(whole, wholeId);
  expect(expected.steps[0]?.steps).toEqual(
    Array.from({ length: 80 * config.epochs }, (_, index) => index + 1),
  );

  const { host, onTraining, onEpoch } = watchedHost();
  const broken = open(host);
  const random = randomStream(Date.now() % 1_000_000 || 1, 'kills');
  let killed = 0;
  const killSoon = (pid: number): void => {
    setTimeout(
      () => {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended by itself.
        }
      },
      (random.uniform() * wholeMs) / config.epochs,
    );
  };
  // Within the first epoch of a child or its second: four epochs are left for the end, however fast they are by then.
  const spared = new Set<number>();
  onTraining((pid) => {
    if (killed === kills) return;
    if (random.uniform() < 0.5) killSoon(pid);
    else spared.add(pid);
  });
  onEpoch((pid) => {
    if (spared.delete(pid)) killSoon(pid);
  });
  const runId = start(broken, config);
  for (;;) {
    const { state, reason } = await broken.service.follow(runId, () => undefined);
    if (state === 'finished') break;
    expect([state, reason]).toEqual(['interrupted', expect.stringMatching(/SIGKILL/)]);
    killed += 1;
    broken.service.resume({ runId });
  }
  expect(killed).toBeGreaterThan(kills / 2);
  expect(resultsOf(broken, runId)).toEqual(expected);
}, 600_000);

test('a run that keeps every third epoch keeps the same ones where it was killed and resumed', async () => {
  const config = {
    variant: 'B',
    batchSize: 32,
    epochs: 8,
    patience: 'none',
    snapshots: 3,
  } as const;
  const whole = open();
  const wholeId = start(whole, config);
  await whole.service.follow(wholeId, () => undefined);
  const expected = resultsOf(whole, wholeId);
  const { host, onEpoch } = watchedHost();
  const broken = open(host);
  const left = new Set([2, 4, 7]);
  onEpoch((pid, epoch) => {
    if (left.delete(epoch)) process.kill(pid, 'SIGKILL');
  });
  const runId = start(broken, config);
  while ((await broken.service.follow(runId, () => undefined)).state !== 'finished')
    broken.service.resume({ runId });
  expect(left.size).toBe(0);
  const epochs = broken.databases.main
    .prepare('SELECT epoch FROM snapshots ORDER BY epoch')
    .pluck()
    .all();
  const kept = new Set([0, 3, 6, expected.best, 8]);
  expect(epochs).toEqual([...kept].toSorted((a, b) => Number(a) - Number(b)));
  expect(resultsOf(broken, runId)).toEqual(expected);
});

test('a told epoch outlives kills before its checkpoint took its place, and the run ends as an unbroken one', async () => {
  const config = { variant: 'A', batchSize: 32, epochs: 4, patience: 'none' } as const;
  const whole = open();
  const wholeId = start(whole, config);
  await whole.service.follow(wholeId, () => undefined);

  const { host, onTraining, beforeHeard } = watchedHost();
  const broken = open(host);
  beforeHeard((pid, message) => {
    if (message.type === 'stored' && message.epoch === 2) process.kill(pid, 'SIGKILL');
  });
  const runId = start(broken, config);
  const told: number[] = [];
  const follow = () =>
    broken.service.follow(runId, (line) => {
      if (line.event !== 'epoch') return;
      told.push(line.epoch);
      // Killed again, as soon as it goes on.
      if (line.epoch === 2) onTraining((pid) => process.kill(pid, 'SIGKILL'));
    });
  const epochs = () => broken.service.get({ runId }).epochs.map(({ epoch }) => epoch);
  for (let kill = 1; kill <= 2; kill += 1) {
    expect((await follow()).state).toBe('interrupted');
    expect([told, epochs()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    broken.service.resume({ runId });
  }
  onTraining(() => undefined);
  expect((await follow()).state).toBe('finished');
  expect(told).toEqual([1, 2, 3, 4]);
  expect(resultsOf(broken, runId)).toEqual(resultsOf(whole, wholeId));
});

test('best weights of an epoch that was not told are not taken for those of the one before', async () => {
  const config = { variant: 'A', batchSize: 4, patience: 'none' } as const;
  const one = open();
  const oneId = start(one, { ...config, epochs: 1 });
  const whole = await one.service.follow(oneId, () => undefined);

  const { host, onTraining, beforeTold } = watchedHost();
  const broken = open(host);
  let wasBest = false;
  beforeTold((pid, message) => {
    if (message.type !== 'epoch' || message.epoch !== 2) return true;
    wasBest = message.isBest;
    process.kill(pid, 'SIGKILL');
    return false;
  });
  const runId = start(broken, { ...config, epochs: 3 });
  expect((await broken.service.follow(runId, () => undefined)).best?.epoch).toBe(1);
  expect(wasBest).toBe(true);
  onTraining(() => {
    broken.service.stop({ runId });
  });
  broken.service.resume({ runId });
  const stopped = await broken.service.follow(runId, () => undefined);
  expect(stopped).toMatchObject({
    state: 'stopped',
    best: { epoch: 1, trainAccuracy: whole.best?.trainAccuracy },
    bestWeightsHash: whole.bestWeightsHash,
    weightsHash: whole.weightsHash,
  });
});

test('the same weights with embedding snapshots of every epoch, of every other one and of the ends', async () => {
  const runs = open();
  const hashes = [];
  for (const snapshots of ['every', 2, 'ends']) {
    const runId = start(runs, { variant: 'B', batchSize: 32, snapshots });
    hashes.push((await runs.service.follow(runId, () => undefined)).weightsHash);
  }
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(hashes).size).toBe(1);
});
