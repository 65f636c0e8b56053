import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { Transplant, TransplantState } from '#contract/transplant.ts';

import App from '../../../App.svelte';
import { buildDiff, buildPair } from '../../../testing/build-diff.ts';
import { buildRun } from '../../../testing/build-run.ts';
import { scriptedBridge } from '../../../testing/scripted-bridge.ts';

import '../../../styles/index.css';

const none: TransplantState = { state: 'none', share: 0, reason: null, transplant: null };

function transplanted(aligned: number, raw = 0.53): TransplantState {
  const pass = (accuracy: number) => ({ accuracy, loss: 0.4, flips: 400 });
  const transplant: Transplant = {
    diffId: 'diff1',
    donor: 0,
    receiver: 1,
    createdAt: '2026-02-03T10:00:00.000Z',
    reviews: 1000,
    passes: { own: { ...pass(0.87), flips: 0 }, aligned: pass(aligned), raw: pass(raw), untrained: pass(0.52) },
    wordsMoved: 4990,
    wordsKept: { count: 6, words: ['rare'] },
    notes: [],
    seconds: 4,
  };
  return { state: 'finished', share: 1, reason: null, transplant };
}

beforeEach(async () => {
  await page.viewport(1440, 1000);
  window.location.hash = '#/embeddings?view=words&tables=a:cnn,b:shared&diff=diff1';
});

async function open(state: () => TransplantState, diff = buildDiff()) {
  const bridge = scriptedBridge({
    'runs.list': () => [buildRun({ runId: 'b', variant: 'B' }), buildRun({ runId: 'a' })],
    'embeddings.list': () => [],
    'outsideTables.list': () => [],
    'diffs.state': () => ({ diffId: 'diff1', state: 'finished', share: 1, reason: null, isKept: true }),
    'diffs.get': () => diff,
    'diffs.epochs': () => [],
    'diffs.words': () => ({ total: 0, rows: [] }),
    'diffs.columns': () => ({ words: [], counts: [], values: [], excess: null }),
    'transplants.state': state,
    'transplants.start': state,
    'transplants.cancel': state,
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('radio', { name: 'Does it matter?', exact: true }));
  return { bridge, screen };
}

it('is evaluated on request, either way round, with its progress', async () => {
  let state = none;
  const { bridge, screen } = await open(() => state);
  await userEvent.click(screen.getByRole('radio', { name: 'A-LSTM into A-CNN' }));
  state = { ...none, state: 'running', share: 0.25 };
  await userEvent.click(screen.getByRole('button', { name: 'Evaluate' }));
  expect(bridge.inputsOf('transplants.start')).toEqual([{ diffId: 'diff1', donor: 1, receiver: 0 }]);
  await expect.element(screen.getByRole('progressbar', { name: 'Judging the test reviews' })).toHaveAttribute('aria-valuenow', '25');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(bridge.inputsOf('transplants.cancel')).toEqual([{ diffId: 'diff1', donor: 1, receiver: 0 }]);
  state = { ...none, state: 'failed', reason: 'The weights are damaged.' };
  bridge.emit('transplants.changed', {});
  await expect.element(screen.getByText('The weights are damaged.')).toBeVisible();
});

it.each([
  [0.86, 'The difference is mostly a rotation: aligned, the table keeps 34.00 of 35.00 points above the untrained one.'],
  [0.5, 'The difference is more than a rotation: even aligned, the table keeps 0.00 of 35.00 points above the untrained one.'],
  [0.7, 'The difference is partly a rotation: aligned, the table keeps 18.00 of 35.00 points above the untrained one.'],
])('says what an aligned accuracy of %f means', async (aligned, sentence) => {
  const { screen } = await open(() => transplanted(aligned));
  await expect.element(screen.getByText(sentence, { exact: false })).toBeVisible();
  await expect.element(screen.getByText(/Told from one run, one seed/)).toBeVisible();
  await expect.element(screen.getByRole('row', { name: /^Own table 87\.00 %$/ })).toBeVisible();
  await expect.element(screen.getByRole('row', { name: /^As it is 53\.00 % −34\.00 ± / })).toBeVisible();
  await expect.element(screen.getByText(/6 words that the donor lacks keep their row/)).toBeVisible();
});

it('puts nothing into a table from outside', async () => {
  const diff = buildDiff();
  const [cnn, lstm] = diff.tables;
  const tables = [cnn!, { ...lstm!, kind: 'outside' as const, name: 'glove', runId: null, branch: null, tableId: 't', variant: null }];
  const { screen } = await open(() => none, buildDiff({ tables, pairs: [buildPair({ floorGap: 'outside' })] }));
  await userEvent.click(screen.getByRole('button', { name: 'Evaluate' }));
  await expect.element(screen.getByText('A-CNN into glove')).not.toBeInTheDocument();
});
