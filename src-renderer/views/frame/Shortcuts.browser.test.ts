import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import App from '../../App.svelte';
import { shortcutSections } from '../../state/shortcuts.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

beforeEach(async () => {
  await page.viewport(1280, 800);
  localStorage.clear();
  window.location.hash = '#/settings';
});

it('tells the same keys by "?" and in the settings: all of them', async () => {
  const screen = await render(App, { bridge: scriptedBridge() });
  const told = shortcutSections().flatMap(({ title, shortcuts }) => [
    title,
    ...shortcuts.flatMap(({ keys, what }) => [...keys, what]),
  ]);
  await expect.element(screen.getByRole('region', { name: 'Keys', exact: true })).toBeVisible();
  expect(textsIn(document.querySelector('#settings-keys'))).toEqual(told);
  await userEvent.keyboard('?');
  const sheet = screen.getByRole('dialog', { name: 'Keys' });
  await expect.element(sheet).toBeVisible();
  expect(textsIn(sheet.element())).toEqual(told);
});

it('gives the focus to the heading of a screen that a key opens', async () => {
  const screen = await render(App, { bridge: scriptedBridge() });
  for (const [key, name] of [
    ['0', 'Start'],
    ['3', 'Runs'],
    ['1', 'Data'],
    ['n', 'New run'],
    ['6', 'Reports'],
    ['{Control>},{/Control}', 'Settings'],
  ] as const) {
    await userEvent.keyboard(key);
    const heading = screen.getByRole('heading', { level: 1, name, exact: true });
    await expect.element(heading).toHaveFocus();
    expect(heading.element().matches(':focus-visible'), name).toBe(true);
  }
  // Not from the screen that is there already.
  const about = screen.getByRole('button', { name: 'About', exact: true });
  about.element().focus();
  await userEvent.keyboard('{Control>},{/Control}');
  await expect.element(about).toHaveFocus();
  // A link that leads there keeps it.
  const link = screen
    .getByRole('navigation', { name: 'Screens' })
    .getByRole('link', { name: 'Data' });
  await userEvent.click(link);
  await expect.element(screen.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible();
  await expect.element(link).toHaveFocus();
});

it('gives it the focus after the palette too', async () => {
  const screen = await render(App, { bridge: scriptedBridge() });
  await userEvent.keyboard('3');
  await expect.element(screen.getByRole('heading', { level: 1, name: 'Runs' })).toHaveFocus();
  await userEvent.keyboard('{Control>}k{/Control}');
  await userEvent.fill(
    screen.getByRole('dialog', { name: 'Go to or do' }).getByRole('combobox'),
    'Reports',
  );
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('heading', { level: 1, name: 'Reports' })).toHaveFocus();
});

function textsIn(place: Element | null): readonly string[] {
  return [...(place?.querySelectorAll('h3, kbd, dd') ?? [])]
    .filter((element) => element.closest('section[aria-label]') !== null)
    .map((element) => element.textContent);
}
