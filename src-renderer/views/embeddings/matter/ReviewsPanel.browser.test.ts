import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { ReviewDifferences } from '#contract/embedding-diff.ts';
import type { Failure } from '#contract/failure.ts';

import App from '../../../App.svelte';
import { buildDiff } from '../../../testing/build-diff.ts';
import { buildRun } from '../../../testing/build-run.ts';
import { scriptedBridge } from '../../../testing/scripted-bridge.ts';

import '../../../styles/index.css';

const reviews: ReviewDifferences = {
  epochs: [2, 2],
  rows: [0, 4, 9],
  labels: [1, 0, 1],
  first: [0.9, 0.2, 0.8],
  second: [0.1, 0.2, 0.7],
  distances: [0.3, 0.9, null],
  chanceDistance: 1.39,
  tokens: [40, 50, 3],
  known: [38, 50, 0],
  rankCorrelation: -0.31,
  correlation: -0.2,
  predictionsDiffer: [0],
  embeddingsDiffer: [1],
  notes: [],
};

beforeEach(async () => {
  await page.viewport(1440, 1000);
  window.location.hash = '#/embeddings?view=words&tables=a:cnn,b:shared&diff=diff1';
});

async function open(
  answer: () => ReviewDifferences | Promise<ReviewDifferences | Failure>,
  cancel = (): void => undefined,
) {
  const bridge = scriptedBridge({
    'runs.list': () => [buildRun({ runId: 'b', variant: 'B' }), buildRun({ runId: 'a' })],
    'embeddings.list': () => [],
    'outsideTables.list': () => [],
    'diffs.get': () => buildDiff(),
    'diffs.epochs': () => [],
    'diffs.words': () => ({ total: 0, rows: [] }),
    'diffs.columns': () => ({ words: [], counts: [], values: [], excess: null }),
    'diffs.reviews': answer,
    'diffs.cancelReviews': cancel,
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('radio', { name: 'Reviews', exact: true }));
  return { bridge, screen };
}

it('has nothing to say of two tables of one run', async () => {
  const { bridge, screen } = await open(() => reviews);
  await expect.element(screen.getByText(/Both tables are from one run/)).toBeVisible();
  expect(bridge.inputsOf('diffs.reviews')).toEqual([]);
});

it('lists the reviews where embeddings and predictions part, each with its sentence', async () => {
  const { bridge, screen } = await open(() => reviews);
  await userEvent.click(screen.getByRole('radio', { name: 'A-CNN and B' }));
  await userEvent.click(screen.getByRole('button', { name: 'Compare the reviews' }));
  expect(bridge.inputsOf('diffs.reviews')).toEqual([{ diffId: 'diff1', pair: 1 }]);
  await expect
    .element(
      screen.getByText('Rank correlation −0.31. Without a relation, it would stay within ±1.96.'),
    )
    .toBeVisible();
  await expect.element(screen.getByText(/1 of 3 reviews are left out/)).toBeVisible();
  await expect
    .element(
      screen.getByText(
        'The unit of distance is the mean row length (root mean square). The mean is 0.60 here and 1.39 for unrelated rows.',
      ),
    )
    .toBeVisible();
  await expect
    .element(screen.getByRole('row', { name: '0 positive 0.90 0.10 0.30' }))
    .toBeVisible();
  await userEvent.click(screen.getByRole('radio', { name: 'Embeddings differ' }));
  await expect
    .element(screen.getByRole('link', { name: '4', exact: true }))
    .toHaveAttribute('href', '#/embeddings?runs=a,b&split=test&row=4');
});

it('names what is undefined, never NaN', async () => {
  const { screen } = await open(() => ({
    ...reviews,
    rankCorrelation: null,
    predictionsDiffer: [2],
  }));
  await userEvent.click(screen.getByRole('radio', { name: 'A-CNN and B' }));
  await userEvent.click(screen.getByRole('button', { name: 'Compare the reviews' }));
  await expect.element(screen.getByText(/correlation is undefined/)).toBeVisible();
  await expect
    .element(screen.getByRole('row', { name: /^9 positive 0\.80 0\.70 undefined$/ }))
    .toBeVisible();
  expect(document.body.textContent).not.toContain('NaN');
});

it('can be cancelled while it works, and asked again', async () => {
  let end: (answer: Failure) => void = () => undefined;
  let turns = 0;
  const { bridge, screen } = await open(
    () => (++turns > 1 ? reviews : new Promise<Failure>((resolve) => (end = resolve))),
    () => {
      end({ kind: 'cancelled', message: 'The comparison was cancelled.' });
    },
  );
  await userEvent.click(screen.getByRole('radio', { name: 'A-CNN and B' }));
  await userEvent.click(screen.getByRole('button', { name: 'Compare the reviews' }));
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(bridge.inputsOf('diffs.cancelReviews')).toEqual([{ diffId: 'diff1', pair: 1 }]);
  await expect
    .element(screen.getByText('The comparison of the reviews was cancelled.'))
    .toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Compare the reviews' }));
  await expect.element(screen.getByText(/1 of 3 reviews are left out/)).toBeVisible();
});
