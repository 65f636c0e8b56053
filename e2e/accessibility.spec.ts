import { writeFileSync } from 'node:fs';

import type { Locator, Page } from '@playwright/test';

import { expect, expectAccessible, test } from './fixtures.ts';
import { screens } from './pages/frame.ts';
import { oddCsv } from './scenarios/corpora.ts';

// Every check is made in both themes.

test('empty screens', async ({ workbench: page, chrome, embeddings }) => {
  for (const screen of screens) {
    await chrome.open(screen);
    await expectAccessible(page, `${screen}, empty`);
  }
  await chrome.open('Embeddings');
  await embeddings.view('Changed words');
  await expectAccessible(page, 'Words, empty');
  await chrome.open('Runs');
  await page.getByRole('link', { name: 'Trash' }).click();
  await expect(page.getByText('The trash is empty.')).toBeVisible();
  await expectAccessible(page, 'Trash, empty');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await expectAccessible(page, 'Shortcuts');
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
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Load from run' }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'Load from run');
  });

  test('Runs, its details, curves from outside and its trash', async ({
    workbench: page,
    chrome,
    runs,
    compare,
  }, info) => {
    await chrome.open('Runs');
    await runs.ready();
    await expectAccessible(page, 'Runs');
    await expectNamedCharts(page);
    await runs.focus(runs.row('B'));
    await runs.tab('Log').click();
    await expectAccessible(page, 'Runs, log');
    await runs.tab('Info').click();
    await page.getByRole('button', { name: 'Thin embedding tables' }).click();
    await page.getByText(/^The tables of \d+ epochs would go/).waitFor();
    await expectAccessible(page, 'Thin embedding tables');
    await page.keyboard.press('Escape');
    await expectAccessible(page, 'Runs, info');
    await page.keyboard.press('Control+k');
    await chrome.paletteField.waitFor();
    await expectAccessible(page, 'Palette');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'How to filter' }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'Help of the filter');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Validation loss: options' }).click();
    await expectAccessible(page, 'Menu of a chart', { isMenuOpen: true });
    await page.getByRole('menuitem', { name: 'Show as table' }).click();
    await expectAccessible(page, 'Runs, a chart as a table');

    const file = info.outputPath('keras.csv');
    const rows = [0.6, 0.5, 0.4].map((loss, epoch) => `${epoch},${1 - loss},${loss},${loss}`);
    writeFileSync(file, ['epoch,accuracy,loss,val_loss', ...rows].join('\n'));
    await page.getByRole('button', { name: 'Import…' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'File' }).fill(file);
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('button', { name: 'Remove keras' }).waitFor();
    await expectAccessible(page, 'Runs, with curves from outside');
    await chrome.open('Compare');
    await compare.ready();
    await compare.show('Curves');
    await expectAccessible(page, 'Compare, with curves from outside');
    await chrome.open('Runs');
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
    for (const part of ['Curves', 'Confusion', 'ROC, PR', 'Flips'] as const) {
      await compare.show(part);
      await expectAccessible(page, `Compare, ${part.toLowerCase()}`);
      await expectNamedCharts(page);
    }
    await chrome.open('Embeddings');
    await embeddings.ready();
    await expectAccessible(page, 'Embeddings');
    await chrome.open('Settings');
    await expectAccessible(page, 'Settings');
    const limit = page.getByRole('textbox', { name: 'Embedding snapshots' });
    await limit.fill('-1');
    await expectAccessible(page, 'Settings, with an error');
    await limit.fill('0');
    await page.keyboard.press('Enter');
    const asking = page.getByRole('dialog', { name: 'Drop embedding tables?' });
    await expect(asking).toContainText(/drops the tables of \d+ epochs at once: \d/);
    await expectAccessible(page, 'A lower limit, asked about');
    await asking.getByRole('button', { name: 'Keep the old limit' }).click();
    await expect(limit).toHaveValue('2');
    await page.getByRole('button', { name: 'Open-source parts' }).click();
    const parts = page.getByRole('dialog', { name: 'Open-source parts' });
    await parts.getByRole('textbox', { name: 'Find a part or a licence' }).fill('pretendard');
    await expect(parts.getByLabel('Licence of pretendard')).toContainText('SIL OPEN FONT LICENSE');
    await expectAccessible(page, 'Open-source parts');
  });

  test('what has the focus is seen, whatever it is', async ({ workbench: page, chrome, runs }) => {
    for (const screen of screens) {
      await chrome.open(screen);
      if (screen === 'Runs') await runs.ready();
      await page.locator('h1').focus();
      expect(await stopsWithoutRing(page), screen).toEqual([]);
    }
  });

  test.describe('where less motion is wanted', () => {
    test.use({ contextOptions: { reducedMotion: 'reduce' } });

    test('nothing moves', async ({ workbench: page, chrome, runs }) => {
      await chrome.open('Runs');
      await runs.ready();
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await movingThings(page)).toEqual([]);
    });
  });
});

/** Everything that Tab reaches and that looks the same with the focus as without it, around it too. */
async function stopsWithoutRing(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const seen = (element: Element) => {
      const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor, top } =
        getComputedStyle(element);
      const outline = outlineStyle === 'none' ? '' : outlineWidth;
      return [outline, boxShadow, borderColor, backgroundColor, top].join();
    };
    // Some controls are drawn by what stands beside or around them.
    const lookOf = (stop: Element) => {
      const parent = stop.parentElement;
      const around = [
        stop,
        ...stop.children,
        parent,
        parent?.parentElement,
        ...(parent?.children ?? []),
      ];
      return around.map((one) => (one == null ? '' : seen(one))).join(' | ');
    };
    const selector = 'a[href], button, input, select, textarea, [tabindex="0"], iframe';
    const stops = [...document.querySelectorAll<HTMLElement>(selector)].filter(
      (stop) => stop.tabIndex >= 0 && !stop.matches(':disabled') && stop.checkVisibility(),
    );
    return stops.flatMap((stop) => {
      stop.blur();
      const before = lookOf(stop);
      stop.focus({ focusVisible: true, preventScroll: true });
      const after = lookOf(stop);
      if (document.activeElement !== stop || before !== after) return [];
      return [`${stop.tagName} ${stop.ariaLabel ?? stop.textContent.trim().slice(0, 60)}`];
    });
  });
}

/** Names of what is drawn and has none. A canvas is a picture of what stands around it. */
async function expectNamedCharts(page: Page): Promise<void> {
  const drawn: Locator = page.getByRole('main').locator('canvas, svg:not([aria-hidden="true"])');
  const nameless = await drawn.evaluateAll((charts) =>
    charts
      .filter((chart) => chart.getBoundingClientRect().width > 80)
      .filter((chart) => {
        const named = chart.closest('[role="img"], [role="slider"], [role="group"]');
        const beside = chart.parentElement?.querySelector('[role="slider"], [role="img"]');
        const name = (named ?? beside)?.getAttribute('aria-label') ?? '';
        return name.trim() === '';
      })
      .map((chart) => chart.outerHTML.slice(0, 200)),
  );
  expect(nameless).toEqual([]);
}

/** What has a transition or an animation that takes time. */
async function movingThings(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((element) => {
      const { transitionDuration, animationDuration, animationName } = getComputedStyle(element);
      const takesTime = (durations: string) =>
        durations.split(',').some((of) => parseFloat(of) > 0);
      const isAnimated = animationName !== 'none' && takesTime(animationDuration);
      return isAnimated || takesTime(transitionDuration)
        ? [`${element.tagName}.${element.getAttribute('class') ?? ''}`]
        : [];
    }),
  );
}
