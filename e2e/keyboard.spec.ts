import type { Locator, Page } from '@playwright/test';

import { expect, test } from './fixtures.ts';

test.use({ place: null });

/** More stops than any screen has. */
const maxStops = 150;

/** Tab until the element has the focus, as a person without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stop = 0; stop < maxStops; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
  await expect(target, 'what has the focus can be seen').toBeInViewport();
}

test('the main job by keyboard alone', async ({
  workbench: page,
  chrome,
  data,
  newRun,
  runs,
  compare,
  embeddings,
}) => {
  const { keyboard } = page;

  await test.step('skip to the screen, import the sample', async () => {
    await keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to the screen' })).toBeFocused();
    await keyboard.press('Enter');
    await expect(chrome.heading('Start')).toBeFocused();
    await keyboard.press('1');
    await expect(chrome.heading('Data')).toBeFocused();
    await tabTo(page, data.useSample);
    await keyboard.press('Enter');
    await expect(data.dataset('Synthetic reviews')).toBeVisible();
  });

  await test.step('read the coverage and move the length', async () => {
    await tabTo(page, data.coverage);
    const before = await data.coverage.getAttribute('aria-valuetext');
    await keyboard.press('Home');
    await expect(data.coverage).toHaveAttribute('aria-valuenow', '8');
    await keyboard.press('ArrowRight');
    await expect(data.coverage).toHaveAttribute('aria-valuenow', '18');
    await expect(data.coverage).not.toHaveAttribute('aria-valuetext', before ?? '');
  });

  await test.step('fill the form and start the pair', async () => {
    await keyboard.press('n');
    await expect(chrome.heading('New run')).toBeVisible();
    await tabTo(page, newRun.plan('Variant A'));
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowRight');
    await expect(newRun.plan('A + B pair')).toBeFocused();
    await expect(newRun.plan('A + B pair')).toBeChecked();
    // In the order of the form.
    for (const [label, text] of [
      ['Review length', '24'],
      ['Vocabulary', '400'],
      ['Embedding size', '8'],
      ['Filters', '12'],
      ['Hidden units', '8'],
      ['Batch', '64'],
      ['Learning rate', '0.005'],
      ['Epochs, at most', '3'],
    ] as const) {
      await tabTo(page, newRun.field(label));
      await keyboard.press('ControlOrMeta+a');
      await keyboard.type(text);
      await expect(newRun.field(label)).toHaveValue(text);
    }
    await tabTo(page, newRun.start);
    await keyboard.press('Enter');
  });

  await test.step('follow both to their end and read a curve', async () => {
    await expect(chrome.heading('Runs')).toBeVisible();
    for (const variant of ['A', 'B'] as const) {
      await expect(runs.state(runs.row(variant), 'Finished')).toBeVisible();
    }
    await keyboard.press('j');
    await keyboard.press('k');
    await expect(runs.row('A')).toBeFocused();
    await keyboard.press('ArrowDown');
    await expect(runs.row('B')).toBeFocused();
    await tabTo(page, runs.chart('Validation loss'));
    await keyboard.press('Home');
    await expect(runs.chart('Validation loss')).toHaveAttribute(
      'aria-valuetext',
      /^Epoch 1,.* A .*\d\.\d{4}/,
    );
  });

  await test.step('compare the two', async () => {
    await keyboard.press('c');
    await expect(chrome.heading('Compare')).toBeVisible();
    await expect(compare.verdict).toContainText(
      'Not enough seeds. One pair cannot tell a better variant from a lucky seed.',
    );
    await tabTo(page, compare.part('Verdict'));
    await keyboard.press('ArrowRight');
    await expect(compare.part('Curves')).toBeFocused();
    await expect(compare.chart('Loss')).toBeVisible();
  });

  await test.step('walk through the sentence', async () => {
    await keyboard.press('5');
    await embeddings.ready();
    await tabTo(page, embeddings.heatmap);
    await keyboard.press('ArrowDown');
    const before = (await embeddings.heatmap.getAttribute('aria-valuetext')) ?? '';
    await keyboard.press('ArrowDown');
    await expect(embeddings.heatmap).not.toHaveAttribute('aria-valuetext', before);
    await keyboard.press('Shift+ArrowDown');
    await expect(embeddings.heatmap).toHaveAttribute('aria-valuetext', /axis 2: /);
  });

  await test.step('settings, and back by the palette', async () => {
    await keyboard.press('Control+,');
    await expect(chrome.heading('Settings')).toBeVisible();
    await keyboard.press('Control+k');
    await expect(chrome.paletteField).toBeFocused();
    await keyboard.type('Runs');
    await keyboard.press('Enter');
    await expect(chrome.heading('Runs')).toBeVisible();
  });
});
