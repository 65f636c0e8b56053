import { expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';

import Segmented from './Segmented.svelte';

it('is one stop for the keyboard; arrows choose', async () => {
  const chosen: string[] = [];
  const screen = await render(Segmented, {
    value: 'same',
    label: 'Padding',
    options: [
      { value: 'same', label: 'Same' },
      { value: 'valid', label: 'Valid' },
    ],
    onchange: (value: string) => chosen.push(value),
  });
  await userEvent.tab();
  await expect.element(screen.getByRole('radio', { name: 'Same' })).toHaveFocus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(screen.getByRole('radio', { name: 'Valid' })).toBeChecked();
  expect(chosen).toEqual(['valid']);
});
