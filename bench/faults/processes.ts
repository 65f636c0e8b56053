import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, watch } from 'node:fs';
import path from 'node:path';

import { openApp } from '../../src-main/features/app.ts';
import { fakeTrainer } from '../../src-main/testing/processes/fake-trainer.ts';
import { poisonCheckpoints } from '../../e2e/scenarios/home.ts';
import {
  assertResumes,
  assertSound,
  childOf,
  endedOf,
  inOwnMounts,
  listRuns,
  longer,
  needsMount,
  sentenceOf,
  showRun,
  toldEpochs,
  train,
  until,
  type Fault,
  type Place,
} from './scenario.ts';

const root = path.resolve(import.meta.dirname, '../..');

const childMidBatch: Fault = {
  name: 'kill -9 of the training process within a batch',
  async inject(place) {
    const checks: string[] = [];
    const training = train(place, 'broken');
    await training.line('"event":"epoch"');
    process.kill(await childOf(training.child.pid), 'SIGKILL');
    const outcome = await training.outcome;
    const { state, reason } = endedOf(outcome);
    assert.deepEqual([outcome.code, state], [1, 'interrupted']);
    await assertKept(place, outcome.stdout, checks);
    await assertSound(place, checks);
    await assertResumes(place, 'broken', checks);
    return { sees: reason ?? '', checks };
  },
};

const childMidCheckpoint: Fault = {
  name: 'kill -9 of the training process while it writes a checkpoint',
  async inject(place) {
    const checks: string[] = [];
    // A checkpoint of some megabytes: it takes a while.
    const big = ['--num-words', '20000', '--embedding-dim', '64', '--max-length', '12'];
    const flags = [
      '--variant',
      'B',
      ...big,
      '--hidden-units',
      '4',
      '--filters',
      '6',
      '--batch-size',
      '16',
    ];
    const more = ['--limit', '160', '--epochs', '6', '--patience', 'none', '--json'];
    const begin = (name: string) =>
      place.begin('train', '--dataset', place.datasetId, '--name', name, ...flags, ...more);
    const unbroken = endedOf(await begin('large').outcome);
    const runs = path.join(place.home, 'runs');
    const before = readdirSync(runs);
    const training = begin('broken');
    const child = await childOf(training.child.pid);
    await until('a run folder', () => readdirSync(runs).length > before.length);
    const folder = path.join(
      runs,
      readdirSync(runs).find((runId) => !before.includes(runId)) ?? '',
    );
    // From here on it is that of a later epoch.
    await training.line('"event":"epoch"');
    const writing = new Promise<string>((resolve) => {
      const watcher = watch(folder, (_event, name) => {
        if (name === null || !/^last\.ckpt\.next\.\d+\.tmp$/.test(name)) return;
        process.kill(child, 'SIGKILL');
        watcher.close();
        resolve(name);
      });
    });
    const name = await writing;
    const outcome = await training.outcome;
    const { state, reason } = endedOf(outcome);
    assert.equal(state, 'interrupted');
    checks.push(
      readdirSync(folder).includes(name)
        ? 'half a checkpoint was left'
        : 'the checkpoint was just complete',
    );
    await assertKept(place, outcome.stdout, checks);
    await assertSound(place, checks);
    const resumed = endedOf(await place.twofold('resume', 'broken', '--json'));
    assert.deepEqual([resumed.state, resumed.weightsHash], ['finished', unbroken.weightsHash]);
    assert.deepEqual(
      readdirSync(folder).filter((file) => file.endsWith('.tmp')),
      [],
    );
    checks.push('resumed: same weightsHash', 'no half file');
    return { sees: reason ?? '', checks };
  },
};

const mainMidTransaction: Fault = {
  name: 'kill -9 of the main process within a transaction',
  async inject(place) {
    const checks: string[] = [];
    const program = `
      import { openDatabases } from ${JSON.stringify(path.join(root, 'src-main/db/open.ts'))};
      const { main } = openDatabases(process.argv[1]);
      main.prepare("UPDATE runs SET note = 'acknowledged'").run();
      main.exec("BEGIN IMMEDIATE; UPDATE runs SET name = 'half'; DELETE FROM epochs");
      process.stdout.write('within');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, place.home], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await assertSound(place, checks);
    const { stdout } = await place.twofold('runs', 'show', 'whole', '--json');
    assert.match(stdout, /"note":"acknowledged"/);
    checks.push('what was committed is there, what was not is not');
    return { sees: 'Nothing: the list of runs is as it was.', checks };
  },
};

const supervisorKilled: Fault = {
  name: 'kill -9 of the main process while a run trains',
  async inject(place) {
    const checks: string[] = [];
    const training = train(place, 'broken');
    await training.line('"event":"epoch"');
    const child = await childOf(training.child.pid);
    training.child.kill('SIGKILL');
    const { stdout } = await training.outcome;
    await until('the end of the training process', () => !isThere(child));
    checks.push('its child ended too');
    await assertKept(place, stdout, checks);
    await assertSound(place, checks);
    const { state, reason } = await showRun(place, 'broken');
    assert.equal(state, 'interrupted');
    await assertResumes(place, 'broken', checks);
    return { sees: reason ?? '', checks };
  },
};

const twoProcesses: Fault = {
  name: 'two processes train in one home while a third lists it',
  async inject(place) {
    const checks: string[] = [];
    const both = [train(place, 'first', ...longer), train(place, 'second', ...longer)];
    await Promise.all(both.map((one) => one.line('"event":"started"')));
    const seen = await listRuns(place);
    assert.ok(seen.filter(({ state }) => state === 'running').length > 0);
    const hashes = await Promise.all(
      both.map(async ({ outcome }) => endedOf(await outcome).weightsHash),
    );
    assert.match(hashes[0] ?? '', /^[0-9a-f]{64}$/);
    assert.equal(hashes[0], hashes[1]);
    await assertSound(place, checks);
    checks.push('both: same weightsHash');
    return { sees: 'Both runs train and finish; the list shows both as running.', checks };
  },
};

/** `value`: of the bias of the output; two losses of the largest float32 are more than it holds. */
const diverging = (became: 'NaN' | 'infinite', value: number): Fault => ({
  name: `the loss becomes ${became}`,
  async inject(place) {
    const checks: string[] = [];
    const training = train(place, 'broken', ...longer);
    await training.line('"event":"epoch"');
    await place.twofold('pause', 'broken');
    await training.outcome;
    const before = await showRun(place, 'broken');
    poisonCheckpoints(place.home, { runId: before.runId, value });
    const outcome = await place.twofold('resume', 'broken', '--json');
    const { state, reason } = endedOf(outcome);
    assert.deepEqual([outcome.code, state], [1, 'diverged']);
    assert.match(reason ?? '', new RegExp(`became ${became} in epoch`));
    const { epochs } = await showRun(place, 'broken');
    // Where one batch was left of the epoch, it ends with one of those large losses, which is finite; the next epoch does not.
    const most = before.epochs.length + (became === 'infinite' ? 1 : 0);
    assert.ok(epochs.length >= 1 && epochs.length <= most);
    await assertSound(place, checks);
    checks.push(`last good epoch ${epochs.length} kept`);
    return { sees: reason ?? '', checks };
  },
});

const flood: Fault = {
  name: 'a child that floods 100,000 messages',
  async inject(place) {
    const checks: string[] = [];
    const floods = 100_000;
    const app = openApp({
      home: place.home,
      queue: 'process',
      trainerEntry: fakeTrainer({ floods }),
    });
    const beganAt = performance.now();
    const [run] = app.services.runs.start({
      datasetId: place.datasetId,
      configs: [{ variant: 'A', epochs: 3 }],
    });
    const runId = run?.runId ?? '';
    let longestMs = 0;
    let lastAt = performance.now();
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastAt);
      lastAt = performance.now();
    }, 5);
    const listing = listRuns(place);
    const ended = await app.services.runs.follow(runId, () => undefined);
    const seconds = (performance.now() - beganAt) / 1000;
    clearInterval(beat);
    assert.equal(ended.state, 'finished');
    assert.ok((await listing).length >= 1, 'another process could read');
    const log = app.services.runs.log({ runId });
    const leftOut = log.find(({ text }) => /left out/.test(text))?.text ?? '';
    assert.notEqual(leftOut, '', 'what was left out is told');
    const { epochs } = app.services.runs.get({ runId });
    assert.equal(epochs.length, 3);
    await app.close();
    await assertSound(place, checks);
    checks.push(
      `${Math.round(floods / seconds).toLocaleString('en-US')} messages a second taken`,
      `main was away for ${Math.round(longestMs)} ms at most`,
      'every epoch stored',
    );
    return { sees: `In the log of the run: ${leftOut}`, checks };
  },
};

const nativeMissing: Fault = {
  name: 'the native module is missing',
  skip: needsMount,
  async inject(place) {
    const checks: string[] = [];
    const library = path.join(root, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8');
    const env = { TWOFOLD_HOME: place.home, INIT_CWD: place.folder };
    const cli = path.join(root, 'src-main/cli/main.ts');
    const hide = `mount -t tmpfs none ${JSON.stringify(library)}`;
    const doctor = await inOwnMounts(hide, [cli, 'doctor'], env);
    assert.equal(doctor.code, 0, doctor.output);
    assert.match(doctor.output, /backend +wasm/);
    const flags = [
      ...'--epochs 1 --limit 16 --max-length 8 --num-words 100 --embedding-dim 2'.split(' '),
    ];
    const small = [...flags, '--hidden-units', '2', '--filters', '2', '--batch-size', '8'];
    const run = await inOwnMounts(
      hide,
      [cli, 'train', '--dataset', place.datasetId, '--name', 'plain', ...small],
      env,
    );
    assert.equal(run.code, 0, run.output);
    await assertSound(place, checks);
    checks.push('a run trains on wasm');
    return { sees: doctor.output.trim().split('\n').at(-1) ?? '', checks };
  },
};

const withoutAvx: Fault = {
  name: 'a processor without AVX (its flags, as the system tells them)',
  skip: needsMount,
  async inject(place) {
    const program = `
      import { ensureNative } from ${JSON.stringify(path.join(root, 'src-main/setup/native/native.mjs'))};
      const said = await ensureNative({ projectRoot: process.argv[1], isRetry: false });
      process.stdout.write(JSON.stringify(said));`;
    const hide = `printf 'flags : fpu sse sse2\\n' > /dev/shm/twofold-cpuinfo && mount --bind /dev/shm/twofold-cpuinfo /proc/cpuinfo && rm -f /dev/shm/twofold-cpuinfo`;
    // A project of its own: the set-up takes away a library that such a processor cannot run.
    const args = ['--input-type=module', '-e', program, place.folder];
    const { code, output } = await inOwnMounts(hide, args);
    assert.equal(code, 0, output);
    assert.match(output, /no AVX/);
    const checks = ['the set-up chooses wasm and goes on'];
    await assertSound(place, checks);
    return {
      sees: sentenceOf(place, output.split('\n').find((line) => line.includes('AVX')) ?? ''),
      checks,
    };
  },
};

/** What a command has told of an epoch is there after the next start. */
async function assertKept(place: Place, stdout: string, checks: string[]): Promise<void> {
  const told = toldEpochs(stdout);
  const { epochs } = await showRun(place, 'broken');
  const kept = new Set(epochs.map(({ epoch }) => epoch));
  assert.deepEqual(
    told.filter((epoch) => !kept.has(epoch)),
    [],
    'an epoch that was told of is lost',
  );
  checks.push(`${told.length} told epochs there`);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const processFaults: readonly Fault[] = [
  childMidBatch,
  childMidCheckpoint,
  mainMidTransaction,
  supervisorKilled,
  twoProcesses,
  diverging('NaN', Number.NaN),
  diverging('infinite', 3e38),
  flood,
  nativeMissing,
  withoutAvx,
];
