import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';

import Splitter from './Splitter.svelte';

it('moves by arrows within its bounds, and goes back by a double click', async () => {
  const onchange = vi.fn<(share: number | null) => void>();
  const screen = await render(Splitter, {
    label: 'Width',
    direction: 'columns',
    share: 0.74,
    min: 0.3,
    max: 0.75,
    onchange,
  });
  const bar = screen.getByRole('separator', { name: 'Width' });
  await expect.element(bar).toHaveAttribute('aria-valuenow', '74');
  await expect.element(bar).toHaveAttribute('aria-orientation', 'vertical');
  (bar.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight}{ArrowLeft}{ArrowUp}{Home}');
  expect(onchange.mock.calls.map(([share]) => share)).toEqual([0.75, expect.closeTo(0.72, 9), 0.3]);
  await userEvent.dblClick(bar);
  expect(onchange).toHaveBeenLastCalledWith(null);
});
