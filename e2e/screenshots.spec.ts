import path from 'node:path';

import type { Page, TestInfo } from '@playwright/test';

import { expect, test } from './fixtures.ts';

/** `npm run e2e -- --update-screenshots` writes the pictures of the README; other runs only see that they can be taken. */
const isUpdating = process.env['TWOFOLD_UPDATE_SCREENSHOTS'] === '1';
const folder = path.resolve(import.meta.dirname, '../resources/screenshots');

test.use({ scenario: 'pair' });

for (const theme of ['light', 'dark'] as const) {
  test.describe(`${theme} theme`, () => {
    test.use({ colorScheme: theme });

    test('pictures of the screens', async ({
      workbench: page,
      chrome,
      data,
      newRun,
      runs,
      compare,
      embeddings,
      reports,
    }, info) => {
      await page.evaluate(() => document.fonts.ready);
      await expect(chrome.status).toContainText('threads');
      await data.ready();
      await data.coverage.press('Home');
      for (let press = 0; press < 4; press += 1) await data.coverage.press('ArrowRight');
      await expect(data.fit).not.toHaveText(/^100/);
      await expect(data.review).toContainText('28 pads');
      await data.coverage.blur();
      await take(page, info, 'data', theme);

      await chrome.open('New run');
      await newRun.plan('A + B pair').check({ force: true });
      await newRun.ready();
      await take(page, info, 'new-run', theme);

      await chrome.open('Runs');
      await runs.ready();
      await take(page, info, 'runs', theme);

      await chrome.open('Compare');
      await compare.ready();
      await expect(compare.flips.getByRole('option').first()).toHaveText(/\w{3} \w+ \w+ /);
      await take(page, info, 'compare', theme);

      await chrome.open('Embeddings');
      await embeddings.ready();
      await embeddings.heatmap.press('ArrowDown');
      await embeddings.heatmap.blur();
      await take(page, info, 'embeddings', theme);

      await chrome.open('Reports');
      await reports.compose();
      await reports.section('Verdict').click();
      await reports.add('Own text');
      await page.keyboard.type('One seed of each: a first look, not yet an answer.');
      await expect(reports.preview.getByText('a first look, not yet an answer')).toBeInViewport();
      await page.getByText('saved', { exact: true }).waitFor();
      await reports.section('Verdict').click();
      await expect(reports.preview.getByRole('heading', { name: 'Verdict' })).toBeInViewport();
      await take(page, info, 'reports', theme);

      await chrome.open('Settings');
      await take(page, info, 'settings', theme);
    });
  });
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(`${theme} theme, with the example`, () => {
    test.use({ scenario: 'empty', place: null, colorScheme: theme });

    test('pictures of Start', async ({ workbench: page, chrome, compare }, info) => {
      await page.evaluate(() => document.fonts.ready);
      await expect(chrome.status).toContainText('threads');
      await take(page, info, 'start-first', theme);

      await page.getByRole('button', { name: 'Open the example' }).click();
      await compare.ready();
      await chrome.open('Start');
      await expect(page.getByRole('article')).toHaveCount(3);
      await take(page, info, 'start', theme);
    });
  });
}

async function take(
  page: Page,
  info: TestInfo,
  screen: string,
  theme: 'light' | 'dark',
): Promise<void> {
  const name = `${screen}${theme === 'dark' ? '-dark' : ''}.png`;
  const file = isUpdating ? path.join(folder, name) : info.outputPath(name);
  const picture = await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  // A blank page compresses to a few kB.
  expect(picture.length, name).toBeGreaterThan(20_000);
}
