import { expect, expectAccessible, test } from './fixtures.ts';

test.use({ scenario: 'pair' });

test('a run is evaluated by keyboard, and another stop rule tried on it', async ({
  workbench: page,
  chrome,
  runs,
  run,
}) => {
  await chrome.open('Runs');
  await runs.ready();
  await runs.focus(runs.row('A'));
  await page.keyboard.press('e');
  await run.ready();
  await expect(run.baseline).toContainText(
    /threshold of 0\.5 \(95% CI [+−]?\d+\.\d\d to [+−]?\d+\.\d\d/,
  );
  await expectAccessible(page, 'Run, evaluation');

  // From 0.99 on nearly nothing is called positive.
  const calledPositive = run.cell('positive', 'positive');
  const before = await calledPositive.textContent();
  await run.threshold.focus();
  await page.keyboard.press('End');
  await expect(calledPositive).not.toHaveText(before ?? '');
  await run.cell('positive', 'negative').press('Enter');
  await expect(run.reviews.getByRole('option').first()).toContainText('positive');
  await run.slices.getByRole('button').first().press('Enter');
  await expect(page.getByText(/truly positive, says negative; Tokens \d/)).toBeVisible();

  await run.show('Stop rule');
  await run.patience.focus();
  await page.keyboard.press('Home');
  await expect(run.ending).toBeVisible();
  await expectAccessible(page, 'Run, stop rule');
  await page.keyboard.press('Escape');
  await expect(chrome.heading('Runs')).toBeVisible();
});

test('flips are searched, seen at another epoch, and explained word by word', async ({
  workbench: page,
  chrome,
  compare,
}) => {
  await chrome.open('Compare');
  await compare.ready();
  await compare.show('Flips');
  const options = compare.flips.getByRole('option');
  await expect(options.first()).toBeVisible();
  await compare.epoch.focus();
  await page.keyboard.press('ArrowRight');
  await expect(compare.flips).toContainText('1 of both');
  await expect(options.first()).toBeVisible();
  await page.keyboard.press('Home');
  await expect(compare.flips).toContainText('best of each');
  await compare.occlude.click();
  await expect(compare.occluded).toHaveCount(2, { timeout: 60_000 });
  await expectAccessible(page, 'Compare, flips explained');
  await compare.words.fill('no such words in any review');
  await expect(options).toHaveCount(0);
});
