import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { datasetSchema } from '#contract/dataset.ts';
import { queueSchema } from '#contract/queue.ts';
import { runSchema, type Run } from '#contract/run.ts';

import type { ReadDb } from '../db/handles.ts';
import { runFolder } from '../features/runs/store/places.ts';
import { lastStepOf } from '../features/runs/results/steps-store.ts';
import { readPosition } from '../features/runs/results/weights-reader.ts';
import { openTestCli } from '../testing/test-cli.ts';

/* What ends a training from outside, with real processes: the run is at a checkpoint then, and nothing that it trained is lost. */

const limitMs = 300_000;
const cli = openTestCli();
const { begin, beginAs, json } = cli;
const ownGroup = { detached: true };
afterAll(() => {
  cli.remove();
});

const small = [
  ...['--variant', 'A', '--max-length', '60', '--embedding-dim', '8', '--hidden-units', '8'],
  ...['--filters', '8', '--batch-size', '8', '--limit', '800', '--epochs', '4'],
  ...['--patience', 'none'],
];
const show = (run: string): Promise<Run> => json(runSchema, 'runs', 'show', run);

let dataset = '';
let whole: Run;
beforeAll(async () => {
  ({ datasetId: dataset } = await json(datasetSchema, 'data', 'sample'));
  await begin('train', '--dataset', dataset, ...small, '--name', 'whole').outcome;
  whole = await show('whole');
  expect(whole.state).toBe('finished');
}, limitMs);

function inDatabase<T>(read: (db: Database.Database) => T): T {
  const db = new Database(path.join(cli.home, 'twofold.sqlite'), { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** The checkpoint is that of the last step whose figures are stored. */
function expectNothingLost({ runId }: Run): void {
  const last = inDatabase((db) => {
    const key = db.prepare('SELECT run_key FROM runs WHERE run_id = ?').pluck().get(runId);
    return lastStepOf(db as unknown as ReadDb, Number(key));
  });
  expect(last?.step).toBeGreaterThan(0);
  expect(readPosition(runFolder(cli.home, runId))?.step).toBe(last?.step);
}

const epochsOfQueued = `SELECT COUNT(*) FROM epochs JOIN runs USING (run_key) WHERE name = 'queued'`;

describe.skipIf(process.platform === 'win32')('a signal', () => {
  it.each([
    ['SIGTERM', 'the process', 1],
    ['SIGHUP', 'its whole group, as a terminal that is closed sends it', -1],
  ] as const)(
    '%s to %s pauses the run within the epoch, and resume makes it whole',
    async (signal, _, sign) => {
      const name = `${signal} ${sign}`;
      const training = beginAs(
        ownGroup,
        ...['train', '--dataset', dataset, ...small, '--name', name, '--json'],
      );
      await training.line('"event":"epoch"');
      process.kill(sign * (training.child.pid ?? 0), signal);
      const { code, stdout, stderr } = await training.outcome;
      expect([code, stderr]).toEqual([
        0,
        'Pausing at a checkpoint. A second signal ends the training at once.\n',
      ]);
      expect(stdout).toMatch(/"event":"ended",.*"state":"paused"/);
      const paused = await show(name);
      expect(paused.epochs.length).toBeLessThan(4);
      expectNothingLost(paused);
      expect((await begin('resume', name).outcome).code).toBe(0);
      expect(await show(name)).toMatchObject({
        state: 'finished',
        weightsHash: whole.weightsHash,
        bestWeightsHash: whole.bestWeightsHash,
      });
    },
    limitMs,
  );

  it(
    'sent as `timeout` sends it, to the process and then to its group, gives a run of the queue its place back',
    async () => {
      await json(queueSchema, 'queue', 'pause');
      await begin('queue', 'add', '--dataset', dataset, ...small, '--name', 'queued').outcome;
      const worker = beginAs(ownGroup, 'queue', 'start', '--wait');
      await expect
        .poll(() => inDatabase((db) => db.prepare(epochsOfQueued).pluck().get()), {
          timeout: 60_000,
          interval: 50,
        })
        .toBeGreaterThan(0);
      const pid = worker.child.pid ?? 0;
      process.kill(pid, 'SIGTERM');
      process.kill(-pid, 'SIGTERM');
      expect((await worker.outcome).code).toBe(0);
      const { runs } = await json(queueSchema, 'queue', 'list');
      expect(runs).toMatchObject([{ name: 'queued', state: 'paused', position: 1 }]);
      expectNothingLost(await show('queued'));
      expect((await begin('queue', 'start', '--wait').outcome).code).toBe(0);
      expect(await show('queued')).toMatchObject({
        state: 'finished',
        weightsHash: whole.weightsHash,
      });
    },
    limitMs,
  );

  it(
    'that comes a second time ends a training at once whose batch is not over',
    async () => {
      const slow = ['--max-length', '500', '--batch-size', '1500', '--name', 'slow', '--json'];
      const training = beginAs(ownGroup, 'train', '--dataset', dataset, ...slow);
      await training.line('"event":"started"');
      const pid = training.child.pid ?? 0;
      process.kill(-pid, 'SIGTERM');
      await wait(1200);
      process.kill(-pid, 'SIGTERM');
      expect((await training.outcome).code).toBe(1);
      expect(await show('slow')).toMatchObject({ state: 'interrupted' });
    },
    limitMs,
  );

  it(
    'cancels what is written, and what a killed process left of it goes with the next',
    async () => {
      const temporary = path.join(cli.folder, 'temporary');
      mkdirSync(temporary);
      const browser = path.join(cli.folder, 'browser');
      const env = { TWOFOLD_CHROMIUM: browser, TMPDIR: temporary };
      const out = path.join(cli.folder, 'report.pdf');
      const print = (script: string) => {
        writeFileSync(browser, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        return beginAs({ env }, 'export', 'report', whole.runId, '--format', 'pdf', '--out', out);
      };
      const isPrinting = expect.poll(() => readdirSync(temporary, { recursive: true }), {
        timeout: 60_000,
      });
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
        const printing = print('cd "$TMPDIR" && echo $$ > pid && mv pid printing && exec sleep 60');
        await isPrinting.toContainEqual(expect.stringMatching(/printing$/));
        printing.child.kill(signal);
        const { code, stderr } = await printing.outcome;
        if (signal === 'SIGKILL') break;
        expect([code, stderr]).toEqual([1, 'The export was cancelled; nothing was written.\n']);
        expect(readdirSync(temporary)).toEqual([]);
      }
      const [left = ''] = readdirSync(temporary);
      process.kill(Number(readFileSync(path.join(temporary, left, 'printing'), 'utf8')));
      expect((await print('exit 1').outcome).code).toBe(1);
      expect(readdirSync(temporary)).toEqual([]);
    },
    limitMs,
  );
});
