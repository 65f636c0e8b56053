import type { ReadDb } from '../../db/handles.ts';

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
}>;

const select = `SELECT e.experiment_id AS experimentId, e.name, e.created_at AS createdAt, e.looks,
    e.margin_points AS marginPoints, e.is_named AS isNamed,
    (SELECT json_group_array(run_id) FROM
       (SELECT run_id FROM runs r WHERE r.experiment_id = e.experiment_id ORDER BY run_key)) AS runIds
  FROM experiments e`;

/** Newest first. */
export function listExperiments(db: ReadDb): ExperimentRow[] {
  const rows = db
    .prepare(`${select} ORDER BY e.created_at DESC, e.rowid DESC`)
    .all() as StoredRow[];
  return rows.map(toRow);
}

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

type StoredRow = Omit<ExperimentRow, 'isNamed' | 'runIds'> &
  Readonly<{
    isNamed: 0 | 1;
    /** JSON. */
    runIds: string;
  }>;

const toRow = (row: StoredRow): ExperimentRow => ({
  ...row,
  isNamed: row.isNamed === 1,
  runIds: JSON.parse(row.runIds) as string[],
});
