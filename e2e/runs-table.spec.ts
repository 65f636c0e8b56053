import { expect, expectAccessible, test } from './fixtures.ts';

test.use({ scenario: 'many' });

test.beforeEach(async ({ chrome, runs }) => {
  await chrome.open('Runs');
  await runs.ready();
});

test('a list of hundreds is walked through, sorted and filtered', async ({
  workbench: page,
  runs,
}) => {
  await expect(runs.table).toHaveAttribute('aria-rowcount', '331');
  const drawnRows = await runs.rows.count();
  expect(drawnRows, 'rows that cannot be seen are not there').toBeLessThan(60);

  await test.step('to the end and back by keys', async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('End');
    const last = page.locator('[aria-rowindex="331"]');
    await expect(last).toBeFocused();
    await expect(last).toBeInViewport();
    await page.keyboard.press('Home');
    await expect(page.locator('[aria-rowindex="3"]')).toBeFocused();
  });

  await test.step('one list, by a figure', async () => {
    await page.getByRole('radio', { name: 'One list' }).check({ force: true });
    await runs.columnHead('Validation accuracy').click();
    const figures = await runs.rows.getByText(/^\d\d\.\d\d %$/).allTextContents();
    const numbers = figures.map((text) => Number.parseFloat(text));
    expect(numbers.length).toBeGreaterThan(10);
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  });

  await test.step('by conditions', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('maxLength:300 seed<=2');
    await expect(runs.table).toHaveAttribute('aria-rowcount', '25');
    await runs.filter.fill('lenght:300');
    await expect(page.getByText('No field is called lenght.')).toBeVisible();
    await runs.filter.fill('');
  });
});

test('tags, a note and a favourite are given by keys, found again and taken back', async ({
  workbench: page,
  chrome,
  runs,
}) => {
  await page.keyboard.press('j');
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('3 selected', { exact: true })).toBeVisible();

  await page.keyboard.press('t');
  await expect(runs.dialog('Tags of 3 runs')).toBeVisible();
  await page.keyboard.type('pilot');
  await page.keyboard.press('Enter');
  await expect(
    runs.dialog('Tags of 3 runs').getByRole('checkbox', { name: 'pilot' }),
  ).toBeChecked();
  await expectAccessible(page, 'Tags dialog');
  await page.keyboard.press('Escape');
  await page.keyboard.press('s');
  await page.keyboard.press('m');
  await page.keyboard.type('looks odd after epoch 3');
  await expectAccessible(page, 'Note dialog');
  await page.keyboard.press('Control+Enter');
  await expect(chrome.notes).toContainText(/Note on .+ saved\./);

  await page.reload();
  await runs.ready();
  await runs.filter.fill('tag:pilot is:favourite');
  await expect(runs.rows).toHaveCount(3);
  await runs.filter.fill('odd');
  await expect(runs.rows).toHaveCount(1);
  await expect(runs.rows.getByRole('img', { name: 'Has a note' })).toBeVisible();
  await runs.filter.fill('tag:pilot');
  await expect(runs.rows).toHaveCount(3);

  await runs.focus(runs.rows.first());
  await page.keyboard.press('t');
  await runs
    .dialog(/^Tags of /)
    .getByRole('checkbox', { name: 'pilot' })
    .click({ force: true });
  await page.keyboard.press('Escape');
  await expect(runs.rows).toHaveCount(2);
  await chrome.undo.first().click();
  await expect(runs.rows).toHaveCount(3);
});

test('columns are chosen, moved and widened, and stay so', async ({ workbench: page, runs }) => {
  await page.getByRole('button', { name: 'Columns' }).click();
  const dialog = runs.dialog('Columns');
  await dialog.getByRole('searchbox', { name: 'Find a column' }).fill('learning');
  await dialog.getByRole('checkbox', { name: 'Learning rate' }).check({ force: true });
  await expectAccessible(page, 'Columns dialog');
  await dialog.getByRole('button', { name: 'Move Learning rate to the left' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const heads = () => runs.table.getByRole('columnheader').allInnerTexts();
  expect((await heads()).slice(-2).map((text) => text.trim())).toEqual(['Learning rate', 'Time']);

  const head = runs.columnHead('Learning rate');
  const widthOf = async () => (await head.locator('..').boundingBox())?.width ?? 0;
  const before = await widthOf();
  await head.focus();
  for (let press = 0; press < 4; press += 1) await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(widthOf).toBeGreaterThan(before + 40);
  await page.keyboard.press('Control+ArrowLeft');
  await expect.poll(async () => (await heads()).at(-3)?.trim()).toBe('Learning rate');

  await page.reload();
  await runs.ready();
  await expect.poll(async () => (await heads()).at(-3)?.trim()).toBe('Learning rate');
  await head.click();
  await expect(runs.table.getByRole('columnheader', { name: 'Learning rate' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
});

test('the scatter and the parallel axes select in the table, and the table in them', async ({
  workbench: page,
  runs,
}) => {
  await test.step('a drag over points', async () => {
    await runs.plot('Scatter').check({ force: true });
    const place = await runs.scatter.boundingBox();
    if (place === null) throw new Error('The scatter has no place.');
    await page.mouse.move(place.x + 70, place.y + 14);
    await page.mouse.down();
    await page.mouse.move(place.x + place.width - 20, place.y + place.height / 2, { steps: 4 });
    await page.mouse.up();
    await expect(page.getByText(/^\d+ of 300 runs selected$/)).toBeVisible();
    await runs.filter.fill('is:selected');
    await expect(runs.rows.first()).toHaveAttribute('aria-selected', 'true');
    await runs.filter.fill('');
    await page.getByRole('button', { name: 'Select none' }).click();
  });

  await test.step('by keys', async () => {
    await runs.scatter.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press(' ');
    await expect(runs.scatter).toHaveAttribute('aria-valuetext', /, selected$/);
    await expect(page.getByText('1 of 300 runs selected')).toBeVisible();
    await expectAccessible(page, 'Scatter');
    await page.keyboard.press('Escape');
  });

  await test.step('an interval of an axis', async () => {
    await runs.plot('Parallel').check({ force: true });
    await runs.axis('Learning rate').focus();
    for (let press = 0; press < 8; press += 1) await page.keyboard.press('ArrowDown');
    await expect(runs.axis('Learning rate')).toHaveAttribute(
      'aria-valuetext',
      /; \d+ runs selected$/,
    );
    await expectAccessible(page, 'Parallel axes');
  });

  await test.step('a selection in the table ends the interval', async () => {
    await runs.focus(runs.rows.first());
    await page.keyboard.press('x');
    await expect(runs.axis('Learning rate')).toHaveAttribute('aria-valuetext', 'all values');
  });
});

test('more charts are shown, smoothed where they are long, and read while they stand still', async ({
  workbench: page,
  runs,
}) => {
  for (const title of ['Gradient norm, by step', 'Memory, GB']) {
    await page.getByRole('button', { name: 'Charts', exact: true }).click();
    await page.getByRole('menuitem', { name: `Show ${title}` }).click();
    await expect(runs.chart(title)).toBeVisible();
  }
  await expect(page.getByRole('slider', { name: 'Smooth' })).toBeEnabled();
  await expect(page.getByRole('slider', { name: 'Smooth' })).toHaveValue('0.6');
  await runs.chart('Gradient norm, by step').focus();
  await page.keyboard.press('End');
  await expect(runs.chart('Gradient norm, by step')).toHaveAttribute(
    'aria-valuetext',
    /^Epoch 5\.1, nearest first: /,
  );
  await expectAccessible(page, 'Runs with four charts');
});
