import { expect, expectAccessible, test } from './fixtures.ts';
import { frame } from './pages/frame.ts';
import { newRunPage, type FieldTexts } from './pages/new-run-page.ts';
import { runsPage } from './pages/runs-page.ts';
import { startServer } from './scenarios/server.ts';

test.use({ scenario: 'sample' });

/** A run that trains until it is stopped, with a model of a few numbers. */
const endless: FieldTexts = {
  'Review length': '20',
  'Embedding size': '4',
  Filters: '4',
  'Hidden units': '4',
  'Epochs, at most': '10000',
  Patience: '1,000',
};

test('a sweep is built, estimated, queued, put into another order, and goes on after a pause', async ({
  workbench: page,
  chrome,
  newRun,
  queue,
}) => {
  await chrome.open('New run');
  await newRun.ready();
  await newRun.fill(endless);
  await newRun.plan('A + B pair').check({ force: true });
  await newRun.vary('Batch', '32, 0');
  await expect(newRun.errors).toHaveText(/0: Use a whole number from 1 to 4,096/);
  await expect(newRun.start).toBeDisabled();
  await newRun.sweep.getByRole('textbox', { name: 'Batch' }).fill('32, 64');
  await expect(newRun.sweep).toContainText('4 configurations');
  await expect(newRun.start).toHaveText('Start 4 runs');
  await expect(newRun.estimate).toContainText(/4 runs/);
  await expectAccessible(page, 'New run with a sweep');
  await newRun.start.click();

  await chrome.heading('Runs').waitFor();
  await queue.open();
  await expect(queue.rows).toHaveCount(4);
  await expect
    .poll(queue.waiting)
    .toEqual(['B batch 32 seed 1', 'A batch 64 seed 1', 'B batch 64 seed 1']);
  await expectAccessible(page, 'Queue');

  await queue.handle('B batch 64 seed 1').press('Home');
  await expect
    .poll(queue.waiting)
    .toEqual(['B batch 64 seed 1', 'B batch 32 seed 1', 'A batch 64 seed 1']);
  await expect(queue.handle('B batch 64 seed 1')).toBeFocused();
  await queue.handle('B batch 64 seed 1').dragTo(queue.handle('B batch 32 seed 1'));
  await expect
    .poll(queue.waiting)
    .toEqual(['B batch 32 seed 1', 'B batch 64 seed 1', 'A batch 64 seed 1']);

  await queue.remove('B batch 64 seed 1').click();
  await expect.poll(queue.waiting).toEqual(['B batch 32 seed 1', 'A batch 64 seed 1']);
  await chrome.undo.click();
  await expect
    .poll(queue.waiting)
    .toEqual(['B batch 32 seed 1', 'B batch 64 seed 1', 'A batch 64 seed 1']);

  await queue.pause.click();
  await expect(queue.panel).toContainText('Paused: no further run starts.');
  await queue.start.click();
  await expect(queue.pause).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(queue.panel).toBeHidden();
});

test('random draws say how many runs they are; the factor grid is one choice', async ({
  workbench: page,
  chrome,
  newRun,
}) => {
  await chrome.open('New run');
  await newRun.ready();
  await newRun.plan('Grid').check({ force: true });
  await expect(newRun.start).toHaveText('Start 8 runs');
  await newRun.plan('Variant A').check({ force: true });
  await newRun.vary('Learning rate', '0.0001, 0.01');
  await newRun.option('Train', 'Random draws').check({ force: true });
  await expect(newRun.sweep.getByRole('textbox', { name: 'Learning rate' })).toHaveValue(
    '0.0005, 0.002',
  );
  await expect(newRun.start).toHaveText('Start 20 runs');
  await newRun.field('Draws').fill('0');
  await newRun.field('Draws').blur();
  await expect(newRun.errors).toHaveText('Use a whole number of at least 1.');
  await newRun.field('Draws').fill('12');
  await expect(newRun.start).toHaveText('Start 12 runs');
  await expectAccessible(page, 'New run with random draws');
});

test('a run whose process vanished is told of on every screen, and goes on from there', async ({
  page,
  home,
  server,
}) => {
  const chrome = frame(page);
  const runs = runsPage(page);
  await page.goto(server.link);
  await chrome.open('New run');
  const newRun = newRunPage(page);
  await newRun.ready();
  await newRun.fill(endless);
  await newRun.start.click();
  await expect(runs.state(runs.row('A'), 'Running')).toBeVisible();
  process.kill(server.pid, 'SIGKILL');

  const next = await startServer(home);
  await page.goto(next.link);
  await expect(chrome.interruption).toContainText(/ was interrupted: its process vanished\./);
  await chrome.open('Runs');
  await expectAccessible(page, 'Runs, after an interruption');
  await chrome.interruption.getByRole('button', { name: 'Resume first in the queue' }).click();
  await expect(runs.state(runs.row('A'), 'Running')).toBeVisible();
  await expect(chrome.interruption).toBeEmpty();
  await page.close();
  await next.stop();
});
