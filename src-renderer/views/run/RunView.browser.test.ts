import { beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { JudgedReviews } from '#contract/evaluation.ts';
import type { RunSummary } from '#contract/run.ts';

import App from '../../App.svelte';
import { buildEpoch, buildRun } from '../../testing/build-run.ts';
import { buildDataset } from '../../testing/dataset.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

const losses = [0.5, 0.4, 0.45, 0.46, 0.39, 0.5, 0.52];
const epochs = losses.map((valLoss, index) =>
  buildEpoch({ epoch: index + 1, valLoss, testAccuracy: 0.8 + index / 100 }),
);
const run = buildRun({
  runId: 'a',
  best: epochs[4]!,
  last: epochs[6]!,
  config: { patience: 2, epochs: 7 },
});

/** Rows 0 to 9, shown as 1 to 10: the first four are wrong at 0.5, the last of them only just. */
const reviews: JudgedReviews = {
  runId: 'a',
  epoch: 5,
  rows: Array.from({ length: 10 }, (_, row) => row),
  labels: [0, 0, 1, 1, 0, 0, 0, 1, 1, 1],
  probabilities: [0.9, 0.7, 0.1, 0.45, 0.2, 0.1, 0.3, 0.8, 0.9, 0.6],
  lengths: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
  cutShares: [0, 0, 0, 0, 0, 0, 0, 0.1, 0.2, 0.6],
  oovShares: [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09],
  ratings: [4, 3, 7, 8, 1, 1, null, 10, 10, 9],
};

beforeEach(async () => {
  await page.viewport(1440, 900);
  window.location.hash = '#/run?id=a';
});

async function open(answer: JudgedReviews = reviews, of: RunSummary = run) {
  const bridge = scriptedBridge({
    'runs.curves': () => [],
    'runs.list': () => [of],
    'runs.get': () => ({ ...of, epochs }),
    'runs.reviews': () => answer,
    'runs.baselines': () => [
      { runId: 'a', baseline: null, paired: null, whole: null, reason: 'The reviews are gone.' },
    ],
    'datasets.list': () => [buildDataset()],
    'datasets.samples': ({ offset, split }) => ({
      total: 10,
      rows: [
        {
          split,
          row: offset,
          label: 0,
          rating: null,
          text: `text of ${offset}`,
          length: 3,
          padCount: 0,
          tokens: [],
        },
      ],
    }),
  });
  return { bridge, screen: await render(App, { bridge }) };
}

describe('evaluation', () => {
  it('counts at a threshold that can be moved, and shows what is wrong there', async () => {
    const { bridge, screen } = await open();
    await expect
      .element(
        screen.getByRole('button', { name: 'truly negative, says positive: 2 20.0 % wrong' }),
      )
      .toBeVisible();
    expect(bridge.inputsOf('runs.reviews')[0]).toEqual({ runId: 'a', weights: { epoch: 5 } });
    const options = screen.getByRole('option');
    await expect
      .poll(() => options.elements().map((option) => option.textContent.trim().slice(0, 1)))
      .toEqual(['0', '2', '1', '3']);
    const slider = screen.getByRole('slider', { name: /^Threshold/ }).element() as HTMLInputElement;
    slider.focus();
    // Five steps down to 0.45: the fourth is right now.
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowLeft}');
    await expect.element(screen.getByText('3 reviews, judged wrong')).toBeVisible();
  });

  it('shows the reviews behind a cell, and of a slice', async () => {
    const { screen } = await open();
    await userEvent.click(screen.getByRole('button', { name: /^truly positive, says negative/ }));
    await expect
      .element(screen.getByText('2 reviews, truly positive, says negative'))
      .toBeVisible();
    await userEvent.click(
      screen.getByRole('button', { name: 'Show the reviews with Tokens 30 to 40' }),
    );
    await expect
      .element(screen.getByText('2 reviews, truly positive, says negative; Tokens 30 to 40'))
      .toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Show all' }));
    await expect.element(screen.getByText('10 reviews, right and wrong')).toBeVisible();
  });

  it('slices by rating, where the corpus has them', async () => {
    const { screen } = await open();
    await userEvent.click(screen.getByRole('radio', { name: 'Rating' }));
    const table = screen.getByRole('table', { name: 'Slices' });
    await expect
      .poll(() =>
        table
          .getByRole('rowheader')
          .elements()
          .map((head) => head.textContent.trim()),
      )
      .toEqual(['1', '3', '4', '7', '8', '9', '10']);
    const none = await open({ ...reviews, ratings: null });
    await expect.element(none.screen.getByRole('radio', { name: 'Rating' }).last()).toBeDisabled();
  });

  it('says where the test set chose the epoch', async () => {
    const { screen } = await open(
      reviews,
      buildRun({ ...run, config: { ...run.config, validation: 'test' } }),
    );
    await expect.element(screen.getByText('the test set chose the epoch')).toBeVisible();
  });

  it('says why there is no bag of words', async () => {
    const { screen } = await open();
    await expect
      .element(screen.getByText('No bag of words to compare with: The reviews are gone.'))
      .toBeVisible();
  });
});

describe('another stop rule', () => {
  it('says where it would have ended, what it would have kept, and what that saves and costs', async () => {
    window.location.hash = '#/run?id=a&tab=stop';
    const { screen } = await open();
    // Patience 2 as trained: over after epochs 3 and 4, which beat epoch 2 not.
    await expect
      .element(screen.getByText('It would have stopped after epoch 4 and kept epoch 2.'))
      .toBeVisible();
    await expect
      .element(screen.getByText(/^3 epochs fewer than the 7 trained: 11 min saved/))
      .toBeVisible();
    await expect
      .element(screen.getByText('Test accuracy 81.00 % instead of 84.00 %: 3.00 pt less.'))
      .toBeVisible();
    (screen.getByRole('slider', { name: 'Patience' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    await expect
      .element(
        screen.getByText(
          /^It would not have stopped within these 7 epochs; of them it would keep epoch 5/,
        ),
      )
      .toBeVisible();
    await expect
      .element(screen.getByText('The kept epoch is the same: test accuracy 84.00 %.'))
      .toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'As trained' }));
    await expect
      .element(screen.getByText('It would have stopped after epoch 4 and kept epoch 2.'))
      .toBeVisible();
  });

  it('opens a run that was trained without one as it was trained, and leads back to that', async () => {
    window.location.hash = '#/run?id=a&tab=stop';
    const { screen } = await open(
      reviews,
      buildRun({ ...run, config: { ...run.config, patience: 'none' } }),
    );
    const asTrained = 'Without a stop rule it trains all its 7 epochs and keeps epoch 5.';
    await expect.element(screen.getByText(asTrained)).toBeVisible();
    const back = screen.getByRole('button', { name: 'As trained' });
    await expect.element(back).toBeDisabled();
    (screen.getByRole('slider', { name: 'Patience' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{Home}');
    await expect
      .element(screen.getByText('It would have stopped after epoch 3 and kept epoch 2.'))
      .toBeVisible();
    await userEvent.click(back);
    await expect.element(screen.getByText(asTrained)).toBeVisible();
  });

  it('is moved on the curve, by keys and by dragging', async () => {
    window.location.hash = '#/run?id=a&tab=stop';
    const { screen } = await open();
    const end = screen.getByRole('slider', { name: 'Patience: drag the end' });
    const edge = screen.getByRole('slider', { name: 'Minimum delta: drag the edge of the band' });
    await expect.element(end).toHaveAttribute('aria-valuetext', '2 epochs');
    (end.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowLeft}');
    await expect
      .element(screen.getByText('It would have stopped after epoch 3 and kept epoch 2.'))
      .toBeVisible();
    (edge.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowDown}');
    await expect.element(edge).toHaveAttribute('aria-valuetext', '0.0005');
    await userEvent.keyboard('{Home}');
    await expect.element(edge).toHaveAttribute('aria-valuetext', '0.0000');
    drag(end.element(), 400, 0);
    await expect
      .element(screen.getByText(/^It would not have stopped within these 7 epochs/))
      .toBeVisible();
    drag(edge.element(), 0, 20);
    await expect
      .poll(() => Number(edge.element().getAttribute('aria-valuenow')))
      .toBeGreaterThan(0);
  });
});

it('leads back to the runs', async () => {
  const { screen } = await open();
  await expect
    .element(screen.getByRole('button', { name: /^truly negative, says negative/ }))
    .toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => window.location.hash).toMatch(/^#\/runs/);
});

function drag(knob: Element, byX: number, byY: number): void {
  const { left, top, width, height } = knob.getBoundingClientRect();
  const at = {
    clientX: left + width / 2,
    clientY: top + height / 2,
    pointerId: 1,
    button: 0,
    bubbles: true,
  };
  // A pointer that was made up cannot be captured.
  Object.assign(knob, { setPointerCapture: () => undefined, hasPointerCapture: () => true });
  knob.dispatchEvent(new PointerEvent('pointerdown', at));
  knob.dispatchEvent(
    new PointerEvent('pointermove', {
      ...at,
      clientX: at.clientX + byX,
      clientY: at.clientY + byY,
    }),
  );
}
