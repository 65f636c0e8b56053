import type { backupReasons } from '#contract/backup.ts';

export type Dated = Readonly<{
  backupId: string;
  createdAt: string;
  reason: (typeof backupReasons)[number] | null;
}>;

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const newestKept = 3;
const daysKept = 7;
const weeksKept = 4;
const upgradesKept = 2;

/** Whether the newest is older than a day. One of the future (the clock was ahead) counts for nothing. */
export function isBackupDue(backups: readonly Dated[], now: Date): boolean {
  return !backups.some(({ createdAt }) => {
    const ageMs = now.getTime() - Date.parse(createdAt);
    return ageMs >= -hourMs && ageMs < dayMs;
  });
}

/**
 * Which backups go: all but the newest 3, the newest of each of the last 7 days and of the last 4 weeks that have one, and the newest 2
 * of those made before an upgrade. Days and weeks are counted back from now, so that a gap in use costs nothing. What is dated after
 * now stays and counts for nothing: the clock was ahead then, or is behind now.
 */
export function backupsToDrop(backups: readonly Dated[], now: Date): string[] {
  const past = backups
    .map((backup) => ({ ...backup, ageMs: now.getTime() - Date.parse(backup.createdAt) }))
    .filter(({ ageMs }) => ageMs >= 0)
    .toSorted((a, b) => a.ageMs - b.ageMs);
  const kept = new Set<string>(past.slice(0, newestKept).map(idOf));
  for (const [spanMs, count] of [
    [dayMs, daysKept],
    [7 * dayMs, weeksKept],
  ] as const) {
    const spans = new Map<number, string>();
    for (const { backupId, ageMs } of past) {
      const span = Math.floor(ageMs / spanMs);
      if (!spans.has(span)) spans.set(span, backupId);
    }
    for (const backupId of [...spans.values()].slice(0, count)) kept.add(backupId);
  }
  const upgrades = past.filter(({ reason }) => reason === 'upgrade').slice(0, upgradesKept);
  for (const { backupId } of upgrades) kept.add(backupId);
  return past.map(idOf).filter((backupId) => !kept.has(backupId));
}

const idOf = ({ backupId }: Pick<Dated, 'backupId'>): string => backupId;
