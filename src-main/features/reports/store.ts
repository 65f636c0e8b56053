import { AppError } from '#contract/failure.ts';
import { reportSpecSchema, type Report, type ReportSpec } from '#contract/report.ts';
import * as m from '#messages';

import type { ReadDb, WriteDb } from '../../db/handles.ts';

const select = `SELECT report_id AS reportId, spec, created_at AS createdAt, updated_at AS updatedAt,
    deleted_at AS deletedAt FROM reports`;

/** Newest change first. */
export const listReports = (db: ReadDb, isTrash: boolean): Report[] =>
  (
    db
      .prepare(`${select} WHERE (deleted_at IS NOT NULL) = ? ORDER BY updated_at DESC, rowid DESC`)
      .all(isTrash ? 1 : 0) as StoredReport[]
  ).map(toReport);

export function findReport(db: ReadDb, reportId: string): Report {
  const row = db.prepare(`${select} WHERE report_id = ?`).get(reportId) as StoredReport | undefined;
  if (row === undefined) throw new AppError('notFound', m.report_unknown({ reportId }));
  return toReport(row);
}

export function insertReport(db: WriteDb, reportId: string, spec: ReportSpec, now: string): void {
  db.prepare(
    'INSERT INTO reports (report_id, spec, created_at, updated_at) VALUES (?, ?, ?, ?)',
  ).run(reportId, JSON.stringify(spec), now, now);
}

export function updateReport(db: WriteDb, reportId: string, spec: ReportSpec, now: string): void {
  db.prepare('UPDATE reports SET spec = ?, updated_at = ? WHERE report_id = ?').run(
    JSON.stringify(spec),
    now,
    reportId,
  );
}

export function setReportsDeleted(
  db: WriteDb,
  reportIds: readonly string[],
  deletedAt: string | null,
): void {
  const set = db.prepare('UPDATE reports SET deleted_at = ? WHERE report_id = ?');
  db.transaction(() => {
    for (const reportId of reportIds) {
      findReport(db, reportId);
      set.run(deletedAt, reportId);
    }
  })();
}

/** For good: what lies in the trash since before that time. */
export function purgeReports(db: WriteDb, before: string): void {
  db.prepare('DELETE FROM reports WHERE deleted_at < ?').run(before);
}

type StoredReport = Omit<Report, 'spec'> & Readonly<{ spec: string }>;

const toReport = (row: StoredReport): Report => ({
  ...row,
  spec: reportSpecSchema.parse(JSON.parse(row.spec)),
});
