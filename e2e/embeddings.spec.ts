import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, expectAccessible, test } from './fixtures.ts';

test.describe('embeddings of trained pairs', () => {
  test.use({ scenario: 'pairs3' });

  test('compares the tables of A and B word by word, over their projections and over time', async ({
    workbench: page,
    chrome,
    embeddings,
  }, info) => {
    test.slow();
    await chrome.open('Embeddings');
    await embeddings.ready();
    await embeddings.view('Changed words');
    await embeddings.compare();
    await expect(page.getByText(/^Seed noise uses \d+ pairs? of seeds/)).toBeVisible();
    await expect(page.getByRole('row', { name: /^CKA, debiased/ })).toBeVisible();
    await expectAccessible(page, 'Changed words');

    await test.step('one table in the place of the other says whether the difference matters', async () => {
      await embeddings.beside('Transplant test');
      await page.getByRole('button', { name: 'Evaluate' }).click();
      const bars = page.getByRole('table', { name: 'Accuracy on the test reviews' });
      for (const pass of ['Own table', 'Aligned', 'Raw', 'Untrained'])
        await expect(bars.getByRole('row', { name: new RegExp(`^${pass} \\d`) })).toBeVisible();
      await expect(page.getByText(/^\d[\d,]* words moved, \d[\d,]* test reviews\./)).toBeVisible();
      await expectAccessible(page, 'Transplant test');
      await expect(page.getByText(/NaN|undefined|Infinity/)).toHaveCount(0);
    });

    await test.step('reviews are listed by where embeddings and predictions part', async () => {
      await embeddings.beside('Reviews');
      // The two tables of one run judge every review alike.
      await expect(
        page.getByText('Both tables are from one run at one epoch', { exact: false }),
      ).toBeVisible();
      await page.getByRole('radio', { name: 'A-LSTM and B' }).check();
      await page.getByRole('button', { name: 'Compare the reviews' }).click();
      const list = page.getByRole('table', {
        name: 'Reviews where embeddings and predictions disagree',
      });
      await expect(list.getByRole('row').nth(1)).toBeVisible();
      await page.getByRole('radio', { name: 'Embeddings differ' }).check();
      await expect(list.getByRole('row').nth(1)).toBeVisible();
      await expectAccessible(page, 'Test reviews');
      await list.getByRole('link').first().click();
      await expect(embeddings.heatmap).toBeVisible();
      await page.goBack();
      await expect(embeddings.ranked).toBeVisible();
    });

    await test.step('projections share a cursor and a selection, which narrows the ranked words', async () => {
      await embeddings.view('Projection');
      await expect(embeddings.ranked).toHaveAttribute('aria-rowcount', /^([2-9]|\d{2,})$/);
      const all = Number(await embeddings.ranked.getAttribute('aria-rowcount')) - 1;
      await expect(
        page.getByText(`The chart shows all ${all.toLocaleString('en-US')} ranked words.`),
      ).toBeVisible();
      await embeddings.projection('A-CNN').press('Home');
      await embeddings.projection('A-CNN').press('ArrowRight');
      const said = (await embeddings.projection('A-CNN').getAttribute('aria-valuetext')) ?? '';
      const word = said.split(':')[0] ?? '';
      for (const table of ['A-LSTM', 'B'])
        await expect(embeddings.projection(table)).toHaveAttribute(
          'aria-valuetext',
          new RegExp(`^${word}: `),
        );

      await embeddings.lasso('B', [0.2, 0.1], [0.6, 0.9]);
      await expect(page.getByRole('button', { name: /^\d+ selected$/ })).toBeVisible();
      await expect
        .poll(async () => Number(await embeddings.ranked.getAttribute('aria-rowcount')) - 1)
        .toBeLessThan(all);
      await expectAccessible(page, 'Projection');
      await embeddings.projection('B').press('Escape');
      await expect(embeddings.ranked).toHaveAttribute('aria-rowcount', String(all + 1));

      await page.getByRole('textbox', { name: 'Find a word' }).fill('good');
      await expect(page.getByRole('heading', { name: /^\d+ words? with "good"$/ })).toBeVisible();
      await page.getByRole('textbox', { name: 'Find a word' }).fill('');
    });

    await test.step('a picture is saved as SVG and as PNG', async () => {
      for (const [format, start] of [
        ['SVG', '<svg'],
        ['PNG', '\u{89}PNG'],
      ] as const) {
        await page.getByRole('button', { name: 'Projection A-CNN A-LSTM B: options' }).click();
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name: `Save as ${format}` }).click(),
        ]);
        const file = info.outputPath(download.suggestedFilename());
        await download.saveAs(file);
        expect(readFileSync(file, 'latin1').slice(0, 4)).toBe(start);
      }
    });

    await test.step('one slider moves all panels, and their figures follow', async () => {
      await embeddings.view('Training history');
      await expect(page.getByRole('heading', { name: 'CKA with the first epoch' })).toBeVisible();
      await page.getByRole('textbox', { name: 'Follow a word' }).fill('good');
      await page.getByRole('button', { name: 'Follow', exact: true }).click();
      await expect(page.getByRole('button', { name: 'Stop following good' })).toBeVisible();
      await embeddings.epoch.press('Home');
      await expect(embeddings.epoch).toHaveAttribute('aria-valuetext', '0 of 3');
      await expect(page.getByText('epoch 0; no earlier epoch is stored').first()).toBeVisible();
      await embeddings.epoch.press('End');
      await expect(
        page.getByText(/^epoch 2 to 3: \d+ of the 10 nearest words are the same$/),
      ).toHaveCount(3);
      await expect(page.getByText(/^Comparing epoch 3/)).toBeHidden();
      await expectAccessible(page, 'Training history');
      await embeddings.view('Sentence');
      await expect(embeddings.epoch).toHaveAttribute('aria-valuetext', '3 of 3');
      await embeddings.view('Changed words');
      await page.getByRole('button', { name: 'Back to the compared epoch' }).click();
    });

    await test.step('comparisons are saved: opened again, removed, brought back', async () => {
      const dialog = await embeddings.saved();
      await expect(dialog.getByRole('row').nth(1)).toBeVisible();
      const count = await dialog.getByRole('row').count();
      await expectAccessible(page, 'Saved comparisons');
      await dialog
        .getByRole('button', { name: /^Remove / })
        .first()
        .click();
      // Without a comparison there is no head either.
      await expect(dialog.getByRole('row')).toHaveCount(count === 2 ? 0 : count - 1);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Undo' }).click();
      const again = await embeddings.saved();
      await expect(again.getByRole('row')).toHaveCount(count);
      await again.getByRole('button', { name: 'A-CNN, A-LSTM, B', exact: true }).last().click();
      await expect(embeddings.ranked).toBeVisible();
    });
  });

  test('compares with word vectors from a file, and says what is wrong with one', async ({
    workbench: page,
    chrome,
    embeddings,
    home,
  }) => {
    const words =
      'good bad great boring film story actors plot music scenes the a and of to is in it this that was'.split(
        ' ',
      );
    const vectors = words.map((word, row) =>
      [word, ...Array.from({ length: 8 }, (_, at) => Math.sin(row * 8 + at).toFixed(4))].join(' '),
    );
    const file = path.join(home, 'vectors.txt');
    writeFileSync(file, [`${words.length} 8`, ...vectors].join('\n'));
    writeFileSync(path.join(home, 'prose.txt'), 'once upon a time\nthere was');
    await chrome.open('Embeddings');
    await embeddings.view('Changed words');
    await page.getByRole('button', { name: 'Import a table' }).click();
    const dialog = page.getByRole('dialog', { name: 'Word vectors from a file' });
    await expectAccessible(page, 'Import of a table');
    await dialog.getByRole('textbox', { name: 'File' }).fill(path.join(home, 'prose.txt'));
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(dialog.getByText('does not contain word vectors')).toBeVisible();
    await dialog.getByRole('textbox', { name: 'File' }).fill(file);
    await dialog.getByRole('textbox', { name: 'Name' }).fill('mine');
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('combobox', { name: 'Table 3', exact: true })).toContainText(
      'mine',
    );
  });
});
