import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Page } from '@playwright/test';

import { expect, expectAccessible, test } from './fixtures.ts';
import { connect } from './scenarios/bridge.ts';
import { seedHome } from './scenarios/seed.ts';
import { startServer } from './scenarios/server.ts';

const importDialog = (page: Page) => page.getByRole('dialog', { name: 'Import runs or curves' });

async function importFile(page: Page, file: string): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: 'Import…' }).click();
  const dialog = importDialog(page);
  await dialog.getByRole('textbox', { name: 'File' }).fill(file);
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
}

test.describe('with a trained pair', () => {
  test.use({ scenario: 'pair' });

  test('selected runs are exported to a file, which brings nothing new where they are', async ({
    workbench: page,
    chrome,
    runs,
  }, info) => {
    const file = info.outputPath('pair.twofold');
    await chrome.open('Runs');
    await runs.ready();
    await runs.focus(runs.row('A'));
    await page.keyboard.press('Control+a');
    await runs.row('B').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Export bundle…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Bundle of 2 runs' });
    const field = dialog.getByRole('textbox', { name: 'File' });
    await expect(field).toHaveValue(/[\\/]2 runs\.twofold$/);
    await expectAccessible(page, 'Export dialog');
    await field.fill(file);
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await expect(chrome.notes).toContainText(`Exported to ${file}`);
    const { size } = statSync(file);

    await test.step('a file that is there is not replaced unasked', async () => {
      await runs.row('B').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Export bundle…' }).click();
      await field.fill(file);
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      await expect(dialog.getByText(/is there already/)).toBeVisible();
      await page.keyboard.press('Escape');
      expect(statSync(file).size).toBe(size);
    });

    await test.step('importing it here says that all is here', async () => {
      await importFile(page, file);
      await expect(page.getByText('Every run of pair.twofold is here already.')).toBeVisible();
      await expect(runs.rows).toHaveCount(2);
      const list = page.getByRole('region', { name: 'Runs', exact: true });
      await list.getByRole('button', { name: 'Dismiss' }).click();
      await expect(page.getByText('Every run of pair.twofold')).toBeHidden();
    });
  });
});

test.describe('in an empty home', () => {
  let folder: string;
  let bundles: Readonly<Record<'plain' | 'withData', string>>;

  test.beforeAll(async () => {
    test.setTimeout(240_000);
    folder = mkdtempSync(path.join(tmpdir(), 'twofold-bundles-'));
    bundles = {
      plain: path.join(folder, 'pair.twofold'),
      withData: path.join(folder, 'pair-with-data.twofold'),
    };
    const home = path.join(folder, 'home');
    await seedHome('pair', home);
    const server = await startServer(home);
    const bridge = await connect(server);
    const runIds = (await bridge.call('runs.list', {})).map(({ runId }) => runId);
    await bridge.call('bundles.startExport', { runIds, path: bundles.plain });
    await bridge.call('bundles.startExport', { runIds, path: bundles.withData, withData: true });
    await bridge.until(async () =>
      (await bridge.call('jobs.list', {})).every(({ state }) => state === 'finished'),
    );
    bridge.close();
    await server.stop();
  });
  test.afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('the runs of a bundle are shown, and say which reviews are missing until they come', async ({
    workbench: page,
    chrome,
    data,
    runs,
  }) => {
    await chrome.open('Runs');
    await expect(page.getByText('No runs yet. Start one, or import a bundle.')).toBeVisible();
    await importFile(page, path.join(folder, 'none.twofold'));
    await expect(importDialog(page).getByText(/none\.twofold does not exist/)).toBeVisible();
    await expectAccessible(page, 'Import dialog');
    await page.keyboard.press('Escape');

    await importFile(page, bundles.plain);
    await expect(page.getByText('2 runs imported from pair.twofold')).toBeVisible();
    await expect(
      page.getByText(/The texts of Synthetic reviews are not here, but their labels are\./),
    ).toBeVisible();
    await expect(runs.rows).toHaveCount(2);
    await expect(runs.state(runs.row('A'), 'Finished')).toBeVisible();
    await runs.ready();
    await expectAccessible(page, 'Runs after an import');

    await chrome.open('Data');
    await expect(data.dataset('Synthetic reviews')).toContainText('reviews not here');
    await expect(page.getByText(/a bundle brought its runs without them/)).toBeVisible();
    await expectAccessible(page, 'Data without its reviews');

    await chrome.open('Runs');
    await importFile(page, bundles.withData);
    await expect(
      page.getByText('Every run of pair-with-data.twofold is here already.'),
    ).toBeVisible();
    await chrome.open('Data');
    await expect(data.dataset('Synthetic reviews')).not.toContainText('reviews not here');
    await expect(page.getByText(/a bundle brought its runs without them/)).toBeHidden();
  });
});
