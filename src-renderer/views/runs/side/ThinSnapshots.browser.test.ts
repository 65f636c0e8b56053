import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import App from '../../../App.svelte';
import { buildRun } from '../../../testing/build-run.ts';
import { scriptedBridge } from '../../../testing/scripted-bridge.ts';

import '../../../styles/index.css';

beforeEach(async () => {
  await page.viewport(1280, 800);
  localStorage.clear();
  window.location.hash = '#/runs';
});

async function open(epochs: (every: number | null) => number[]) {
  const bridge = scriptedBridge({
    'runs.list': ({ isTrash }) => (isTrash === true ? [] : [buildRun({ runId: 'a' })]),
    'runs.curves': () => [],
    'runs.log': () => [],
    'runs.thinSnapshots': ({ every = null }) => ({
      epochs: epochs(every),
      bytes: epochs(every).length * 1e6,
    }),
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'Info', exact: true }));
  await userEvent.click(screen.getByRole('button', { name: 'Thin embedding tables' }));
  return { bridge, screen };
}

it('says what would go before anything does, and what stays', async () => {
  const { bridge, screen } = await open((every) => (every === null ? [1, 2, 3, 4] : [1, 3]));
  await expect.element(screen.getByText(/The tables of 4 epochs would go: 4\.0 MB/)).toBeVisible();
  await expect
    .element(screen.getByText(/Epoch 0, the best and the last always stay/))
    .toBeVisible();
  await userEvent.click(screen.getByRole('radio', { name: 'Every 2 epochs' }));
  await expect.element(screen.getByText(/The tables of 2 epochs would go: 2\.0 MB/)).toBeVisible();
  expect(bridge.inputsOf('runs.thinSnapshots').every(({ isTrial }) => isTrial === true)).toBe(true);
  await userEvent.click(screen.getByRole('button', { name: 'Drop them' }));
  await expect.element(screen.getByText('Dropped the tables of 2 epochs: 2.0 MB.')).toBeVisible();
  expect(bridge.inputsOf('runs.thinSnapshots').filter(({ isTrial }) => isTrial !== true)).toEqual([
    { runId: 'a', every: 2 },
  ]);
});

it('has nothing to drop where only the ends are left', async () => {
  const { screen } = await open(() => []);
  await expect.element(screen.getByText('There is nothing to drop.')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Drop them' })).toBeDisabled();
});
