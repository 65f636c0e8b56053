import { expect, test } from './fixtures.ts';
import { lastPoint } from './pages/chart.ts';

/** Labels of the form -> settings that train in seconds. */
const tiny = {
  'Review length': '24',
  Vocabulary: '400',
  'Embedding size': '8',
  Filters: '12',
  'Hidden units': '8',
  Batch: '64',
  'Learning rate': '0.005',
  'Epochs, at most': '4',
};

test('from an empty home to A and B side by side', async ({
  chrome,
  data,
  newRun,
  runs,
  compare,
  embeddings,
}) => {
  await test.step('the sample is imported by one click and its coverage shown', async () => {
    await data.useSample.click();
    await expect(data.dataset('Synthetic reviews')).toContainText('4,000 train, 2,000 test');
    await expect(data.coverage).toHaveAttribute(
      'aria-valuetext',
      /^500 tokens, 100(\.0+)? % fit whole$/,
    );
    await expect(data.fit).toBeVisible();
  });

  await test.step('the pair is set up in the form and started', async () => {
    await data.newRun.click();
    await newRun.plan('A + B pair').check({ force: true });
    await newRun.fill(tiny);
    await expect(newRun.architecture).toContainText('parameters');
    await expect(newRun.start).toHaveText(/Start 2 runs/);
    await newRun.start.click();
  });

  await test.step('it trains live and finishes', async () => {
    await expect(chrome.heading('Runs')).toBeVisible();
    await expect(runs.rows).toHaveCount(2);
    await expect(runs.state(runs.row('A'), /Running|Finished/)).toBeVisible();
    for (const variant of ['A', 'B'] as const) {
      await expect(runs.state(runs.row(variant), 'Finished')).toBeVisible();
      await expect(runs.row(variant)).toContainText(/\d\d\.\d\d %/);
    }
    await expect(chrome.status).toContainText('Nothing is training');
    await expect
      .poll(() => lastPoint(runs.chart('Validation loss')))
      .toMatch(/^Epoch 4(?=.*A seed)(?=.*B seed)/);
  });

  await test.step('the two are compared', async () => {
    await runs.compare.click();
    await expect(compare.verdict).toContainText(
      'Not enough seeds. One pair cannot tell a better variant from a lucky seed.',
    );
    await expect(compare.verdict).toContainText(/95 % interval .+ p [=<]/);
    for (const setting of ['Embedding', 'Convolution padding', 'CNN head']) {
      await expect(compare.differences.getByRole('rowheader', { name: setting })).toBeVisible();
    }
    await expect(compare.differences.getByRole('row')).toHaveCount(4);
    await expect(
      compare.results.getByRole('row').filter({ hasText: 'Test accuracy' }),
    ).toContainText('higher is better');
    await expect(compare.results.getByRole('row').filter({ hasText: 'Test loss' })).toContainText(
      'lower is better',
    );
    const counts = await compare.flips.getByText(/(right|wrong) \d/).allTextContents();
    const sum = counts
      .map((text) => Number(/ ([\d,]+)$/.exec(text.trim())?.[1]?.replaceAll(',', '')))
      .reduce((total, count) => total + count, 0);
    expect(counts).toHaveLength(4);
    expect(sum).toBe(2000);
    await compare.show('Curves');
    for (const title of ['Loss', 'Accuracy, %']) {
      await expect
        .poll(() => lastPoint(compare.chart(title)))
        .toMatch(/^Epoch 4(?=.*A seed)(?=.*B seed)/);
    }
  });

  await test.step('the same sentence stands under A-CNN, A-LSTM and B', async () => {
    await chrome.open('Embeddings');
    await embeddings.ready();
    for (const label of ['A-CNN', 'A-LSTM', 'B']) {
      await expect(embeddings.panel(label).first()).toBeVisible();
    }
    await embeddings.heatmap.press('ArrowDown');
    await expect(embeddings.heatmap).toHaveAttribute(
      'aria-valuetext',
      /axis 1: A-CNN .*\d\.\d{3}, A-LSTM .*\d\.\d{3}, B .*\d\.\d{3}/,
    );
  });
});
