import { writeFileSync } from 'node:fs';

import { expect, expectAccessible, test } from './fixtures.ts';
import { screens } from './pages/frame.ts';
import { oddCsv } from './scenarios/corpora.ts';

for (const theme of ['light', 'dark'] as const) {
  test.describe(`${theme} theme`, () => {
    test.use({ colorScheme: theme });

    test('empty screens', async ({ workbench: page, chrome }) => {
      await expect(page.locator('html')).toHaveCSS('color-scheme', theme);
      for (const screen of screens) {
        await chrome.open(screen);
        await expectAccessible(page, `${screen}, empty`);
      }
    });

    test.describe('with a trained pair', () => {
      test.use({ scenario: 'pair' });

      test('Data, New run and their dialogs', async ({
        workbench: page,
        chrome,
        data,
        newRun,
      }, info) => {
        await data.ready();
        await expectAccessible(page, 'Data');
        await data.importButton.click();
        await data.dialog.waitFor();
        await data.path.fill('imdb.npz');
        await expectAccessible(page, 'Import dialog');
        const file = info.outputPath('opinions.csv');
        writeFileSync(file, oddCsv(20));
        await data.path.fill(file);
        await page.getByText('1 question is open').waitFor();
        await page.getByRole('button', { name: 'Read it otherwise' }).click();
        await expectAccessible(page, 'Import dialog, with a question');
        await data.chooseColumn('Label', 'verdict');
        await data.meaning('thumbs up', 'positive');
        await expect(data.startImport).toBeEnabled();
        await page.getByRole('button', { name: 'Browse' }).click();
        await expectAccessible(page, 'Import dialog, ready, with files');
        await data.path.fill(`${file}.none`);
        await expect(data.alerts).toHaveText(/does not exist/);
        await expectAccessible(page, 'Import dialog, with an error');
        await page.keyboard.press('Escape');
        await data.choose('Synthetic reviews', 'Export');
        await page.getByRole('dialog').waitFor();
        await expectAccessible(page, 'Export dialog');
        await page.keyboard.press('Escape');
        await chrome.open('New run');
        await newRun.ready();
        await expectAccessible(page, 'New run');
        await newRun.select('LSTM activation', 'ReLU');
        await newRun.option('Validate on', 'Test split').check({ force: true });
        await newRun.fill({ Filters: '0', Patience: '0' });
        await expectAccessible(page, 'New run, with warnings and errors');
        await newRun.layerTable.click();
        await page.getByRole('dialog').waitFor();
        await expectAccessible(page, 'Layer table');
      });

      test('Runs, its details and its trash', async ({ workbench: page, chrome, runs }) => {
        await chrome.open('Runs');
        await runs.ready();
        await expectAccessible(page, 'Runs');
        await runs.tab('Log').click();
        await expectAccessible(page, 'Runs, log');
        await runs.tab('Info').click();
        await expectAccessible(page, 'Runs, info');
        await page.keyboard.press('Control+k');
        await chrome.paletteField.waitFor();
        await expectAccessible(page, 'Palette');
        await page.keyboard.press('Escape');
        await runs.focus(runs.row('B'));
        await runs.act('Delete').click();
        await expect(runs.rows).toHaveCount(1);
        await expectAccessible(page, 'Runs, with a note to undo');
        await runs.trash.click();
        await page.getByRole('button', { name: /^Restore/ }).waitFor();
        await expectAccessible(page, 'Trash');
      });

      test('Compare, Embeddings and Settings', async ({
        workbench: page,
        chrome,
        compare,
        embeddings,
      }) => {
        await chrome.open('Compare');
        await compare.ready();
        await expectAccessible(page, 'Compare, verdict');
        for (const part of ['Curves', 'Confusion', 'Flips'] as const) {
          await compare.show(part);
          await expectAccessible(page, `Compare, ${part.toLowerCase()}`);
        }
        await chrome.open('Embeddings');
        await embeddings.ready();
        await expectAccessible(page, 'Embeddings');
        await chrome.open('Settings');
        await expectAccessible(page, 'Settings');
        await page.getByRole('button', { name: 'Open-source parts' }).click();
        const parts = page.getByRole('dialog', { name: 'Open-source parts' });
        await parts.getByRole('textbox', { name: 'Find a part or a licence' }).fill('pretendard');
        await expect(parts.getByLabel('Licence of pretendard')).toContainText(
          'SIL OPEN FONT LICENSE',
        );
        await expectAccessible(page, 'Open-source parts');
      });
    });
  });
}
