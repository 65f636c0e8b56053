import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Locator, Page } from '@playwright/test';

import { expect, expectAccessible, test } from './fixtures.ts';

test.describe('with a trained pair', () => {
  test.use({ scenario: 'pair' });

  test('every state can be used by all, and the page takes the theme of the window', async ({
    workbench: page,
    chrome,
    reports,
  }) => {
    await chrome.open('Reports');
    await expect(page.getByText('No reports yet.')).toBeVisible();
    await expectAccessible(page, 'Reports, empty');
    await reports.create.click();
    await reports.chooser.getByRole('checkbox').first().waitFor();
    await expectAccessible(page, 'New report');
    await page.keyboard.press('Escape');
    await reports.compose();
    await reports.add('Own text');
    await reports.title.fill('');
    await expect(page.getByText('Give the report a title of 1 to 200 characters.')).toBeVisible();
    await expectAccessible(page, 'A report with own words, and a title to fix');

    const backgroundOf = (element: Locator): Promise<string> =>
      element.evaluate((of) => getComputedStyle(of).backgroundColor);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      const wanted = await backgroundOf(page.locator('.panel').first());
      // The preview is another frame each time the page is laid out; one may go while it is read.
      await expect(async () => {
        expect(await backgroundOf(reports.preview.locator('.page'))).toBe(wanted);
      }).toPass();
    }

    await reports.export.click();
    await expectAccessible(page, 'Export');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await reports.list.getByRole('link').waitFor();
    await expectAccessible(page, 'Saved reports');
    await reports.list.getByRole('link').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('link', { name: 'Trash' }).click();
    await page.getByRole('button', { name: /^Restore/ }).waitFor();
    await expectAccessible(page, 'Trash with a report');
  });

  test('is composed beside its page, saved by itself, renamed, thrown away and brought back', async ({
    workbench: page,
    chrome,
    reports,
  }) => {
    await chrome.open('Reports');
    await expect(page.getByText('No reports yet.')).toBeVisible();
    await reports.create.click();
    await expect(reports.chooser.getByRole('button', { name: 'Make the report' })).toBeDisabled();
    await reports.chooser.getByRole('checkbox').first().check();
    await expect(reports.chooser.getByText('2 runs chosen')).toBeVisible();
    await reports.chooser.getByRole('button', { name: 'Make the report' }).click();
    await reports.ready();

    await test.step('own words stand where they were put, as they were typed', async () => {
      await reports.section('Verdict').click();
      await reports.add('Own text');
      await page.keyboard.type('Mine & <b>yours</b>');
      await page.getByRole('textbox', { name: 'Heading, or none' }).fill('What I think');
      await expect(reports.preview.getByText('Mine & <b>yours</b>')).toBeVisible();
      expect((await reports.order()).slice(0, 4)).toEqual([
        'Question',
        'Verdict',
        'What I think',
        'Metrics',
      ]);
    });

    await test.step('sections are moved by keys and by dragging, taken out, and brought back', async () => {
      await reports.handle('What I think').focus();
      await page.keyboard.press('Home');
      await expect.poll(reports.order).toEqual(expect.arrayContaining(['What I think']));
      expect((await reports.order())[0]).toBe('What I think');
      await expect(reports.handle('What I think')).toBeFocused();
      await reports.section('What I think').click();
      await reports
        .handle('Metrics')
        .dragTo(reports.handle('Question'), { targetPosition: { x: 4, y: 4 } });
      expect((await reports.order()).slice(0, 4)).toEqual([
        'What I think',
        'Metrics',
        'Question',
        'Verdict',
      ]);
      await expect(reports.preview.getByRole('heading', { level: 2 }).nth(1)).toHaveText('Metrics');
      await reports.takeOut('Verdict').click();
      await expect(reports.preview.getByRole('heading', { name: 'Verdict' })).toHaveCount(0);
      await chrome.undo.click();
      await expect(reports.preview.getByRole('heading', { name: 'Verdict' })).toBeVisible();
    });

    await test.step('it is saved by itself, and has no title that is none', async () => {
      await reports.title.fill('');
      await expect(page.getByText('Give the report a title of 1 to 200 characters.')).toBeVisible();
      await reports.title.fill('Pair: A/B?');
      await expect(reports.preview.getByRole('heading', { level: 1 })).toHaveText('Pair: A/B?');
      await expect(page.getByText('saved', { exact: true })).toBeVisible();
      await page.reload();
      await reports.ready();
      expect((await reports.order()).slice(0, 4)).toEqual([
        'What I think',
        'Metrics',
        'Question',
        'Verdict',
      ]);
      await expect(reports.title).toHaveValue('Pair: A/B?');
    });

    await test.step('the list renames, deletes and brings back', async () => {
      await page.keyboard.press('Escape');
      await expect(reports.list.getByRole('link', { name: 'Pair: A/B?' })).toBeVisible();
      await reports.list.getByRole('link').focus();
      await page.keyboard.press('F2');
      await page.keyboard.type('Handed in');
      await page.keyboard.press('Enter');
      await expect(reports.list.getByRole('link', { name: 'Handed in' })).toBeFocused();
      await page.keyboard.press('Delete');
      await expect(page.getByText('No reports yet.')).toBeVisible();
      await page.getByRole('link', { name: 'Trash' }).click();
      await page.getByRole('button', { name: 'Restore Handed in' }).waitFor();
      await page.getByRole('button', { name: 'Restore Handed in' }).click();
      await page.keyboard.press('Escape');
      await expect(reports.list.getByRole('link', { name: 'Handed in' })).toBeVisible();
    });
  });

  test('is exported in every format, and replaces nothing unasked', async ({
    workbench: page,
    chrome,
    reports,
  }, info) => {
    // Ten formats, one of them printed by another browser.
    test.slow();
    await reports.compose();
    const folder = info.outputPath('out');
    mkdirSync(folder);
    const at = (name: string): string => path.join(folder, name);

    await test.step('the name is one that every disk takes', async () => {
      await reports.title.fill('a<b>:"c"/\\|?* 긴 제목');
      await reports.export.click();
      await expect(reports.exporting.getByRole('textbox', { name: 'File' })).toHaveValue(
        /[\\/]a-b-c- 긴 제목\.html$/,
      );
      await expectAccessible(page, 'Export');
      await page.keyboard.press('Escape');
    });

    for (const [format, name, beside] of [
      ['HTML', 'r.html', []],
      ['PDF', 'r.pdf', []],
      ['Markdown', 'r.md', ['r-figures']],
      ['LaTeX', 'r.tex', []],
      ['CSV', 'r.csv', ['r-epochs.csv', 'r-predictions.csv', 'r-columns.csv']],
      ['JSON', 'r.json', []],
      ['Keras script', 'r-keras', []],
      ['TensorBoard', 'r-tensorboard', []],
      ['Figures, PNG', 'r-png', []],
      ['Figures, SVG', 'r-svg', []],
    ] as const) {
      await test.step(format, async () => {
        await reports.exportAs(format, at(name));
        await expect(chrome.notes).toContainText(`Written to ${at(name)}`, { timeout: 120_000 });
        await expect(reports.exporting).toBeHidden();
        for (const file of [name, ...beside]) expect(existsSync(at(file)), file).toBe(true);
      });
    }
    expect(readFileSync(at('r.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
    expect(readdirSync(at('r-svg')).filter((name) => name.endsWith('.svg')).length).toBeGreaterThan(
      3,
    );

    await test.step('what is there is asked about', async () => {
      writeFileSync(at('mine.html'), 'mine');
      await reports.exportAs('HTML', at('mine.html'));
      await expect(reports.exporting.getByText(/mine\.html is there already/)).toBeVisible();
      await expectAccessible(page, 'Export, with a question');
      expect(readFileSync(at('mine.html'), 'utf8')).toBe('mine');
      await reports.exporting.getByRole('button', { name: 'Replace it' }).click();
      await expect(reports.exporting).toBeHidden();
      expect(statSync(at('mine.html')).size).toBeGreaterThan(10_000);
    });

    await test.step('a folder that is not there, and one that cannot be written to', async () => {
      await reports.exportAs('HTML', at('none/r.html'));
      await expect(
        reports.exporting.getByText(/none does not exist\. Create that folder first/),
      ).toBeVisible();
      await reports.exportAs('HTML', '/proc/r.html');
      await expect(reports.exporting.getByRole('alert')).toBeVisible();
      await page.keyboard.press('Escape');
    });
  });

  test('its HTML file is used without a network, and opened here again', async ({
    workbench: page,
    chrome,
    reports,
    browser,
  }, info) => {
    const file = info.outputPath('report.html');
    await reports.compose();
    await reports.exportAs('HTML', file);
    await expect(reports.exporting).toBeHidden();

    await test.step('runs are chosen, curves zoomed and smoothed, tables sorted', async () => {
      const context = await browser.newContext({ offline: true });
      const paper = await context.newPage();
      const asked: string[] = [];
      paper.on('request', (request) => asked.push(request.url()));
      paper.on('console', (message) => asked.push(message.text()));
      await paper.goto(pathToFileURL(file).href);
      await expectAccessible(paper, 'An exported report');
      await useReport(paper);
      expect(asked).toEqual([pathToFileURL(file).href]);
      await context.close();
    });

    await test.step('here it says which of its runs are there', async () => {
      await page.keyboard.press('Escape');
      await reports.openFile.click();
      const dialog = page.getByRole('dialog', { name: 'Open a report file' });
      await dialog.getByRole('textbox', { name: 'File' }).fill(file);
      await page.keyboard.press('Enter');
      await expect(dialog.getByRole('cell', { name: 'here', exact: true })).toHaveCount(2);
      await expectAccessible(page, 'A report file');
      await dialog.getByRole('button', { name: /^Use settings of .*B/ }).click();
      await expect(chrome.heading('New run')).toBeVisible();
      await expect(page.getByRole('radio', { name: 'Variant B' })).toBeChecked();
      await chrome.open('Reports');
      await reports.openFile.click();
      await dialog.getByRole('textbox', { name: 'File' }).fill(`${file}.none`);
      await page.keyboard.press('Enter');
      await expect(dialog.getByRole('alert')).toBeVisible();
      await expectAccessible(page, 'A report file that is not there');
      writeFileSync(
        `${file}.altered.html`,
        readFileSync(file, 'utf8').replace('"seed":1', '"seed":7'),
      );
      await dialog.getByRole('textbox', { name: 'File' }).fill(`${file}.altered.html`);
      await page.keyboard.press('Enter');
      await expect(dialog.getByText(/altered after it was written/)).toBeVisible();
      await dialog.getByRole('textbox', { name: 'File' }).fill(file);
      await page.keyboard.press('Enter');
      await dialog.getByRole('button', { name: 'Show 2 runs' }).click();
      await expect(chrome.heading('Runs')).toBeVisible();
    });
  });

  test('is made of runs that other screens hand over, and says what became of them', async ({
    workbench: page,
    chrome,
    runs,
    compare,
    reports,
  }) => {
    await chrome.open('Runs');
    await runs.ready();
    await runs.row('B').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Report…' }).click();
    await reports.ready();
    await expect(reports.runs.getByRole('listitem')).toHaveCount(1);

    await chrome.open('Compare');
    await compare.ready();
    await page.getByRole('banner').getByRole('link', { name: 'Report' }).click();
    await reports.ready();
    await expect(reports.runs.getByRole('listitem')).toHaveCount(2);
    await expect(reports.preview.getByRole('heading', { name: 'Verdict' })).toBeVisible();

    const address = page.url();
    await chrome.open('Runs');
    await runs.focus(runs.row('B'));
    await runs.act('Delete').click();
    await expect(runs.rows).toHaveCount(1);
    await page.goto(address);
    await expect(reports.runs.getByText('in the trash')).toBeVisible();
    await expect(
      reports.preview.getByText(/is in the trash, so it is not in this report/),
    ).toBeVisible();
    await expectAccessible(page, 'A report on a deleted run');
    await reports.runs.getByRole('button', { name: /^Leave out .*A/ }).click();
    await expect(
      page.getByText('None of these runs is there any more. Choose others.'),
    ).toBeVisible();
    await reports.runs.getByRole('button', { name: /^Restore/ }).click();
    await expect(reports.preview.getByRole('heading', { name: 'Metrics' })).toBeVisible();
  });

  test('the page in the frame reaches nothing of the window', async ({
    workbench: page,
    reports,
  }) => {
    await reports.compose();
    const frame = page.frames().find((of) => of.url().includes('/report-preview/'));
    const reached = await frame?.evaluate(() => {
      try {
        return { origin: window.origin, outside: typeof window.parent.document };
      } catch {
        return { origin: window.origin, outside: 'refused' };
      }
    });
    expect(reached).toEqual({ origin: 'null', outside: 'refused' });
  });
});

async function useReport(page: Page): Promise<void> {
  const line = page.locator('#loss .line.solid').first();
  const whole = await line.getAttribute('d');
  await page.getByRole('checkbox').first().uncheck();
  await expect(line).toHaveCSS('visibility', 'hidden');
  await page.getByRole('checkbox').first().check();
  await page.getByRole('slider').fill('0.6');
  await expect(line).not.toHaveAttribute('d', whole ?? '');
  await page.getByRole('slider').fill('0');
  const plot = page.locator('#loss .plot');
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (box === null) throw new Error('The chart is not to be seen.');
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(line).not.toHaveAttribute('d', whole ?? '');
  await page.getByRole('button', { name: 'Whole range' }).click();
  await expect(line).toHaveAttribute('d', whole ?? '');
  const table = page
    .locator('figure.table')
    .filter({ has: page.getByRole('button') })
    .first();
  await table.getByRole('button').first().click();
  await expect(table.getByRole('columnheader').first()).toHaveAttribute('aria-sort', 'ascending');
}
