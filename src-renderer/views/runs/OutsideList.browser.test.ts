import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { OutsideCurve } from '#contract/outside-curve.ts';

import App from '../../App.svelte';
import { buildRun } from '../../testing/build-run.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

const curve: OutsideCurve = {
  curveId: 'c1',
  name: 'Keras notebook',
  fileName: 'log.csv',
  importedAt: '2026-02-03T10:00:00Z',
  epochs: [0.5, 0.41].map((valLoss, index) => ({
    epoch: index + 1,
    loss: 0.6,
    accuracy: null,
    valLoss,
    valAccuracy: 0.8,
    testLoss: null,
    testAccuracy: null,
  })),
};

beforeEach(async () => {
  await page.viewport(1280, 800);
  localStorage.clear();
  window.location.hash = '#/runs';
});

it('imports a CSV file as curves, draws and hides them, and offers nothing but to take them away', async () => {
  let curves: OutsideCurve[] = [];
  const bridge = scriptedBridge({
    'runs.list': () => [buildRun({ runId: 'a' })],
    'runs.curves': () => [],
    'outsideCurves.list': () => curves,
    'outsideCurves.import': () => {
      curves = [curve];
      return { curves, isFromZero: true, unusedColumns: [] };
    },
    'outsideCurves.remove': () => {
      curves = [];
    },
    'outsideCurves.restore': (restored) => {
      curves = [restored];
    },
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'Import…' }));
  const dialog = screen.getByRole('dialog', { name: 'Import runs or curves' });
  await userEvent.fill(dialog.getByRole('textbox', { name: 'File' }), '/home/me/log.csv');
  await userEvent.click(dialog.getByRole('button', { name: 'Import', exact: true }));

  const list = screen.getByRole('region', { name: 'From outside' });
  await expect
    .element(list.getByRole('row', { name: /Keras notebook 0\.4100 80\.00 % – 2/ }))
    .toBeVisible();
  expect(bridge.inputsOf('outsideCurves.import')).toEqual([{ path: '/home/me/log.csv' }]);
  expect(bridge.inputsOf('bundles.startImport')).toEqual([]);
  await expect.element(screen.getByText(/Its epochs began with 0/)).toBeVisible();
  await expect.element(screen.getByText('0 of 2 points left out')).toBeVisible();

  const buttons = list.getByRole('button').elements();
  expect(buttons.map((button) => button.getAttribute('aria-label'))).toEqual([
    'Remove Keras notebook',
  ]);
  await userEvent.click(list.getByRole('checkbox', { name: 'Draw Keras notebook' }), {
    force: true,
  });
  await expect.element(screen.getByText('0 of 0 points left out')).toBeVisible();

  await userEvent.click(list.getByRole('button', { name: 'Remove Keras notebook' }));
  await expect.element(list).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  await expect.element(list.getByRole('row', { name: /Keras notebook/ })).toBeVisible();
  expect(bridge.inputsOf('outsideCurves.restore')).toEqual([curve]);
});

it('a very long curve does not squash the runs: the chart says which goes on, and shows it whole without runs', async () => {
  const [first] = curve.epochs;
  const long: OutsideCurve = {
    ...curve,
    epochs: Array.from({ length: 200_000 }, (_, index) => ({ ...first!, epoch: index + 1 })),
  };
  const run = buildRun({ runId: 'a' });
  const bridge = scriptedBridge({
    'runs.list': () => [run],
    'runs.curves': () => [
      {
        runId: 'a',
        epochs: [1, 2],
        steps: [10, 20],
        seconds: [60, 120],
        values: [0.6, 0.5],
        smoothed: [],
        totalPoints: 2,
      },
    ],
    'outsideCurves.list': () => [long],
  });
  const screen = await render(App, { bridge });
  await expect
    .element(
      screen.getByText(
        'Drawn to epoch 20 beside these runs: Keras notebook goes on to epoch 200,000. Without runs it is drawn whole.',
      ),
    )
    .toBeVisible();
});
