import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { Transplant } from '#contract/transplant.ts';
import type { JobOf } from '#contract/jobs.ts';

import App from '../../../App.svelte';
import { buildDiff, buildPair } from '../../../testing/build-diff.ts';
import { buildJob } from '../../../testing/build-job.ts';
import { buildRun } from '../../../testing/build-run.ts';
import { scriptedBridge } from '../../../testing/scripted-bridge.ts';

import '../../../styles/index.css';

function transplanted(aligned: number, raw = 0.53): Transplant {
  const pass = (accuracy: number) => ({ accuracy, loss: 0.4, flips: 400 });
  return {
    diffId: 'diff1',
    donor: 0,
    receiver: 1,
    createdAt: '2026-02-03T10:00:00.000Z',
    reviews: 1000,
    passes: {
      own: { ...pass(0.87), flips: 0 },
      aligned: pass(aligned),
      raw: pass(raw),
      untrained: pass(0.52),
    },
    controls: [
      { ...pass(aligned - 0.2), kind: 'directions', k: 1, flipsFromAligned: 210 },
      { ...pass(aligned - 0.01), kind: 'directions', k: 2, flipsFromAligned: 80 },
      { ...pass(aligned), kind: 'directions', k: 4, flipsFromAligned: 0 },
      ...[0.48, 0.51].map((of, index) => ({
        ...pass(of),
        kind: 'randomRotation' as const,
        seed: index + 1,
        flipsFromAligned: 400,
      })),
      ...[0.45, 0.5].map((of, index) => ({
        ...pass(of),
        kind: 'permutedAxes' as const,
        seed: index + 1,
        flipsFromAligned: 400,
      })),
    ],
    wordsMoved: 4990,
    wordsKept: { count: 6, words: ['rare'] },
    notes: [],
    seconds: 4,
  };
}

beforeEach(async () => {
  await page.viewport(1440, 1000);
  window.location.hash = '#/embeddings?view=words&tables=a:cnn,b:shared&diff=diff1';
});

async function open(known: Transplant | null, diff = buildDiff()) {
  let job: JobOf<'transplant'> | null = null;
  const bridge = scriptedBridge({
    'runs.list': () => [buildRun({ runId: 'b', variant: 'B' }), buildRun({ runId: 'a' })],
    'embeddings.list': () => [],
    'outsideTables.list': () => [],
    'diffs.get': () => diff,
    'diffs.epochs': () => [],
    'diffs.words': () => ({ total: 0, rows: [] }),
    'diffs.columns': () => ({ words: [], counts: [], values: [], excess: null }),
    'transplants.get': () => known,
    'transplants.start': (subject) =>
      (job = buildJob('transplant', subject, {
        progress: { phase: 'evaluating', done: 0.25, total: 1 },
      })),
    'jobs.list': () => (job === null ? [] : [job]),
    'jobs.cancel': () =>
      (job = {
        ...job!,
        state: 'failed',
        failure: { kind: 'storage', message: 'The weights are damaged.' },
      }),
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('radio', { name: 'Transplant test', exact: true }));
  return { bridge, screen };
}

it('is evaluated on request, either way round, with its progress', async () => {
  const { bridge, screen } = await open(null);
  await userEvent.click(screen.getByRole('radio', { name: 'A-LSTM into A-CNN' }));
  await userEvent.click(screen.getByRole('button', { name: 'Evaluate' }));
  expect(bridge.inputsOf('transplants.start')).toEqual([
    { diffId: 'diff1', donor: 1, receiver: 0 },
  ]);
  await expect
    .element(screen.getByRole('progressbar', { name: 'Evaluating the test reviews' }))
    .toHaveAttribute('aria-valuenow', '25');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(bridge.inputsOf('jobs.cancel')).toEqual([{ jobId: 'job1' }]);
  await expect.element(screen.getByText('The weights are damaged.')).toBeVisible();
});

const noLoss =
  'With the 2 strongest of the 4 directions of the aligned table, the accuracy does not differ clearly (−1.00 points compared with all 4, 95% CI −2.75 to 0.75).';
it.each([
  [
    0.86,
    `And nearly all information that the model of A-LSTM uses survives the alignment. ${noLoss}`,
  ],
  [0.5, 'But the information that the model of A-LSTM uses does not survive the alignment.'],
  [
    0.7,
    `Only part of the information that the model of A-LSTM uses survives the alignment. ${noLoss}`,
  ],
])('says what an aligned accuracy of %f means', async (aligned, sentence) => {
  const { screen } = await open(transplanted(aligned));
  await expect
    .element(
      screen.getByText(
        `The tables as a whole agree (held-out cosine 0.60, chance 0.10). ${sentence}`,
      ),
    )
    .toBeVisible();
  await expect.element(screen.getByText(/This result is from one run and one seed/)).toBeVisible();
  await expect.element(screen.getByRole('row', { name: /^Own table 87\.00 %$/ })).toBeVisible();
  await expect.element(screen.getByRole('row', { name: /^Raw 53\.00 % −34\.00 ± / })).toBeVisible();
  await expect.element(screen.getByRole('row', { name: /^2 strongest directions / })).toBeVisible();
  await expect
    .element(
      screen.getByRole('row', { name: /^Random rotation or mirror image, best of 4 52\.00 % / }),
    )
    .toBeVisible();
  await expect
    .element(screen.getByText(/The donor lacks 6 words, which keep their own rows/))
    .toBeVisible();
});

it('says of one of an earlier version that the controls were not run, and runs it again', async () => {
  const whole = transplanted(0.86);
  const { bridge, screen } = await open({ ...whole, controls: null });
  await expect
    .element(screen.getByText(/without controls\. Run the transplant test again/))
    .toBeVisible();
  await expect.element(screen.getByRole('row', { name: /^Own table 87\.00 %$/ })).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Evaluate' }));
  expect(bridge.inputsOf('transplants.start')).toEqual([
    { diffId: 'diff1', donor: 0, receiver: 1 },
  ]);
});

it('puts nothing into a table from outside', async () => {
  const diff = buildDiff();
  const [cnn, lstm] = diff.tables;
  const tables = [
    cnn!,
    {
      ...lstm!,
      kind: 'outside' as const,
      name: 'glove',
      runId: null,
      branch: null,
      tableId: 't',
      variant: null,
    },
  ];
  const { screen } = await open(
    null,
    buildDiff({ tables, pairs: [buildPair({ floorGap: 'outside' })] }),
  );
  await userEvent.click(screen.getByRole('button', { name: 'Evaluate' }));
  await expect.element(screen.getByText('A-CNN into glove')).not.toBeInTheDocument();
});
