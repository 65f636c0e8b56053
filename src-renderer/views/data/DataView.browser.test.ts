import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { Dataset } from '#contract/dataset.ts';

import App from '../../App.svelte';
import { buildDataset, datasetAnswers } from '../../testing/dataset.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

beforeEach(async () => {
  await page.viewport(1280, 800);
  window.location.hash = '#/data';
});

it('says what to do first where there is no data', async () => {
  const screen = await render(App, { bridge: scriptedBridge() });
  await expect.element(screen.getByText('No data yet. Import reviews, or start with the built-in sample.')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Use the sample' })).toBeVisible();
});

it('removes a dataset at once and brings it back with Ctrl Z', async () => {
  let datasets: Dataset[] = [buildDataset()];
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => datasets,
    'datasets.remove': () => {
      datasets = [];
      return { runIds: [] };
    },
    'datasets.restore': () => {
      datasets = [buildDataset()];
      return buildDataset();
    },
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'More for Reviews' }));
  await userEvent.click(screen.getByRole('menuitem', { name: 'Remove' }));
  await expect.element(screen.getByText('Reviews moved to trash.')).toBeVisible();
  await expect.element(screen.getByText(/No data yet/)).toBeVisible();
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.element(screen.getByRole('button', { name: /Reviews 1,000 train/ })).toBeVisible();
  expect(bridge.inputsOf('datasets.restore')).toEqual([{ datasetId: 'd00000000001' }]);
});

it('shows a refused import under the path and keeps what was typed', async () => {
  const bridge = scriptedBridge({
    'datasets.startImport': () => ({ kind: 'notFound', message: '/nowhere does not exist. Check the path.', field: 'path' }),
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'Import', exact: true }));
  const path = screen.getByRole('textbox', { name: 'File or folder' });
  await expect.element(path).toHaveFocus();
  await userEvent.fill(path, '/nowhere');
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByText('/nowhere does not exist. Check the path.')).toBeVisible();
  await expect.element(path).toHaveValue('/nowhere');
});

it('tells when the connection is lost and asks again when it is back', async () => {
  const bridge = scriptedBridge();
  const screen = await render(App, { bridge });
  await expect.element(screen.getByText('All changes saved')).toBeVisible();
  bridge.connection('lost');
  await expect.element(screen.getByText(/Not connected to Twofold/)).toBeVisible();
  const before = bridge.inputsOf('runs.list').length;
  bridge.connection('open');
  await expect.poll(() => bridge.inputsOf('runs.list').length).toBeGreaterThan(before);
  await expect.element(screen.getByText(/Not connected to Twofold/)).not.toBeInTheDocument();
});
