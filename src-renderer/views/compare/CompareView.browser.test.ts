import { beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { Comparison } from '#contract/comparison.ts';

import App from '../../App.svelte';
import { buildRun } from '../../testing/build-run.ts';
import { buildDataset } from '../../testing/dataset.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

const a = buildRun({ runId: 'a', experimentId: 'e', config: { validation: 'test' } });
const b = buildRun({ runId: 'b', variant: 'B', experimentId: 'e', config: { validation: 'test' } });
const paired = {
  rows: 2000,
  onlyFirstRight: 104,
  onlySecondRight: 119,
  bothRight: 1636,
  bothWrong: 141,
  mcnemarP: 0.0004,
  difference: 0.0075,
  interval: [0.001, 0.014] as [number, number],
};

function metrics(runId: string, accuracy: number): Comparison['metrics'][number] {
  return {
    runId,
    weights: 'best',
    accuracy,
    loss: 0.3,
    valAccuracy: accuracy,
    valLoss: 0.3,
    trainAccuracy: 0.99,
    brier: 0.1,
    calibrationError: 0.06,
    epoch: 6,
    secondsPerEpoch: 224,
    parameters: 1000,
    confusion: [900, 100, 120, 880],
  };
}

const flips = Array.from({ length: 1000 }, (_, row) => ({
  row,
  label: row % 2,
  probabilities: [0.9, 0.1] as [number, number],
}));

const comparison: Comparison = {
  runIds: ['a', 'b'],
  configDiff: { embedding: ['separate', 'shared'], convPadding: ['same', 'valid'], cnnHead: ['none', 'dense'] },
  metrics: [metrics('a', 0.87), metrics('b', 0.8775)],
  paired,
  reason: null,
  pairs: [{ runIds: ['a', 'b'], paired, reason: null }],
  flips,
};

beforeEach(async () => {
  await page.viewport(1280, 900);
  window.location.hash = '#/compare?runs=a,b';
});

async function open(answer: Comparison, runs = [b, a]) {
  const bridge = scriptedBridge({
    'runs.list': () => runs,
    'runs.compare': () => answer,
    'runs.curves': () => [],
    'embeddings.sentence': () => ({ kind: 'notFound', message: 'Not here.' }),
    'datasets.list': () => [buildDataset()],
    'datasets.samples': ({ offset, split }) => ({
      total: 2000,
      rows: [{ split, row: offset, label: 0, rating: null, text: `text of ${offset}`, length: 3, padCount: 0, tokens: [] }],
    }),
  });
  return { bridge, screen: await render(App, { bridge }) };
}

describe('verdict', () => {
  it('says nothing of variants from one seed each, and what the interval is about', async () => {
    const { screen } = await open(comparison);
    await expect.element(screen.getByRole('heading', { name: 'Cannot tell yet: one seed each.' })).toBeVisible();
    const evidence = screen.getByText(/95 % interval \+0\.10 to \+1\.40 .* p < 0\.001/);
    expect(evidence.element().textContent).toContain('This is about these two trained models');
    expect(document.body.textContent).not.toMatch(/significant/i);
    await expect.element(screen.getByText('the test set chose the epoch')).toBeVisible();
  });

  it('gives the reason where runs cannot be compared', async () => {
    const reason = 'They were tested on different reviews.';
    const { screen } = await open({
      ...comparison,
      paired: null,
      reason,
      flips: [],
      pairs: [{ runIds: ['a', 'b'], paired: null, reason }],
    });
    await expect.element(screen.getByRole('heading', { name: 'Not comparable.' })).toBeVisible();
    await expect.element(screen.getByText(reason).first()).toBeVisible();
  });
});

it('shows only what differs, or all', async () => {
  const { screen } = await open(comparison);
  await expect.element(screen.getByRole('rowheader', { name: 'CNN head' })).toBeVisible();
  await expect.element(screen.getByRole('rowheader', { name: 'Hidden units' })).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('radio', { name: 'All', exact: true }));
  await expect.element(screen.getByRole('rowheader', { name: 'Hidden units' })).toBeInTheDocument();
});

it('names the run that another started from', async () => {
  const startFrom = 'a@7';
  const { screen } = await open({ ...comparison, configDiff: { startFrom: ['none', startFrom] } }, [
    buildRun({ runId: 'b', config: { validation: 'test', startFrom } }),
    a,
  ]);
  const row = screen.getByRole('row', { name: /^Start weights/ });
  await expect.element(row).toBeVisible();
  expect(row.getByRole('cell').elements().map((cell) => cell.textContent)).toEqual([
    'new',
    'epoch 7 of A seed 1',
  ]);
});

it('fills a triangle only where the interval excludes 0', async () => {
  const { screen } = await open(comparison);
  const row = screen.getByRole('row', { name: /Test accuracy/ });
  await expect.element(row).toBeVisible();
  expect(row.element().textContent).toContain('▲');
  expect(screen.getByRole('row', { name: /Time per epoch/ }).element().textContent).not.toMatch(/[▲▼]/);
  await userEvent.click(screen.getByRole('radio', { name: 'Last' }));
  await expect.poll(() => window.location.hash).toContain('weights=last');
});

describe('flips', () => {
  it('exist as far as they are seen, with their text and their embeddings', async () => {
    const { screen } = await open(comparison);
    await expect.element(screen.getByText('text of 0').first()).toBeVisible();
    expect(document.querySelectorAll('[role="option"]').length).toBeLessThan(60);
    const list = screen.getByRole('listbox', { name: 'Reviews that flip' });
    (list.element() as HTMLElement).focus();
    await userEvent.keyboard('{End}');
    await expect.element(screen.getByText('text of 999').first()).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => window.location.hash).toBe('#/embeddings?runs=a,b&split=test&row=999');
  });

  it('can be only those one run gets right', async () => {
    const { screen } = await open(comparison);
    await userEvent.click(screen.getByRole('radio', { name: 'A right', exact: true }));
    await expect.poll(() => screen.getByRole('option').first().element().textContent).toContain('positive');
  });
});
