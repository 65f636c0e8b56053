import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { flip } from '../src-main/testing/builders/flip.ts';
import { programFile } from '../src-main/testing/programs.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { startServer } from './scenarios/server.ts';

const run = promisify(execFile);
const twofold = (home: string, ...args: string[]) =>
  run(process.execPath, [programFile('cli'), ...args], {
    env: { ...process.env, TWOFOLD_HOME: home },
  });

test.use({ scenario: 'sample' });

test('a damaged database: the window offers its backups, restores one, and puts back what that replaced', async ({
  home,
  page,
  shell,
}) => {
  test.skip(shell === 'electron', 'The loopback server belongs to the browser shell');
  await twofold(home, 'backups', 'create');
  flip(path.join(home, 'twofold.sqlite'), 0, 16);
  const server = await startServer(home);
  await page.goto(server.link);
  const title = page.getByRole('heading', { name: 'The database cannot be opened' });
  await expect(title).toBeVisible();
  await expectAccessible(page, 'recovery');
  await page
    .getByRole('button', { name: /^Restore the backup of/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  const rows = page.getByRole('table', { name: 'Backups of the database' });
  await expect(rows.getByRole('row', { name: /replaced by a restore/ })).toBeVisible();
  await expectAccessible(page, 'backups');
  await page.getByRole('link', { name: /^Data/ }).click();
  await expect(page.getByText('Synthetic reviews').first()).toBeVisible();
  await page.goBack();
  await page.getByRole('button', { name: /^Put back what was replaced/ }).click();
  await expect(title).toBeVisible();
  await page
    .getByRole('button', { name: /^Restore the backup of/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await page.close();
  await server.stop();
});
