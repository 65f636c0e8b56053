import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';

import Hints from './Hints.svelte';

let place: HTMLElement;
beforeEach(async () => {
  document.body.replaceChildren();
  place = document.createElement('div');
  place.style.padding = '120px';
  place.innerHTML = `<span aria-description="What it means">word</span>
    <button aria-description="What it does">act</button><button data-term aria-description="A definition">term</button><p>other</p>`;
  document.body.append(place);
  await render(Hints);
});

const bubble = (): HTMLElement | null => document.querySelector('[popover]:popover-open');
const element = (selector: string): Element => {
  const found = place.querySelector(selector);
  if (found === null) throw new Error(`No ${selector}.`);
  return found;
};
const shown = () => expect.poll(() => bubble()?.textContent ?? null);

it('shows what the pointer rests on, next to it, until the pointer leaves', async () => {
  await userEvent.hover(element('span'));
  await shown().toBe('What it means');
  const [hint, word] = [bubble(), element('span')].map((one) => one?.getBoundingClientRect());
  expect(hint?.bottom).toBeLessThanOrEqual(word?.top ?? 0);
  await userEvent.hover(element('p'));
  await shown().toBeNull();
});

it('shows what has the keyboard’s focus; Escape closes it', async () => {
  await userEvent.tab();
  await shown().toBe('What it does');
  await userEvent.keyboard('{Escape}');
  await shown().toBeNull();
});

it('a click opens it on a word and a term, and closes it on a button', async () => {
  await userEvent.click(element('span'));
  await shown().toBe('What it means');
  await userEvent.click(element('[data-term]'));
  await shown().toBe('A definition');
  await userEvent.click(element('button:not([data-term])'));
  await shown().toBeNull();
});
