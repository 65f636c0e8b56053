import type { RunState } from '#contract/run.ts';
import { readStoredConfig, type RunConfig } from '#contract/run-config.ts';

import type { ReadDb } from '../../db/handles.ts';
import type { AbsentRun } from './pairs.ts';

export type ExperimentRow = Readonly<{
  experimentId: string;
  name: string;
  createdAt: string;
  /** Planned before the start. */
  looks: number;
  /** Half width of the band that is too small to matter; null where it was not fixed. */
  marginPoints: number | null;
  /** A person gave the name. */
  isNamed: boolean;
  /** In the order in which they were started, those in the trash too: they were planned. */
  runIds: readonly string[];
  /** Planned with them, and not in this home: they stayed behind when a bundle was written. */
  absent: readonly AbsentRun[];
  /** False where it came with a bundle of an older version, which says nothing of runs that stayed behind. */
  isPlanKnown: boolean;
}>;

const select = `SELECT e.experiment_id AS experimentId, e.name, e.created_at AS createdAt, e.looks,
    e.margin_points AS marginPoints, e.is_named AS isNamed, e.is_plan_known AS isPlanKnown,
    (SELECT json_group_array(run_id) FROM
       (SELECT run_id FROM runs r WHERE r.experiment_id = e.experiment_id ORDER BY run_key)) AS runIds,
    (SELECT json_group_array(json_object('runId', run_id, 'name', name, 'state', state, 'config', config,
         'experimentRound', experiment_round, 'createdAt', created_at, 'deletedAt', iif(is_in_trash, noted_at, NULL)))
       FROM (SELECT * FROM planned_runs p WHERE p.experiment_id = e.experiment_id
         AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = p.run_id) ORDER BY p.rowid)) AS absent
  FROM experiments e`;

/** Newest first, without those whose runs are all in the trash. */
export function listExperiments(db: ReadDb, limit = -1): ExperimentRow[] {
  const rows = db
    .prepare(
      `${select} WHERE EXISTS (SELECT 1 FROM runs r WHERE r.experiment_id = e.experiment_id AND r.deleted_at IS NULL)
       ORDER BY e.created_at DESC, e.rowid DESC LIMIT ?`,
    )
    .all(limit) as StoredRow[];
  return rows.map(toRow);
}

export type Member = Readonly<{ runId: string; state: RunState; config: RunConfig }>;

/** In the order in which they were started, without those in the trash. */
export const membersOf = (db: ReadDb, experimentId: string): Member[] =>
  (
    db
      .prepare(
        `SELECT run_id AS runId, state, config FROM runs
         WHERE experiment_id = ? AND deleted_at IS NULL ORDER BY run_key`,
      )
      .all(experimentId) as (Omit<Member, 'config'> & Readonly<{ config: string }>)[]
  ).map((run) => ({ ...run, config: readStoredConfig(run.config) }));

export function findExperiment(db: ReadDb, experimentId: string): ExperimentRow | null {
  const row = db.prepare(`${select} WHERE e.experiment_id = ?`).get(experimentId) as
    StoredRow | undefined;
  return row === undefined ? null : toRow(row);
}

/** Newest first; without those whose runs are all in the trash. */
export const experimentNames = (db: ReadDb): { id: string; name: string }[] =>
  db
    .prepare(
      `SELECT experiment_id AS id, name FROM experiments e
       WHERE EXISTS (SELECT 1 FROM runs r WHERE r.experiment_id = e.experiment_id AND r.deleted_at IS NULL)
       ORDER BY e.created_at DESC, e.rowid DESC`,
    )
    .all() as { id: string; name: string }[];

type StoredRow = Omit<ExperimentRow, 'isNamed' | 'isPlanKnown' | 'runIds' | 'absent'> &
  Readonly<{
    isNamed: 0 | 1;
    isPlanKnown: 0 | 1;
    /** JSON. */
    runIds: string;
    absent: string;
  }>;

const toRow = (row: StoredRow): ExperimentRow => ({
  ...row,
  isNamed: row.isNamed === 1,
  isPlanKnown: row.isPlanKnown === 1,
  runIds: JSON.parse(row.runIds) as string[],
  absent: (
    JSON.parse(row.absent) as (Omit<AbsentRun, 'config' | 'isAbsent' | 'experimentId'> &
      Readonly<{ config: string }>)[]
  ).map((run) => ({
    ...run,
    config: readStoredConfig(run.config),
    experimentId: row.experimentId,
    isAbsent: true,
  })),
});
