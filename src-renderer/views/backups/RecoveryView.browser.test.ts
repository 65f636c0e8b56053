import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { Backup, HomeState, Missing } from '#contract/backup.ts';

import App from '../../App.svelte';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

const backup: Backup = {
  backupId: '20260601-120000',
  kind: 'backup',
  reason: 'daily',
  createdAt: '2026-06-01T12:00:00Z',
  file: 'backups/20260601-120000/twofold.sqlite',
  bytes: 860_000,
  schemaVersion: 220,
  runs: 34,
  datasets: 1,
  blobs: 300,
  checkpoints: 170,
  replacedBy: null,
  isDamaged: false,
  sequence: 1,
};
const missing: Missing = {
  newerRuns: ['r7', 'r8'],
  shorterRuns: [{ runId: 'r1', name: 'A seed 1', epoch: 3, checkpointEpoch: 7 }],
  blobs: 1,
  files: 0,
  datasets: ['Reviews'],
};
const replaced: Backup = {
  ...backup,
  backupId: '20260602-080000',
  kind: 'replaced',
  reason: null,
  createdAt: '2026-06-02T08:00:00Z',
  file: 'twofold-replaced-20260602-080000.sqlite',
  runs: null,
  datasets: null,
  replacedBy: { backupId: backup.backupId, missing },
};

beforeEach(async () => {
  await page.viewport(1280, 800);
  localStorage.clear();
  window.location.hash = '#/runs';
});

it('stands in place of every screen, restores the newest backup and loads anew', async () => {
  let state: HomeState = {
    isOpen: false,
    problems: [{ kind: 'database', message: 'twofold.sqlite is damaged and cannot be read.' }],
  };
  const bridge = scriptedBridge({
    'home.state': () => state,
    'backups.list': () => [replaced, backup],
    'home.restore': () => {
      state = { isOpen: true, problems: [] };
      return { backupId: backup.backupId, replacedId: 'x', isQueuePaused: true, missing };
    },
  });
  let loads = 0;
  const screen = await render(App, { bridge, reload: () => (loads += 1) });
  await expect
    .element(screen.getByRole('heading', { name: 'The database cannot be opened' }))
    .toBeVisible();
  await expect.element(screen.getByText(/twofold.sqlite is damaged/)).toBeVisible();
  await expect.element(screen.getByRole('navigation')).not.toBeInTheDocument();
  const primary = screen.getByRole('button', { name: /^Restore the backup of/ }).first();
  await userEvent.click(primary);
  expect(bridge.inputsOf('home.restore')).toEqual([{ backupId: backup.backupId }]);
  bridge.emit('home.changed', { isOtherDatabase: true });
  expect(loads).toBe(1);
  expect(window.location.hash).toBe('#/settings?section=backups');
});

it('a damaged backup is marked, and the newest good one is offered', async () => {
  const damaged = { ...backup, backupId: 'd', createdAt: '2026-06-03T12:00:00Z', isDamaged: true };
  const bridge = scriptedBridge({
    'home.state': () => ({ isOpen: false, problems: [] }),
    'backups.list': () => [damaged, backup],
    'home.restore': () => ({ kind: 'inUse', message: 'Another process (7) has it open.' }),
  });
  const screen = await render(App, { bridge });
  await expect
    .element(screen.getByRole('row', { name: 'This copy is damaged and cannot be restored.' }))
    .toBeVisible();
  const rows = screen.getByRole('table').getByRole('button', { name: /^Restore the backup of/ });
  await expect.element(rows.nth(0)).toBeDisabled();
  await expect.element(rows.nth(1)).toBeEnabled();
  await userEvent.click(screen.getByRole('button', { name: /^Restore the backup of/ }).first());
  expect(bridge.inputsOf('home.restore')).toEqual([{ backupId: backup.backupId }]);
});

it('a restore that is refused changes nothing and says why', async () => {
  const bridge = scriptedBridge({
    'home.state': () => ({ isOpen: false, problems: [] }),
    'backups.list': () => [],
    'home.restore': () => ({ kind: 'inUse', message: 'Another process (7) has it open.' }),
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'Begin with an empty database' }));
  expect(bridge.inputsOf('home.restore')).toEqual([{ backupId: 'empty' }]);
  await expect.element(screen.getByText('Another process (7) has it open.')).toBeVisible();
  expect(window.location.hash).toBe('#/runs');
});

it('Settings lists backups, makes one, puts back what was replaced and says what is missing', async () => {
  window.location.hash = '#/settings?section=backups';
  let backups: Backup[] = [];
  const bridge = scriptedBridge({
    'backups.list': () => backups,
    'backups.create': () => {
      backups = [replaced, backup];
      return backup;
    },
    'home.restore': () => ({ backupId: 'x', replacedId: 'y', isQueuePaused: false, missing }),
  });
  const screen = await render(App, { bridge });
  await expect.element(screen.getByText(/No backup yet/)).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Back up now' }));
  const rows = screen.getByRole('table', { name: 'Backups of the database' });
  await expect.element(rows.getByRole('row', { name: /once a day 34 1 860 kB/ })).toBeVisible();
  await expect
    .element(
      rows.getByRole('row', {
        name: /2 runs are newer.*\(r7, r8\).*"A seed 1".*epoch 3 only.*epoch 7.*One embedding table.*"Reviews"/,
      }),
    )
    .toBeVisible();
  await userEvent.click(rows.getByRole('button', { name: /Put back what was replaced/ }));
  expect(bridge.inputsOf('home.restore')).toEqual([{ backupId: replaced.backupId }]);
});

it('a damaged blobs.sqlite is told above the screen and set aside from there; what was read can be hidden', async () => {
  let problems: HomeState['problems'] = [
    { kind: 'blobs', message: 'blobs.sqlite is damaged in parts.' },
    { kind: 'log', message: 'The write-ahead log was damaged.' },
  ];
  const bridge = scriptedBridge({
    'home.state': () => ({ isOpen: true, problems }),
    'home.setAsideBlobs': () => {
      problems = problems.slice(1);
      bridge.emit('home.changed', { isOtherDatabase: false });
      return { file: 'blobs-damaged-1.sqlite', kept: 12, lost: 3 };
    },
  });
  const screen = await render(App, { bridge });
  const strips = screen.getByRole('status', { name: 'What is wrong in the data folder' });
  await expect.element(strips.getByText(/damaged in parts/)).toBeVisible();
  await expect.element(strips.getByText(/write-ahead log/)).toBeVisible();
  await userEvent.click(strips.getByRole('button', { name: 'Set the damaged file aside' }));
  await expect
    .element(screen.getByText(/12 embedding tables and predictions were taken over, 3 are lost/))
    .toBeVisible();
  await expect.element(strips.getByText(/damaged in parts/)).not.toBeInTheDocument();
  await userEvent.click(strips.getByRole('button', { name: 'Hide' }));
  await expect.element(strips.getByText(/write-ahead log/)).not.toBeInTheDocument();
});
