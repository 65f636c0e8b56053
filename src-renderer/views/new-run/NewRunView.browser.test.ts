import { beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import { resolveConfig } from '#core/run-config.ts';

import App from '../../App.svelte';
import { buildDataset, datasetAnswers } from '../../testing/dataset.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

beforeEach(async () => {
  await page.viewport(1280, 800);
  window.location.hash = '#/new-run';
});

async function openForm() {
  const bridge = scriptedBridge({ 'datasets.list': () => [buildDataset()], ...datasetAnswers, 'runs.start': () => [] });
  const screen = await render(App, { bridge });
  await expect.element(screen.getByText(/^At most: 91.6 % fit, 84 lose their start/)).toBeVisible();
  return { bridge, screen };
}

describe('a wrong field', () => {
  it('is told when it is left, then with every key, and can be jumped to', async () => {
    const { screen } = await openForm();
    const batch = screen.getByRole('textbox', { name: 'Batch' });
    await userEvent.fill(batch, '0');
    await expect.element(screen.getByText('Use a whole number from 1 to 4,096.')).not.toBeInTheDocument();
    await userEvent.tab();
    await expect.element(screen.getByText('Use a whole number from 1 to 4,096.')).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'Start run' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: '1 to fix' }));
    await expect.element(batch).toHaveFocus();
    await userEvent.fill(batch, '32');
    await expect.element(screen.getByText('Use a whole number from 1 to 4,096.')).not.toBeInTheDocument();
    await expect.element(screen.getByRole('button', { name: 'Start run' })).toBeEnabled();
  });
});

describe('what differs from the preset', () => {
  it('is counted, marked and set back', async () => {
    const { screen } = await openForm();
    await userEvent.fill(screen.getByRole('textbox', { name: 'Hidden units' }), '64');
    await expect.element(screen.getByText('1 change')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Hidden units differs from the preset. Set it back to 128.' }));
    await expect.element(screen.getByText('No changes')).toBeVisible();
  });

  it('warns of ReLU with a way back', async () => {
    const { screen } = await openForm();
    await userEvent.click(screen.getByRole('combobox', { name: 'LSTM activation' }));
    await userEvent.click(screen.getByRole('option', { name: 'relu' }));
    await userEvent.click(screen.getByRole('button', { name: 'Use tanh' }));
    await expect.element(screen.getByText('No changes')).toBeVisible();
  });
});

describe('the drawing', () => {
  it('follows the fields', async () => {
    const { screen } = await openForm();
    await expect.element(screen.getByText('1,151,833 parameters', { exact: true })).toBeVisible();
    await userEvent.click(screen.getByRole('radio', { name: /Shared one embedding/ }));
    await expect.element(screen.getByText('806,189 parameters', { exact: true })).toBeVisible();
    await userEvent.fill(screen.getByRole('textbox', { name: 'kernel' }), '9');
    await userEvent.fill(screen.getByRole('textbox', { name: 'Review length' }), '8');
    await expect.element(screen.getByText('kernel 9 > 8 tokens')).toBeVisible();
  });
});

describe('starting', () => {
  it('sends a pair with one seed, A first', async () => {
    const { bridge, screen } = await openForm();
    await userEvent.click(screen.getByRole('radio', { name: /A \+ B pair/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Start 2 runs' }));
    await expect.poll(() => bridge.inputsOf('runs.start').length).toBe(1);
    const [input] = bridge.inputsOf('runs.start');
    const configs = input?.configs.map((config) => resolveConfig(config)) ?? [];
    expect(configs.map((config) => (config.ok ? [config.config.variant, config.config.seed] : config.errors))).toEqual([
      ['A', 1],
      ['B', 1],
    ]);
  });
});
