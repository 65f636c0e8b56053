import { expect, test } from 'vitest';

import { backupsToDrop, isBackupDue, type Dated } from './rotation.ts';

const now = new Date('2026-06-30T12:00:00Z');
const hourMs = 3_600_000;
const made = (hoursAgo: number, reason: Dated['reason'] = 'daily'): Dated => ({
  backupId: `${hoursAgo}h`,
  createdAt: new Date(now.getTime() - hoursAgo * hourMs).toISOString(),
  reason,
});

test('is due where the newest is older than a day, whatever the clock said before', () => {
  expect(isBackupDue([], now)).toBe(true);
  expect(isBackupDue([made(23)], now)).toBe(false);
  expect(isBackupDue([made(25)], now)).toBe(true);
  expect(isBackupDue([made(-24 * 365)], now)).toBe(true);
  expect(isBackupDue([made(-24 * 365), made(2)], now)).toBe(false);
});

test('keeps the newest three, one a day for a week, one a week for four', () => {
  const hourly = Array.from({ length: 24 * 60 }, (_, hour) => made(hour));
  const dropped = new Set(backupsToDrop(hourly, now));
  const kept = hourly
    .filter(({ backupId }) => !dropped.has(backupId))
    .map(({ backupId }) => backupId);
  expect(kept).toEqual(
    [0, 1, 2, 24, 48, 72, 96, 120, 144, 168, 336, 504].map((hours) => `${hours}h`),
  );
});

test('a user who comes back after months finds the old ones', () => {
  const old = [made(24 * 100), made(24 * 101), made(24 * 150)];
  expect(backupsToDrop([made(0), ...old], now)).toEqual([]);
});

test('those before an upgrade stay, and those of a clock that was ahead stay and do not fill the place', () => {
  const ahead = [made(-24 * 300), made(-24 * 301), made(-24 * 302)];
  const many = Array.from({ length: 5 }, (_, index) => made(index));
  const upgrades = [
    made(24 * 200, 'upgrade'),
    made(24 * 201, 'upgrade'),
    made(24 * 202, 'upgrade'),
  ];
  const dropped = backupsToDrop([...ahead, ...many, ...upgrades], now);
  expect(new Set(dropped)).toEqual(new Set(['3h', '4h']));
});

test('a clock that was set back takes none of those made before', () => {
  const before = Array.from({ length: 6 }, (_, index) => made(-0.5 - index));
  const after = [made(0), made(24), made(24 * 2)];
  expect(backupsToDrop([...before, ...after], now)).toEqual([]);
});
