import { expect, expectAccessible, test } from './fixtures.ts';

test.use({ place: null });

test('a first start: the example in one click, its answers, and away again', async ({
  workbench: page,
  chrome,
  compare,
  embeddings,
}, info) => {
  await expect(chrome.heading('Start')).toBeVisible();
  await expectAccessible(page, 'Start, for the first time');
  const clicked = performance.now();
  await page.getByRole('button', { name: 'Open the example' }).click();
  await chrome.heading('Compare').waitFor();
  await expect(compare.verdict).toContainText(/A is more accurate than B by \d\.\d\d points/);
  await expect(compare.verdict).toContainText('6 paired seeds');
  await expect(compare.results).toContainText('Test accuracy');
  const seconds = ((performance.now() - clicked) / 1000).toFixed(1);
  info.annotations.push({ type: 'from the click to Compare', description: `${seconds} s` });

  await page.keyboard.press('0');
  const answers = page.getByRole('region', { name: 'Newest answers' }).getByRole('article');
  await expect(answers).toHaveCount(3);
  await expect(answers.first()).toHaveAccessibleName('Example: embedding');
  await expect(answers.first().getByRole('heading')).toHaveText(/^A is more accurate than B/);
  await expect(answers.first().getByRole('img')).toHaveAccessibleName(/points, 95 % interval/);
  await expectAccessible(page, 'Start');
  const nav = page.getByRole('navigation', { name: 'Screens' });
  await nav.getByRole('link', { name: 'Example: factors' }).click();
  await expect(compare.verdict).toContainText('3 paired seeds');

  await chrome.open('Start');
  await answers
    .first()
    .getByRole('link', { name: /^Report:/ })
    .click();
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('Example: embedding');
  await chrome.open('Start');
  await answers
    .first()
    .getByRole('link', { name: /^Embeddings:/ })
    .click();
  await embeddings.ready();

  await chrome.open('Start');
  await page.getByRole('button', { name: 'Remove the example' }).click();
  await expect(page.getByRole('button', { name: 'Open the example' })).toBeVisible();
  await expect(nav.getByRole('link', { name: /^Example/ })).toHaveCount(0);
  await chrome.undo.click();
  await expect(answers).toHaveCount(3);
});

test('a question opens its form, with sample reviews where there are none', async ({
  workbench: page,
  chrome,
  newRun,
}) => {
  await page.getByRole('button', { name: 'Ask a question' }).click();
  await newRun.ready();
  await expect(newRun.plan('A + B pair')).toBeChecked();
  await expect(newRun.start).toHaveText('Start 6 runs');
  await chrome.open('Start');
  await page.getByRole('link', { name: 'Import reviews ...' }).click();
  await expect(page.getByRole('dialog', { name: 'Import' })).toBeVisible();
});

test('the palette shows the example', async ({ workbench: page, chrome, compare }) => {
  await page.keyboard.press('Control+k');
  await chrome.paletteField.fill('example');
  await page.keyboard.press('Enter');
  await expect(compare.verdict).toContainText('6 paired seeds');
});

test.describe('while an experiment trains', () => {
  test.use({ scenario: 'sample', viewport: { width: 1440, height: 900 } });

  test('shows how far it is, and pauses the queue', async ({ workbench: page, chrome, newRun }) => {
    await chrome.open('New run');
    await newRun.ready();
    await newRun.fill({ 'Review length': '20', 'Embedding size': '4', Filters: '4' });
    await newRun.fill({ 'Hidden units': '4', 'Epochs, at most': '10000', Patience: '1,000' });
    await newRun.plan('A + B pair').check({ force: true });
    await newRun.start.click();
    await chrome.heading('Runs').waitFor();
    await chrome.open('Start');
    const now = page.getByRole('region', { name: 'Running now' });
    await expect(now).toContainText('0 of 2 runs have finished.');
    await expect(now).toContainText(/is training/);
    await expect(
      page.getByRole('navigation').getByRole('link', { name: /, training$/ }),
    ).toBeVisible();
    await expectAccessible(page, 'Start, while an experiment trains');
    await now.getByRole('button', { name: 'Pause queue' }).click();
    await expect(now.getByRole('button', { name: 'Start queue' })).toBeVisible();
  });
});
