import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page } from 'vitest/browser';

import type { Answer } from '#contract/experiment.ts';

import App from '../../App.svelte';
import { buildJudgement } from '../../testing/build-judgement.ts';
import { buildRun } from '../../testing/build-run.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

beforeEach(async () => {
  await page.viewport(1440, 900);
  localStorage.clear();
  window.location.hash = '';
});

const answer = (name: string, more: Partial<Answer> = {}): Answer => ({
  experimentId: name,
  name,
  createdAt: '2026-12-03T10:00:00Z',
  runIds: ['a1', 'b1', 'a2', 'b2', 'a3', 'b3'],
  planned: 6,
  isUnderway: false,
  judgement: buildJudgement({ differences: [0.01, 0.011, 0.012] }),
  bagOfWords: null,
  ...more,
});
const listed = () => [buildRun({ runId: 'a1' }), buildRun({ runId: 'b1', variant: 'B' })];

it('opens first, and lists the newest three answers until all are asked for', async () => {
  const names = ['Fifth', 'Fourth', 'Third', 'Second', 'First'];
  const bridge = scriptedBridge({
    'runs.list': listed,
    'experiments.answers': () => names.map((name) => answer(name)),
  });
  const screen = await render(App, { bridge });
  const rows = screen.getByRole('region', { name: 'Newest answers' }).getByRole('article');
  await expect.element(rows.nth(2)).toHaveAccessibleName('Third');
  expect(rows.elements()).toHaveLength(3);
  await screen.getByRole('button', { name: 'All 5 answers' }).click();
  await expect.element(rows.nth(4)).toHaveAccessibleName('First');
  expect(bridge.inputsOf('experiments.answers').at(-1)).toEqual({ judged: 50 });
});

it('says what the bag of words reaches, and opens a verdict that cannot be read', async () => {
  const bridge = scriptedBridge({
    'runs.list': listed,
    'experiments.answers': () => [
      answer('Damaged', { judgement: null }),
      answer('Shared', { bagOfWords: 0.883 }),
    ],
    'reports.list': () => [],
  });
  const screen = await render(App, { bridge });
  const shared = screen.getByRole('article', { name: 'Shared' });
  await expect.element(shared.getByText(/95% CI .* Bag of words: 88\.30\s%\./)).toBeVisible();
  const damaged = screen.getByRole('article', { name: 'Damaged' });
  await expect.element(damaged.getByText(/^The verdict cannot be read/)).toBeVisible();
  await expect
    .element(damaged.getByRole('link', { name: 'Open: Damaged' }))
    .toHaveAttribute('href', '#/compare?runs=a1,b1,a2,b2,a3,b3');
});

it('says why there is no example', async () => {
  const message = 'The example of this installation is missing or damaged. Install Twofold again.';
  const bridge = scriptedBridge({ 'example.open': () => ({ kind: 'unavailable', message }) });
  const screen = await render(App, { bridge });
  const open = screen.getByRole('button', { name: 'Open the example' });
  await open.click();
  await expect.element(screen.getByText(message)).toBeVisible();
  await expect.element(open).toBeEnabled();
});

it('asks for sample reviews before a question where there are none', async () => {
  const bridge = scriptedBridge({
    'datasets.startSample': () => ({ kind: 'storage', message: 'The disk is full.' }),
  });
  const screen = await render(App, { bridge });
  await screen.getByRole('button', { name: 'Ask a question' }).click();
  await expect.element(screen.getByText('The disk is full.')).toBeVisible();
  await expect.element(screen.getByRole('heading', { level: 1, name: 'New run' })).toBeVisible();
});
