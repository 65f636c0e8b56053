import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import App from '../../App.svelte';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

beforeEach(async () => {
  await page.viewport(1280, 800);
  localStorage.clear();
  window.location.hash = '#/settings';
});

it('finds the sections of the settings, and opens them', async () => {
  const screen = await render(App, { bridge: scriptedBridge() });
  await expect
    .element(screen.getByRole('heading', { name: 'Settings', exact: true }))
    .toBeVisible();
  const wanted = [
    ['backup', 'Backups', 'backups'],
    ['about', 'About', 'about'],
    ['licences', 'Licences', 'about'],
    ['language', 'Language', 'appearance'],
    ['storage', 'Storage', 'storage'],
  ] as const;
  for (const [typed, name, section] of wanted) {
    await userEvent.keyboard('{Control>}k{/Control}');
    const palette = screen.getByRole('dialog', { name: 'Go to or do' });
    await userEvent.fill(palette.getByRole('combobox'), typed);
    await userEvent.click(palette.getByRole('option', { name: `Settings: ${name} Command` }));
    await expect.poll(() => window.location.hash).toBe(`#/settings?section=${section}`);
    await expect.element(palette).not.toBeInTheDocument();
    expect(document.getElementById(`settings-${section}`)).not.toBeNull();
  }
});
