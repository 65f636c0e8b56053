import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';

import CoverageChart from './CoverageChart.svelte';

const even = new Array<number>(200).fill(10);

async function chart(maxLength: number, onchange: (length: number) => void, counts = even) {
  return render(CoverageChart, {
    histogram: { binWidth: 5, counts, longest: 999 },
    points: [
      { maxLength: 1, percent: 0 },
      { maxLength: 501, percent: 50 },
      { maxLength: 1001, percent: 100 },
    ],
    maxLength,
    bounds: { min: 8, max: 2000 },
    note: '',
    onchange,
  });
}

describe('the chosen length', () => {
  it('is a slider that says the share that fits', async () => {
    const screen = await chart(501, () => undefined);
    const slider = screen.getByRole('slider', { name: 'Review length' });
    await expect.element(slider).toHaveAttribute('aria-valuetext', '501 tokens, 50.0 % fit whole');
  });

  it('moves with the keyboard and stays in bounds', async () => {
    const lengths: number[] = [];
    const screen = await chart(12, (length) => lengths.push(length));
    await userEvent.click(screen.getByRole('slider'));
    await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}{PageUp}{ArrowLeft}{End}');
    expect(lengths).toEqual([22, 112, 62, 8, 2000]);
  });
});

it('says how many reviews lie beyond the axis', async () => {
  const all = await chart(300, () => undefined);
  await expect.element(all.getByText('no review is longer than the axis')).toBeVisible();
  await all.unmount();
  // Nearly all are short; three are far away.
  const tail = even.map((_, bin) => (bin < 40 ? 100 : bin > 196 ? 1 : 0));
  const screen = await chart(150, () => undefined, tail);
  await expect
    .element(screen.getByText('3 of 4,003 reviews are longer than the axis'))
    .toBeVisible();
});

it('has an axis of the data, whatever length is chosen, and says that it lies beyond', async () => {
  const short = even.map((_, bin) => (bin < 6 ? 100 : 0));
  const screen = await render(CoverageChart, {
    histogram: { binWidth: 5, counts: short, longest: 29 },
    points: [
      { maxLength: 1, percent: 0 },
      { maxLength: 29, percent: 100 },
    ],
    maxLength: 500,
    bounds: { min: 8, max: 2000 },
    note: 'median 15',
    onchange: () => undefined,
  });
  await expect.element(screen.getByText('500 ▸')).toBeVisible();
  await expect.element(screen.getByText('20', { exact: true })).toBeVisible();
  await expect.element(screen.getByText('median 15')).toBeVisible();
  await expect
    .element(screen.getByRole('slider'))
    .toHaveAttribute('aria-valuetext', '500 tokens, 100.0 % fit whole');
});
