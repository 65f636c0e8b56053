import { expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';

import NumberField from './NumberField.svelte';

async function typed(value: string, keys: string): Promise<string> {
  const screen = await render(NumberField, { value, label: 'Length', step: 10, min: 8, max: 2000 });
  const field = screen.getByRole('textbox', { name: 'Length' });
  await userEvent.click(field);
  await userEvent.keyboard(keys);
  const { value: left } = field.element() as HTMLInputElement;
  await screen.unmount();
  return left;
}

it('adds and takes a step with the arrows, ten of them with Shift', async () => {
  expect(await typed('500', '{ArrowUp}')).toBe('510');
  expect(await typed('500', '{Shift>}{ArrowDown}{/Shift}')).toBe('400');
});

it('reads thousands and stays in bounds', async () => {
  expect(await typed('1,995', '{ArrowUp}')).toBe('2000');
  expect(await typed('9', '{ArrowDown}{ArrowDown}')).toBe('8');
});

it('leaves what is no number alone', async () => {
  expect(await typed('none', '{ArrowUp}')).toBe('none');
});
