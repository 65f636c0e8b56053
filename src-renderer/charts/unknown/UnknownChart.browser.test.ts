import { expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';

import UnknownChart from './UnknownChart.svelte';

it('is a slider of vocabulary sizes that says the share of unknown tokens', async () => {
  const sizes: number[] = [];
  const screen = await render(UnknownChart, {
    points: [
      { numWords: 100, percent: 60 },
      { numWords: 1000, percent: 20 },
      { numWords: 20_000, percent: 0 },
    ],
    numWords: 6000,
    share: 5.1,
    bounds: { min: 100, max: 200_000 },
    onchange: (size: number) => sizes.push(size),
  });
  const slider = screen.getByRole('slider', { name: 'Vocabulary size' });
  await expect
    .element(slider)
    .toHaveAttribute('aria-valuetext', '6,000 words, 5.1 % of the tokens are unknown');
  await userEvent.click(slider);
  await userEvent.keyboard('{ArrowRight}{ArrowLeft}{PageUp}{Home}{End}');
  expect(sizes).toEqual([6500, 5500, 12_000, 100, 20_000]);
});

it('says the same of the smallest vocabulary as of the chosen one', async () => {
  const screen = await render(UnknownChart, {
    points: [
      { numWords: 100, percent: 0 },
      { numWords: 200, percent: 0 },
    ],
    numWords: 100,
    share: 0,
    bounds: { min: 100, max: 200_000 },
    onchange: () => undefined,
  });
  await expect.element(screen.getByText('0.0 % at 100')).toBeVisible();
  await expect
    .element(screen.getByRole('slider'))
    .toHaveAttribute('aria-valuetext', '100 words, 0.0 % of the tokens are unknown');
});
