import type { Emit } from '#contract/index.ts';

import type { ReadDb } from '../db/handles.ts';

/**
 * Turns what other processes write to this home into events. `PRAGMA data_version` changes only when another connection has
 * written, so a quiet home costs one number a second.
 */
export function watchChanges(db: ReadDb, emit: Emit, everyMs = 1000): () => void {
  let version = dataVersion(db);
  let seen = readAll(db);
  const timer = setInterval(() => {
    try {
      const current = dataVersion(db);
      if (current === version) return;
      version = current;
      const now = readAll(db);
      tell(seen, now, emit);
      seen = now;
    } catch {
      // busy, or closed between two ticks: the next one sees it
    }
  }, everyMs);
  // Watching alone keeps no process alive.
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

type Seen = Readonly<{
  runs: ReadonlyMap<string, string>;
  progress: ReadonlyMap<string, string>;
  datasets: ReadonlyMap<string, string>;
  reports: ReadonlyMap<string, string>;
  outsideCurves: string;
  settings: string;
  queue: string;
}>;

const dataVersion = (db: ReadDb): unknown => db.pragma('data_version', { simple: true });

function readAll(db: ReadDb): Seen {
  const runs = db
    .prepare(
      `SELECT run_id AS id, coalesce(progress, '') AS progress, json_array(name, state, reason, request, best_epoch,
         deleted_at, supervisor_pid, plan IS NULL, disk_bytes, trained_seconds, tags, note, is_favourite) AS facts FROM runs`,
    )
    .all() as { id: string; progress: string; facts: string }[];
  const datasets = db
    .prepare(
      'SELECT dataset_id AS id, json_array(name, deleted_at, has_words, size_bytes) AS facts FROM datasets',
    )
    .all() as { id: string; facts: string }[];
  const reports = db
    .prepare(
      'SELECT report_id AS id, json_array(spec, updated_at, deleted_at) AS facts FROM reports',
    )
    .all() as { id: string; facts: string }[];
  const outsideCurves = db
    .prepare('SELECT json_group_object(curve_id, name) FROM outside_curves')
    .pluck()
    .get();
  const settings = db.prepare('SELECT json_group_object(key, value) FROM settings').pluck().get();
  const queue = db
    .prepare(
      `SELECT json_array(is_paused, server_pid, (SELECT json_group_object(run_id, queue_position) FROM runs
         WHERE queue_position IS NOT NULL)) FROM queue`,
    )
    .pluck()
    .get();
  return {
    runs: new Map(runs.map(({ id, facts, progress }) => [id, facts + progress])),
    progress: new Map(runs.map(({ id, progress }) => [id, progress])),
    datasets: new Map(datasets.map(({ id, facts }) => [id, facts])),
    reports: new Map(reports.map(({ id, facts }) => [id, facts])),
    outsideCurves: String(outsideCurves),
    settings: String(settings),
    queue: String(queue),
  };
}

function tell(before: Seen, now: Seen, emit: Emit): void {
  for (const runId of changedKeys(before.runs, now.runs)) emit('runs.changed', { runId });
  for (const runId of changedKeys(before.progress, now.progress))
    emit('metrics.appended', { runId });
  for (const datasetId of changedKeys(before.datasets, now.datasets))
    emit('datasets.changed', { datasetId });
  for (const reportId of changedKeys(before.reports, now.reports))
    emit('reports.changed', { reportId });
  if (before.outsideCurves !== now.outsideCurves) emit('outsideCurves.changed', {});
  if (before.queue !== now.queue) emit('queue.changed', {});
  if (before.settings !== now.settings) emit('settings.changed', {});
}

function changedKeys(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): string[] {
  const keys = new Set([...before.keys(), ...now.keys()]);
  return [...keys].filter((key) => before.get(key) !== now.get(key));
}
