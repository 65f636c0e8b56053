import { expect, test } from './fixtures.ts';
import type { Frame } from './pages/frame.ts';
import type { FieldTexts, NewRunPage } from './pages/new-run-page.ts';
import { integrity, poisonCheckpoints, storedEpochs, trainingProcesses } from './scenarios/home.ts';

/** Small, and far from its end. */
const longRun = {
  'Review length': '40',
  Vocabulary: '400',
  'Embedding size': '8',
  Filters: '12',
  'Hidden units': '16',
  Batch: '64',
  'Epochs, at most': '10000',
  Patience: 'none',
};

const counted = (epochs: readonly number[]): readonly number[] =>
  epochs.map((_, index) => index + 1);

async function start(chrome: Frame, newRun: NewRunPage, texts: FieldTexts): Promise<void> {
  await chrome.open('New run');
  await newRun.fill(texts);
  await newRun.start.click();
  await chrome.heading('Runs').waitFor();
}

test.describe('on the sample', () => {
  test.use({ scenario: 'sample' });

  test('a run is followed live, stopped, resumed, and its data cannot be taken away under it', async ({
    home,
    chrome,
    data,
    newRun,
    runs,
  }) => {
    await start(chrome, newRun, longRun);
    const row = runs.row('A');
    await expect(runs.state(row, 'Running')).toBeVisible();
    await expect(chrome.status).toContainText(/epoch \d+, step \d+ of \d+/);
    await expect(chrome.status).toContainText(/[\d,]+ reviews\/s · about .+ left/);
    await expect(runs.epochProgress).toBeVisible();
    await expect.poll(() => storedEpochs(home).length).toBeGreaterThan(1);
    await expect(row).toContainText(/\d\d\.\d %/);

    await test.step('its dataset stays', async () => {
      await chrome.open('Data');
      await data.choose('Synthetic reviews', /^Remove/);
      await expect(chrome.notes).toContainText('is not over yet. Stop it first, then delete.');
      await expect(data.dataset('Synthetic reviews')).toBeVisible();
      await chrome.open('Runs');
    });

    await test.step('stop', async () => {
      await runs.focus(row);
      await runs.act('Stop').click();
      await expect(runs.state(row, 'Stopped')).toBeVisible();
      await expect(chrome.status).toContainText('Nothing is training');
    });

    await test.step('resume', async () => {
      const before = storedEpochs(home).length;
      await runs.act('Resume').click();
      await expect(runs.state(row, 'Running')).toBeVisible();
      await expect.poll(() => storedEpochs(home).length).toBeGreaterThan(before);
      await runs.act('Stop').click();
      await expect(runs.state(row, 'Stopped')).toBeVisible();
      const epochs = storedEpochs(home);
      expect(epochs).toEqual(counted(epochs));
    });
  });

  test('kill -9 of the training process costs the step under way and nothing else', async ({
    home,
    mainPid,
    chrome,
    newRun,
    runs,
  }) => {
    test.skip(process.platform === 'win32', 'Windows has no SIGKILL to send');
    await start(chrome, newRun, longRun);
    const row = runs.row('A');
    await expect.poll(() => storedEpochs(home).length).toBeGreaterThan(2);
    const before = storedEpochs(home).length;
    const children = await trainingProcesses(mainPid);
    expect(children).toHaveLength(1);
    for (const pid of children) process.kill(pid, 'SIGKILL');

    await expect(runs.state(row, /Interrupted|Failed/)).toBeVisible();
    await runs.focus(row);
    await expect(
      runs.advice(/^The training process was killed \(SIGKILL\): .+ Resume from epoch \d+\.$/),
    ).toBeVisible();
    await expect(row).toContainText(/resume from \d+/);
    expect(integrity(home)).toEqual({ 'twofold.sqlite': 'ok', 'blobs.sqlite': 'ok' });
    const kept = storedEpochs(home);
    expect(kept.length).toBeGreaterThanOrEqual(before);
    expect(kept).toEqual(counted(kept));

    await test.step('the app goes on, and so does the run', async () => {
      await runs.act('Resume').click();
      await expect(runs.state(row, 'Running')).toBeVisible();
      await expect.poll(() => storedEpochs(home).length).toBeGreaterThan(kept.length);
      await runs.act('Stop').click();
      await expect(runs.state(row, 'Stopped')).toBeVisible();
      const epochs = storedEpochs(home);
      expect(epochs).toEqual(counted(epochs));
      expect(integrity(home)).toEqual({ 'twofold.sqlite': 'ok', 'blobs.sqlite': 'ok' });
    });
  });

  test('a run whose loss becomes NaN stops as diverged and keeps its last good epoch', async ({
    home,
    chrome,
    newRun,
    runs,
  }) => {
    await start(chrome, newRun, longRun);
    const row = runs.row('A');
    await expect.poll(() => storedEpochs(home).length).toBeGreaterThan(0);
    await runs.focus(row);
    await runs.act('Stop').click();
    await expect(runs.state(row, 'Stopped')).toBeVisible();
    const good = storedEpochs(home);
    poisonCheckpoints(home);
    await runs.act('Resume').click();
    await expect(runs.state(row, 'Diverged')).toBeVisible();
    await expect(
      runs.advice(/NaN in epoch \d+ at step \d+\. Epoch \d+, the last good one, is kept\./),
    ).toBeVisible();
    await expect(row).toContainText(/diverged|NaN at step/);
    await expect(row).toContainText(/\d\d\.\d\d %/);
    expect(storedEpochs(home)).toEqual(good);
    await test.step('its last good epoch is offered to start from', async () => {
      await runs.halfRate.click();
      await expect(chrome.heading('New run')).toBeVisible();
      const epoch = good.at(-1) ?? 0;
      await expect(
        newRun.warning(new RegExp(`^Starts from the weights of A .+ after epoch ${epoch}\\.$`)),
      ).toBeVisible();
      await expect(newRun.field('Learning rate')).toHaveValue('0.0005');
      await newRun.fill({ 'Hidden units': '8' });
      await expect(newRun.errors).toHaveText(['The weights it starts from need 16 here.']);
      await newRun.action('Start from new weights').click();
      await expect(newRun.errors).toHaveCount(0);
    });
    expect(integrity(home)).toEqual({ 'twofold.sqlite': 'ok', 'blobs.sqlite': 'ok' });
  });

  test('ReLU with a high learning rate diverges, and says how to start again', async ({
    chrome,
    newRun,
    runs,
  }) => {
    await chrome.open('New run');
    await newRun.select('LSTM activation', 'ReLU');
    await start(chrome, newRun, {
      ...longRun,
      'Review length': '64',
      'Hidden units': '32',
      'Learning rate': '1',
    });
    await expect(runs.state(runs.row('A'), 'Diverged')).toBeVisible();
    await runs.focus(runs.row('A'));
    await expect(runs.advice(/Try tanh, or half the learning rate\./)).toBeVisible();
    await runs.tryAgain.click();
    await expect(chrome.heading('New run')).toBeVisible();
    await expect(newRun.field('Learning rate')).toHaveValue('1');
    await newRun.action('Use tanh').click();
    await expect(newRun.warning('ReLU can drive the loss to NaN')).toBeHidden();
  });
});

test.describe('with a trained pair', () => {
  test.use({ scenario: 'pair' });

  test('a deleted run comes back by undo and from the trash', async ({
    workbench: page,
    chrome,
    runs,
  }) => {
    await chrome.open('Runs');
    const row = runs.row('B');
    await runs.focus(row);
    await runs.act('Delete').click();
    await expect(chrome.notes).toContainText(/moved to trash\./);
    await expect(runs.rows).toHaveCount(1);
    await chrome.undo.click();
    await expect(runs.rows).toHaveCount(2);

    await runs.focus(row);
    await page.keyboard.press('Delete');
    await expect(runs.rows).toHaveCount(1);
    await page.reload();
    await expect(runs.rows).toHaveCount(1);
    await runs.trash.click();
    const restore = page.getByRole('button', { name: /^Restore B/ });
    await restore.click();
    await expect(restore).toBeHidden();
    await expect(page.getByText('The trash is empty.')).toBeVisible();
    await page.getByRole('button', { name: 'Back to the runs' }).click();
    await expect(runs.rows).toHaveCount(2);
    await expect(row).toContainText(/\d\d\.\d\d %/);
  });
});
