import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openApp } from '../features/app.ts';
import { configOf } from '../features/runs/start.ts';
import { readSteps } from '../features/runs/steps-store.ts';
import type { ReadDb } from './handles.ts';
import { mainMigrations, openDatabases } from './open.ts';

let home: string;
const file = () => path.join(home, 'twofold.sqlite');
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'twofold-upgrade-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

type Row = Readonly<Record<string, string | number | null>>;
const at = '2026-01-01T00:00:00.000Z';
const json = JSON.stringify;
const config = configOf({ variant: 'A', seed: 7 });
/** As configurations were before runs could start from others, and before snapshots could be thinned. */
const { startFrom, snapshots, ...oldConfig } = config;
const reportSpec = { title: 'Report', runIds: ['r1'], blocks: [{ kind: 'verdict' }] };

/** A row or more of every table there is or was, with all its columns: what a version did not have yet is left out. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  datasets: [
    {
      dataset_id: 'd1',
      name: 'Reviews',
      format: 'csv',
      content_hash: 'a'.repeat(64),
      splits: json({ train: { count: 8, positive: 4 }, test: { count: 4, positive: 2 } }),
      warnings: json(['one copy']),
      has_texts: 1,
      has_words: 1,
      vocabulary_size: 6,
      size_bytes: 100,
      created_at: at,
      deleted_at: null,
      findings: json([{ kind: 'note', text: 'one copy', count: 0 }]),
      pipeline: json({ html: 'kept', unicode: 'kept', words: 'spaces' }),
      request: null,
      reading: null,
    },
  ],
  experiments: [
    {
      experiment_id: 'e1',
      name: 'Pilot',
      created_at: at,
      looks: 3,
      margin_points: 0.5,
      is_named: 1,
    },
  ],
  runs: (['finished', 'running', 'queued', 'failed'] as const).map((state, index) => ({
    run_key: index + 1,
    run_id: `r${index + 1}`,
    name: `Run ${index + 1}`,
    state,
    reason: state === 'failed' ? 'The disk was full.' : null,
    dataset_id: 'd1',
    experiment_id: 'e1',
    variant: 'A',
    config: json(index === 0 ? config : oldConfig),
    parameters: 100,
    plan: null,
    versions: null,
    colour_slot: 1,
    best_epoch: index === 0 ? 2 : null,
    weights_hash: index === 0 ? 'b'.repeat(64) : null,
    best_weights_hash: null,
    last_train_accuracy: 0.75,
    best_train_accuracy: 0.5,
    progress: null,
    request: null,
    supervisor_pid: state === 'running' ? 2 ** 22 + 1 : null,
    supervisor_started_at: state === 'running' ? 'long ago' : null,
    trained_seconds: 12.5,
    disk_bytes: 1000,
    created_at: at,
    started_at: at,
    ended_at: null,
    deleted_at: state === 'failed' ? at : null,
    expected: null,
    tags: json(['kept']),
    note: 'A note.',
    is_favourite: 1,
    queue_position: state === 'queued' ? 1 : null,
    experiment_round: 1,
    epochs_elsewhere: index === 0 ? 2 : 0,
  })),
  epochs: [1, 2].map((epoch) => ({
    run_key: 1,
    epoch,
    last_step: epoch * 4,
    seconds: epoch,
    loss: 1 / epoch,
    accuracy: 0.5,
    val_loss: 0.5 / epoch,
    val_accuracy: 0.75,
    test_loss: null,
    test_accuracy: 0.25,
    train_seconds: 1,
    eval_seconds: 1,
    train_samples_per_second: 8,
    eval_samples_per_second: 16,
    memory_bytes: 1000,
    tensor_count: 7,
  })),
  steps: [1, 2, 3].map((step) => ({
    run_key: 1,
    step,
    epoch: 1,
    seconds: step / 2,
    loss: step / 4,
    accuracy: 0.5,
    gradient_norm: null,
    samples_per_second: 8,
  })),
  predictions: [{ run_key: 1, epoch: 2, split: 'test', count: 4, blob_hash: 'c'.repeat(64) }],
  snapshots: [
    {
      snapshot_id: 's1',
      run_key: 1,
      branch: 'cnn',
      epoch: 2,
      rows: 6,
      dims: 2,
      blob_hash: 'd'.repeat(64),
    },
  ],
  log_lines: [{ run_key: 1, seq: 1, at, level: 'info', text: 'It began.' }],
  settings: [{ key: 'theme', value: '"dark"' }],
  probes: [
    {
      probe_key: 1,
      backend: 'wasm',
      config: json(config),
      train_samples_per_second: 8,
      eval_samples_per_second: 16,
      memory_bytes: 1000,
      probed_at: at,
    },
  ],
  baselines: [
    {
      key: 'k1',
      dataset_id: 'd1',
      words: 6,
      train_accuracy: 0.5,
      val_accuracy: 0.5,
      val_loss: 0.5,
      seconds: 1,
      count: 4,
      blob_hash: 'e'.repeat(64),
    },
  ],
  embedding_diffs: [
    {
      diff_id: 'f1',
      created_at: at,
      diff: '{}',
      words_hash: 'f'.repeat(64),
      numbers_hash: '0'.repeat(64),
      cached_at: null,
    },
  ],
  transplants: [{ diff_id: 'f1', donor: 0, receiver: 1, transplant: '{}' }],
  outside_tables: [
    {
      table_id: 't1',
      name: 'GloVe',
      format: 'glove',
      rows: 6,
      dims: 2,
      left_out: 0,
      created_at: at,
      blob_hash: '1'.repeat(64),
      words_hash: '2'.repeat(64),
    },
  ],
  outside_curves: [{ curve_id: 'c1', name: 'Keras', file_name: 'log.csv', imported_at: at }],
  outside_epochs: [
    {
      curve_id: 'c1',
      epoch: 1,
      loss: 0.5,
      accuracy: null,
      val_loss: 0.5,
      val_accuracy: null,
      test_loss: null,
      test_accuracy: null,
    },
  ],
  reports: [
    { report_id: 'p1', spec: json(reportSpec), created_at: at, updated_at: at, deleted_at: null },
  ],
  slurm_tasks: [
    {
      run_key: 4,
      folder: '/shared/twofold-e1',
      task: 1,
      job_id: '12',
      state: 'TIMEOUT',
      reason: null,
      is_collected: 0,
    },
  ],
};
/** What opening a home does on purpose to what a killed process left. */
const changedOnOpening = /^runs\.(state|reason|supervisor|ended_at|progress|best_epoch)/;

const columnsOf = (db: Database.Database, table: string): string[] =>
  (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);

/** A home as a version left it. Returns what was put in: table, row by its place, column. */
function fillAsOf(version: number): { table: string; row: Row }[] {
  const db = new Database(file());
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  for (const migration of mainMigrations.filter((one) => one.version <= version)) migration.up(db);
  db.pragma(`user_version = ${version}`);
  const put = Object.entries(rows).flatMap(([table, all]) => {
    const columns = columnsOf(db, table);
    return all.flatMap((row) => {
      const known = Object.fromEntries(
        Object.entries(row).filter(([column]) => columns.includes(column)),
      );
      const names = Object.keys(known);
      if (names.length === 0) return [];
      db.prepare(
        `INSERT INTO ${table} (${names.join()}) VALUES (${names.map((name) => `@${name}`).join()})`,
      ).run(known);
      return [{ table, row: known }];
    });
  });
  db.close();
  return put;
}

/** Whether a row is still there with all the values that it had. */
function isKept(db: Database.Database, { table, row }: { table: string; row: Row }): boolean {
  if (table === 'steps') {
    const { steps, values } = readSteps(db as unknown as ReadDb, 1, 'loss', 0, 100);
    return values[steps.indexOf(Number(row['step']))] === row['loss'];
  }
  const kept = Object.entries(row).filter(
    ([column]) => !changedOnOpening.test(`${table}.${column}`),
  );
  const where = kept.map(([column]) => `${column} IS @${column}`).join(' AND ');
  return (
    db.prepare(`SELECT 1 FROM ${table} WHERE ${where}`).get(Object.fromEntries(kept)) !== undefined
  );
}

test('the rows are of every table that a version ever had', () => {
  const tables = new Set<string>();
  const db = new Database(':memory:');
  for (const migration of mainMigrations) {
    migration.up(db);
    const names = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    for (const name of names) tables.add(String(name));
  }
  db.close();
  // The queue has its one row from the start; blocks of steps are what steps become.
  expect([...tables].filter((name) => !(name in rows)).toSorted()).toEqual([
    'queue',
    'step_blocks',
  ]);
});

test.each(mainMigrations.map(({ version, name }) => [version, name] as const))(
  'a home of version %i (%s) opens and keeps everything',
  async (version) => {
    const put = fillAsOf(version);
    // What lies in the trash has done so for a day.
    const now = (): Date => new Date('2026-01-02T00:00:00Z');
    const app = openApp({ home, trainerEntry: 'not used', queue: 'process', now });
    const { runs, experiments, datasets, outsideCurves, reports, settings, backups } = app.services;
    const has = (table: string): boolean => put.some((one) => one.table === table);
    expect(datasets.list().map(({ name }) => name)).toEqual(['Reviews']);
    if (has('runs')) {
      expect(runs.list().map(({ runId }) => runId)).toEqual(['r3', 'r2', 'r1']);
      expect(runs.list({ isTrash: true }).map(({ runId }) => runId)).toEqual(['r4']);
      expect(runs.get('r1').config).toMatchObject({ variant: 'A', seed: 7 });
      expect(runs.get('r2').state).toBe('interrupted');
      expect(experiments.list().map(({ name }) => name)).toEqual(['Pilot']);
    }
    if (has('epochs')) expect(runs.get('r1').epochs).toHaveLength(2);
    if (has('settings')) expect(settings.get().theme).toBe('dark');
    if (has('outside_curves')) expect(outsideCurves.list()).toHaveLength(1);
    if (has('reports')) expect(reports.list()).toHaveLength(1);
    const isOld = version !== mainMigrations.at(-1)?.version;
    expect(backups.list().map(({ reason, schemaVersion }) => [reason, schemaVersion])).toEqual(
      isOld ? [['upgrade', version]] : [],
    );
    await app.close();

    const db = new Database(file());
    expect(put.filter((one) => !isKept(db, one))).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    const schemaOf = (of: Database.Database): unknown =>
      of.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
    const fresh = new Database(':memory:');
    for (const migration of mainMigrations) migration.up(fresh);
    expect(schemaOf(db)).toEqual(schemaOf(fresh));
    fresh.close();
    db.close();
  },
);

test('a home of a newer version is refused, and not a byte of it changed', () => {
  fillAsOf(mainMigrations.at(-1)?.version ?? 0);
  openDatabases(home).close();
  const db = new Database(file());
  db.pragma('user_version = 99990');
  db.exec('CREATE TABLE later (x INTEGER) STRICT; INSERT INTO later VALUES (1)');
  db.close();
  const digest = (): string => createHash('sha256').update(readFileSync(file())).digest('hex');
  const before = digest();
  expect(() => openApp({ home, trainerEntry: 'not used' })).toThrow(
    /newer Twofold.*nothing was changed/,
  );
  expect(digest()).toBe(before);
  expect(readdirSync(home).filter((name) => /backups|replaced/.test(name))).toEqual([]);
});
