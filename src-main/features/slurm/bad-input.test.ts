import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { getSystemErrorName } from 'node:util';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { toFailure } from '#contract/failure.ts';

import {
  longRun as long,
  openSlurmApp,
  tinyRun as tiny,
  until,
  type SlurmApp,
} from '../../testing/slurm-app.ts';
import { slurmLacks } from '../../testing/slurm-cluster.ts';
import { places, readStatus, type Job } from './job-folder.ts';

/** Real trainings, each in a process of its own. */
const limitMs = 300_000;
const lacks = slurmLacks();
const cli = path.resolve(import.meta.dirname, '../../cli/main.ts');
const { PATH: commands = '' } = process.env;

test('a quota that is used up is said, as a full disk is', () => {
  const code = getSystemErrorName(-constants.errno.EDQUOT);
  expect(toFailure(Object.assign(new Error(code), { code }))).toEqual({
    kind: 'storage',
    message: expect.stringMatching(
      /^Your quota on this disk is used up\. Free some space/,
    ) as string,
  });
});

describe.skipIf(lacks !== null)(`with Slurm${lacks === null ? '' : `: ${lacks}`}`, () => {
  let on: SlurmApp;
  let folder = '';
  let undisturbed: Promise<string | null> = Promise.resolve(null);
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'twofold-bad-'));
    on = await openSlurmApp();
    const { runs } = on.app.services;
    const [here] = runs.start({ datasetId: on.datasetId, configs: [long] });
    undisturbed = runs
      .follow(here?.runId ?? '', () => undefined)
      .then(({ weightsHash }) => weightsHash);
  }, limitMs);
  afterAll(async () => {
    await on.remove();
    spawnSync('umount', ['--lazy', path.join(folder, 'shared')]);
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    process.env['PATH'] = commands;
    partition('UP');
  });

  /** While it is down, what is submitted waits. */
  const partition = (state: 'UP' | 'DOWN'): void => {
    on.cluster.run('scontrol', 'update', 'PartitionName=main', `State=${state}`);
  };
  const squeue = (jobId: string, format: string): string =>
    on.cluster.run('squeue', '--noheader', '--array', `--jobs=${jobId}`, `--format=${format}`);
  const isOver = (jobId: string) => () => squeue(jobId, '%T') === '';
  const reasonOf = (runId: string) => [on.run(runId).state, on.run(runId).reason];
  const editJob = (job: string, edit: (document: Job) => unknown): (() => void) => {
    const file = places.job(job);
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify(edit(JSON.parse(before) as Job)));
    return () => {
      writeFileSync(file, before);
    };
  };

  /** Another command line on the same home; `sbatch`: what is first on its PATH under that name. */
  async function twofold(args: readonly string[], sbatch: string): Promise<NodeJS.Signals | null> {
    const programs = mkdtempSync(path.join(folder, 'programs-'));
    const file = path.join(programs, 'sbatch');
    const real = `env PATH='${commands}' sbatch "$@"`;
    const script = `#!/bin/sh\n[ "$1" = --version ] && exec ${real}\n${sbatch.replace('REAL', real)}\n`;
    writeFileSync(file, script);
    chmodSync(file, 0o755);
    const child = spawn(process.execPath, [cli, ...args], {
      env: {
        ...process.env,
        TWOFOLD_HOME: on.app.home,
        INIT_CWD: folder,
        PATH: [programs, commands].join(path.delimiter),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return signal;
  }

  test(
    'what was changed in a job folder after it was handed over is said by each task, and mended, goes on',
    async () => {
      const { slurm } = on.app.services;
      // What killed programs have left half written: one of them perhaps still writes.
      const slurmFolder = path.join(on.app.home, 'slurm');
      const leftovers = ['twofold-old.1.tmp', 'twofold-young.1.tmp'];
      for (const name of leftovers) mkdirSync(path.join(slurmFolder, name), { recursive: true });
      utimesSync(path.join(slurmFolder, 'twofold-old.1.tmp'), 0, 0);
      partition('DOWN');
      const flipped = await on.submit({ base: tiny });
      expect(leftovers.map((name) => existsSync(path.join(slurmFolder, name)))).toEqual([
        false,
        true,
      ]);
      const edited = await on.submit({ base: tiny, seeds: [1, 2, 3] });
      const noJson = await on.submit({ base: tiny });
      const newer = await on.submit({ base: tiny });
      const gone = await on.submit({ base: tiny, seeds: [1, 2] });
      const data = path.join(flipped.slurm.folder, 'data');
      const [encoded = ''] = readdirSync(data);
      const bytes = readFileSync(path.join(data, encoded));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(path.join(data, encoded), bytes);
      const mend = editJob(edited.slurm.folder, ({ runs: [one, two], ...job }) => ({
        ...job,
        runs: [
          { ...one, config: { ...one?.config, epochs: 3 } },
          { ...two, runId: one?.runId },
        ],
      }));
      writeFileSync(places.job(noJson.slurm.folder), '{"format":');
      editJob(newer.slurm.folder, (job) => ({ ...job, version: 2 }));
      rmSync(gone.slurm.folder, { recursive: true });
      // It waits still, so nothing is decided.
      expect(await slurm.collect({ experimentId: gone.experimentId })).toMatchObject({
        collected: [],
        underway: 2,
      });
      partition('UP');

      for (const [{ experimentId, runs, slurm: job }, reasons] of [
        [flipped, [/\.ids does not hold the encoded reviews .* Submit the sweep again\.$/]],
        [
          edited,
          [
            /in job\.json are not those that it was submitted with\. Submit the sweep again\.$/,
            /^None of the bundles of task 2 in .* can be read\. Submit the sweep again\.$/,
            /has no task 3: they go from 1 to 2\.$/,
          ],
        ],
        [noJson, [/is no job folder of Twofold, or its job\.json is missing or damaged\. Submit/]],
        [newer, [/written by a newer Twofold: its format is 2, .* Update Twofold/]],
        [gone, Array<RegExp>(2).fill(/^Its job folder .* is gone\. Submit the sweep again, or/)],
      ] as const) {
        await until(isOver(job.jobId));
        const { collected, underway, problems } = await slurm.collect({ experimentId });
        expect([collected, underway]).toEqual([[], 0]);
        expect(problems.length).toBe(experimentId === gone.experimentId ? 2 : 0);
        expect(runs.map(({ runId }) => reasonOf(runId))).toEqual(
          reasons.map((reason) => ['failed', expect.stringMatching(reason) as string]),
        );
      }
      for (const [{ experimentId }, reason] of [
        [noJson, /is no job folder of Twofold, or its job\.json is missing or damaged/],
        [newer, /written by a newer Twofold/],
        [gone, /is no job folder of Twofold, or its job\.json is missing/],
      ] as const)
        await expect(slurm.retry({ experimentId })).rejects.toThrow(reason);
      mend();
      const ids = edited.runs.map(({ runId }) => runId);
      expect(await slurm.retry({ experimentId: edited.experimentId })).toEqual(ids);
      expect((await on.collected(edited.experimentId)).sort()).toEqual([...ids].sort());
      for (const runId of ids) expect(reasonOf(runId)[0]).toBe('finished');
    },
    limitMs,
  );

  test(
    'a job folder that goes away while a task trains, or before its results are collected, leaves no run waiting',
    async () => {
      const { slurm, runs } = on.app.services;
      const trains = await on.submit({ base: long });
      const done = await on.submit({ base: tiny });
      await until(() => (readStatus(trains.slurm.folder, 1)?.epoch ?? 0) > 0);
      rmSync(trains.slurm.folder, { recursive: true });
      await until(() => existsSync(places.bundle(done.slurm.folder, 1)));
      rmSync(done.slurm.folder, { recursive: true });
      for (const { experimentId, runs: members, slurm: job } of [trains, done]) {
        await until(isOver(job.jobId));
        const { underway, problems } = await slurm.collect({ experimentId });
        expect([underway, problems.length]).toEqual([0, 1]);
        const [{ runId } = { runId: '' }] = members;
        expect(reasonOf(runId)).toEqual([
          'failed',
          expect.stringMatching(/^Its job folder .* is gone\. .* or resume the run here\.$/),
        ]);
      }
      const [{ runId } = { runId: '' }] = done.runs;
      runs.resume({ runId });
      expect((await runs.follow(runId, () => undefined)).state).toBe('finished');
    },
    limitMs,
  );

  test(
    "the whole bundle of another run is refused under this one's name, and not lost",
    async () => {
      const { slurm } = on.app.services;
      const { experimentId, runs, slurm: job } = await on.submit({ base: tiny, seeds: [1, 2] });
      const [one, two] = [places.bundle(job.folder, 1), places.bundle(job.folder, 2)];
      const aside = path.join(job.folder, 'aside');
      await until(isOver(job.jobId));
      renameSync(one, aside);
      renameSync(two, one);
      renameSync(aside, two);
      const { collected, problems } = await slurm.collect({ experimentId });
      expect(collected).toEqual([]);
      expect(problems.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^1\.twofold was refused: it is not the bundle of the run /),
        expect.stringMatching(/^2\.twofold was refused: it is not the bundle of the run /),
      ]);
      for (const { runId } of runs) expect(reasonOf(runId)[0]).toBe('failed');
      // Put back, it is what it always was.
      renameSync(two, aside);
      renameSync(one, two);
      renameSync(aside, one);
      expect(await on.collected(experimentId)).toEqual(runs.map(({ runId }) => runId));
      for (const { runId } of runs) expect(reasonOf(runId)).toEqual(['finished', null]);
    },
    limitMs,
  );

  test(
    'killed while it asks Slurm, a program leaves no task that nobody knows of and none that waits for ever',
    async () => {
      const { slurm, experiments } = on.app.services;
      const file = path.join(folder, 'sweep.json');
      const sweep = async (name: string, sbatch: string) => {
        writeFileSync(file, JSON.stringify({ dataset: on.datasetId, name, base: tiny }));
        expect(await twofold(['sweep', file, '--on', 'slurm'], sbatch)).toBe('SIGKILL');
        const experimentId = experiments.resolve(name);
        const [{ runId } = { runId: '' }] = experiments.get({ experimentId }).runs;
        return { experimentId, runId };
      };
      const jobsOf = (experimentId: string): string[] =>
        on.cluster
          .run('squeue', '-h', '--states=all', '-o', '%A', `--name=twofold-${experimentId}`)
          .trim()
          .split('\n');
      const answered = 'REAL\nkill -9 $PPID';

      /** Its process is seen to be gone within seconds. */
      const untilGone = (runId: string) => until(() => on.run(runId).state === 'interrupted');
      partition('DOWN');
      const asked = await sweep('asked', answered);
      const silent = await sweep('silent', 'kill -9 $PPID');
      await untilGone(asked.runId);
      await untilGone(silent.runId);
      expect(await slurm.collect({ experimentId: asked.experimentId })).toMatchObject({
        underway: 1,
        problems: [],
      });
      expect(on.run(asked.runId)).toMatchObject({ state: 'queued', reason: null });
      expect(jobsOf(asked.experimentId).length).toBe(1);
      expect(await slurm.collect({ experimentId: silent.experimentId })).toMatchObject({
        underway: 0,
        problems: [
          { reason: expect.stringMatching(/Slurm has no job of it now\. "sweep retry" hands it/) },
        ],
      });
      expect(on.run(silent.runId).state).toBe('interrupted');
      // The same again, of what hands it over then: Slurm has it, and is not asked twice.
      expect(await twofold(['sweep', 'retry', 'silent'], answered)).toBe('SIGKILL');
      await untilGone(silent.runId);
      expect(await slurm.retry({ experimentId: silent.experimentId })).toEqual([silent.runId]);
      expect(jobsOf(silent.experimentId).length).toBe(1);
      partition('UP');
      for (const { experimentId, runId } of [asked, silent]) {
        expect(await on.collected(experimentId)).toEqual([runId]);
        expect(jobsOf(experimentId).length).toBe(1);
        expect(on.run(runId).state).toBe('finished');
      }
    },
    limitMs,
  );

  test(
    'a node whose clock is years away changes nothing that is shown',
    async () => {
      const { slurm } = on.app.services;
      const yearMs = 365 * 86_400_000;
      const byClock = async (years: number) => {
        const file = path.join(folder, `clock${years}.mjs`);
        writeFileSync(
          file,
          `const now = Date.now; Date.now = () => now() + ${years * yearMs};
           globalThis.Date = class extends Date {
             constructor(...parts) { parts.length === 0 ? super(Date.now()) : super(...parts); }
           };`,
        );
        process.env['NODE_OPTIONS'] = `--import=${file}`;
        try {
          return await on.submit({ base: long });
        } finally {
          delete process.env['NODE_OPTIONS'];
        }
      };
      const jobs = [await byClock(3), await byClock(-3)];
      await until(() =>
        jobs.every(({ slurm: job }) => (readStatus(job.folder, 1)?.epoch ?? 0) > 0),
      );
      const years = jobs.map(({ slurm: job }) =>
        new Date(readStatus(job.folder, 1)?.at ?? '').getFullYear(),
      );
      const now = new Date().getFullYear();
      expect(years).toEqual([now + 3, now - 3]);
      for (const { experimentId, runs } of jobs) {
        expect(await slurm.collect({ experimentId })).toMatchObject({ underway: 1, problems: [] });
        expect(on.run(runs[0]?.runId ?? '')).toMatchObject({
          state: 'running',
          progress: { phase: expect.any(String) as string, stepsPerEpoch: 4 },
        });
      }
      // How far it was at its last checkpoint.
      const shown = spawnSync(
        process.execPath,
        [cli, 'experiments', 'show', jobs[0]?.experimentId ?? ''],
        { env: { ...process.env, TWOFOLD_HOME: on.app.home }, encoding: 'utf8' },
      );
      expect(shown.stdout).toMatch(/running, epoch \d+ of 100 \(Slurm \d+_1: RUNNING\)/);
      for (const { experimentId, runs } of jobs) {
        await on.collected(experimentId);
        const weightsHash = await undisturbed;
        expect(on.run(runs[0]?.runId ?? '')).toMatchObject({ state: 'finished', weightsHash });
      }
    },
    limitMs,
  );

  test(
    'held, released, requeued and cancelled from outside, tasks are shown as they are, and end as if nothing had been',
    async () => {
      const { slurm, experiments } = on.app.services;
      partition('DOWN');
      const {
        experimentId,
        runs,
        slurm: job,
      } = await on.submit({
        base: long,
        grid: { patience: ['none', 1000, 999] },
      });
      const waits = await on.submit({ base: tiny, seeds: [1, 2, 3] }, { arrayLimit: 1 });
      const [requeued = '', cancelled = '', held = ''] = runs.map(({ runId }) => runId);
      const stateOf = (runId: string) =>
        experiments.get({ experimentId }).runs.find((run) => run.runId === runId);
      on.cluster.run('scontrol', 'hold', `${job.jobId}_3`);
      on.cluster.run('scancel', `${job.jobId}_2`);
      on.cluster.run('scancel', waits.slurm.jobId);
      expect(await slurm.collect({ experimentId })).toMatchObject({ underway: 2, problems: [] });
      expect(stateOf(held)).toMatchObject({ state: 'queued', slurm: { reason: 'JobHeldAdmin' } });
      expect(reasonOf(cancelled)).toEqual([
        'interrupted',
        expect.stringMatching(/was cancelled while it waited, or .* Run it again\.$/),
      ]);
      expect(await slurm.collect({ experimentId: waits.experimentId })).toMatchObject({
        underway: 0,
        problems: [],
      });
      for (const { runId } of waits.runs) {
        expect(reasonOf(runId)).toEqual([
          'interrupted',
          expect.stringMatching(/cancelled on the cluster \(scancel\)\. Run it again/),
        ]);
      }

      partition('UP');
      await until(() => (readStatus(job.folder, 1)?.epoch ?? 0) > 0);
      expect(readStatus(job.folder, 3)).toBe(null);
      on.cluster.run('scontrol', 'requeue', `${job.jobId}_1`);
      on.cluster.run('scontrol', 'release', `${job.jobId}_3`);
      await until(() => squeue(`${job.jobId}_1`, '%T') === 'PENDING\n');
      const { step: left = 0 } = readStatus(job.folder, 1) ?? {};
      expect(left).toBeGreaterThan(0);
      // Not within the second in which Slurm ended it: the credential for its start would count as revoked.
      on.cluster.run('scontrol', 'update', `JobId=${job.jobId}_1`, 'StartTime=now+2');
      const taken = await on.collected(experimentId);
      expect([requeued, held].map(reasonOf)).toEqual([
        ['finished', null],
        ['finished', null],
      ]);
      expect(taken.sort()).toEqual([requeued, held].sort());
      const weightsHash = await undisturbed;
      for (const runId of [requeued, held])
        expect(on.run(runId)).toMatchObject({ state: 'finished', weightsHash });
      expect(readFileSync(places.log(job.folder, 1), 'utf8')).toMatch(/Checkpoint|checkpoint/);
    },
    limitMs,
  );

  test(
    'a shared folder that is full or may only be read takes nothing and loses nothing',
    async (context) => {
      const shared = path.join(folder, 'shared');
      mkdirSync(shared);
      const isMounted =
        spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'twofold-test', shared]).status === 0;
      if (!isMounted) context.skip('a disk of its own may not be mounted here');
      try {
        const filler = path.join(shared, 'filler');
        const fill = (): void => {
          spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
        };
        const count = on.app.services.runs.list({}).length;
        fill();
        await expect(on.submit({ base: tiny }, { shared })).rejects.toThrow(
          `The shared folder ${shared} cannot be used: The disk is full. Free some space`,
        );
        rmSync(filler);
        expect(readdirSync(shared)).toEqual([]);
        spawnSync('mount', ['-o', 'remount,ro', shared]);
        await expect(on.submit({ base: tiny }, { shared })).rejects.toThrow(
          `The shared folder ${shared} cannot be used: No right to write there`,
        );
        spawnSync('mount', ['-o', 'remount,rw', shared]);
        expect(on.app.services.runs.list({}).length).toBe(count);

        const { experimentId, runs, slurm: job } = await on.submit({ base: long }, { shared });
        const status = () => readStatus(job.folder, 1);
        await until(() => (status()?.epoch ?? 0) > 0);
        // It does not come to its end before the disk is full.
        const { pid = 0 } = status() ?? {};
        process.kill(pid, 'SIGSTOP');
        fill();
        process.kill(pid, 'SIGCONT');
        const results = /^Its results could not be written .* The disk is full\./;
        await until(() => status()?.phase !== 'training' || results.test(status()?.reason ?? ''));
        expect(status()).toMatchObject({ phase: 'training' });
        expect(await on.app.services.slurm.collect({ experimentId })).toMatchObject({
          underway: 1,
          problems: [{ reason: expect.stringMatching(results) as string }],
        });
        rmSync(filler);
        await until(() => status()?.phase === 'ended');
        const [{ runId } = { runId: '' }] = runs;
        expect(await on.collected(experimentId)).toEqual([runId]);
        const weightsHash = await undisturbed;
        expect(on.run(runId)).toMatchObject({ state: 'finished', weightsHash });
      } finally {
        spawnSync('umount', ['--lazy', shared]);
      }
    },
    limitMs,
  );
});
