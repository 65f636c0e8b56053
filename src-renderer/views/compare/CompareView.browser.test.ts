import { beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { Baseline, BesideBaseline } from '#contract/baseline.ts';
import type { Comparison } from '#contract/comparison.ts';
import type { JudgedReviews } from '#contract/evaluation.ts';
import type { Experiment, Factorial } from '#contract/experiment.ts';
import type { CallInput, CallOutput } from '#contract/index.ts';

import App from '../../App.svelte';
import { buildFactorial } from '../../testing/build-factorial.ts';
import { buildJudgement } from '../../testing/build-judgement.ts';
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
  reason: null,
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
    confidenceCalibrationError: 0.05,
    rocArea: 0.94,
    averagePrecision: 0.93,
    calibration: [
      { count: 1000, meanProbability: 0.1, positiveShare: 0.12 },
      { count: 1000, meanProbability: 0.9, positiveShare: 0.85 },
    ],
    epoch: 6,
    secondsPerEpoch: 224,
    parameters: 1000,
    confusion: [900, 100, 120, 880],
    reason: null,
  };
}

const flips = Array.from({ length: 1000 }, (_, row) => ({
  row,
  label: row % 2,
  probabilities: [0.9, 0.1] as [number, number],
}));

const oneReview = ({
  offset,
  split,
}: CallInput<'datasets.samples'>): CallOutput<'datasets.samples'> => ({
  total: 2000,
  rows: [
    {
      split,
      row: offset,
      label: 0,
      rating: null,
      text: `text of ${offset}`,
      length: 3,
      padCount: 0,
      tokens: [],
    },
  ],
});

const comparison: Comparison = {
  runIds: ['a', 'b'],
  configDiff: {
    embedding: ['separate', 'shared'],
    convPadding: ['same', 'valid'],
    cnnHead: ['none', 'dense'],
  },
  metrics: [metrics('a', 0.87), metrics('b', 0.8775)],
  paired,
  reason: null,
  pairs: [{ runIds: ['a', 'b'], paired, reason: null }],
  otherPairs: [],
  flips,
  concerns: [],
};

beforeEach(async () => {
  await page.viewport(1280, 900);
  window.location.hash = '#/compare?runs=a,b';
});

const oneSeed = buildJudgement({ differences: [0.0075], isTestChosen: true });

async function open(answer: Comparison, runs = [b, a], baselines: BesideBaseline[] = []) {
  const bridge = scriptedBridge({
    'runs.baselines': () => baselines,
    'runs.list': () => runs,
    'runs.compare': () => answer,
    'experiments.judge': ({ runIds }) => ({ ...oneSeed, runIds: [...runIds] }),
    'runs.curves': () => [],
    'runs.rankings': ({ runIds }) =>
      runIds.map((runId, index) => ({
        runId,
        roc: { x: [0, 0.2, 1], y: [0, 0.8 + index / 10, 1] },
        precisionRecall: { x: [0, 0.8, 1], y: [1, 0.8, 0.5] },
        rocArea: 0.91 + index / 100,
        averagePrecision: 0.9,
        positiveShare: 0.5,
      })),
    'runs.start': () => [],
    'runs.resume': () => b,
    'embeddings.sentence': () => ({ kind: 'notFound', message: 'Not here.' }),
    'datasets.list': () => [buildDataset()],
    'datasets.samples': oneReview,
  });
  return { bridge, screen: await render(App, { bridge }) };
}

it('lays the ROC and precision curves of the runs over each other, with their areas', async () => {
  window.location.hash = '#/compare?runs=a,b&tab=rankings';
  const { bridge, screen } = await open(comparison);
  const roc = screen.getByRole('img', { name: 'ROC. ROC area: A: 0.9100, B: 0.9200.' });
  await expect.element(roc).toBeVisible();
  expect(roc.element().querySelectorAll('polyline').length).toBe(2);
  const rows = screen.getByRole('table', { name: 'ROC, precision and recall' }).getByRole('row');
  await expect.element(rows.nth(2).getByRole('rowheader', { name: 'B' })).toBeVisible();
  await expect.element(rows.nth(2).getByRole('cell', { name: '0.9200' })).toBeVisible();
  expect(bridge.inputsOf('runs.rankings')).toEqual([{ runIds: ['a', 'b'], weights: 'best' }]);
});

describe('verdict', () => {
  it('says nothing of variants from one seed each, and what the interval is about', async () => {
    const { screen } = await open(comparison);
    await expect
      .element(screen.getByRole('heading', { name: 'The verdict is tooFewSeeds.' }))
      .toBeVisible();
    const evidence = screen.getByText(/95 % interval \+0\.10 to \+1\.40 .* p < 0\.001/);
    expect(evidence.element().textContent).toContain('This is about these two trained models');
    expect(document.body.textContent).not.toMatch(/significant/i);
    await expect.element(screen.getByText('the test set chose the epoch')).toBeVisible();
  });

  it('says what makes it unfair, and starts the run that would mend it', async () => {
    const config = { ...b.config, maxLength: 500 };
    const { bridge, screen } = await open({
      ...comparison,
      concerns: [
        {
          runIds: ['a', 'b'],
          isBarrier: false,
          reasons: [
            { kind: 'confounded', sentence: 'More than one thing differs.', fields: ['maxLength'] },
          ],
          remedy: { kind: 'start', runs: [{ datasetId: 'data1', config, runId: null }] },
        },
        {
          runIds: ['b'],
          isBarrier: false,
          reasons: [{ kind: 'unfinished', sentence: 'It was left after epoch 3.', fields: [] }],
          remedy: { kind: 'resume', runId: 'b' },
        },
      ],
    });
    const unfair = screen.getByRole('region', { name: 'Before you compare' });
    await expect
      .element(
        unfair.getByText(/ against .*\. More than one thing differs\. Different: Review length\./),
      )
      .toBeVisible();
    await userEvent.click(unfair.getByRole('button', { name: 'Queue the run that is missing' }));
    await expect
      .poll(() => bridge.inputsOf('runs.start'))
      .toEqual([{ datasetId: 'data1', configs: [config] }]);
    await userEvent.click(unfair.getByRole('button', { name: 'Resume it' }));
    await expect.poll(() => bridge.inputsOf('runs.resume')).toEqual([{ runId: 'b' }]);
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
    await expect.element(screen.getByText(reason).first()).toBeVisible();
  });
});

it('shows only what differs, or all', async () => {
  const { screen } = await open(comparison);
  await expect.element(screen.getByRole('rowheader', { name: 'CNN head' })).toBeVisible();
  await expect
    .element(
      screen.getByText(
        /differ in 3 settings .* A difference cannot be attributed to one of them\./,
      ),
    )
    .toBeVisible();
  await expect.element(screen.getByRole('link', { name: 'CNN head' })).toBeVisible();
  await expect
    .element(screen.getByRole('rowheader', { name: 'Hidden units' }))
    .not.toBeInTheDocument();
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
  expect(
    row
      .getByRole('cell')
      .elements()
      .map((cell) => cell.textContent),
  ).toEqual(['new', 'epoch 7 of A seed 1']);
});

it('fills a triangle only where the interval excludes 0', async () => {
  const { screen } = await open(comparison);
  const row = screen.getByRole('row', { name: /Test accuracy/ });
  await expect.element(row).toBeVisible();
  expect(row.element().textContent).toContain('▲');
  expect(screen.getByRole('row', { name: /Time per epoch/ }).element().textContent).not.toMatch(
    /[▲▼]/,
  );
  await userEvent.click(screen.getByRole('radio', { name: 'Last' }));
  await expect.poll(() => window.location.hash).toContain('weights=last');
});

it('names the dataset among what differs, and one bag of words for each', async () => {
  const other = { ...b, dataset: 'data2', datasetHash: 'hash2', datasetName: 'Amazon' };
  const baseline = {
    key: 'k',
    reading: 'run',
    accuracy: 0.752,
    accuracyInterval: [0.74, 0.764],
  } as Baseline;
  const whole = { ...baseline, key: 'w', reading: 'whole', accuracy: 0.8 } as const;
  const { screen } = await open(
    comparison,
    [other, a],
    [
      {
        runId: 'a',
        baseline,
        paired: null,
        whole: { baseline: whole, paired: null },
        reason: null,
      },
      {
        runId: 'b',
        baseline: { ...baseline, accuracy: 0.792 },
        paired: null,
        whole: null,
        reason: null,
      },
    ],
  );
  const row = screen.getByRole('row', { name: /^Dataset/ });
  await expect.element(row).toBeVisible();
  expect(
    row
      .getByRole('cell')
      .elements()
      .map((cell) => cell.textContent),
  ).toEqual(['IMDB', 'Amazon']);
  await expect
    .element(
      screen.getByText(
        /what these runs read has 75\.20 % \(95% CI 74\.00 to 76\.40 %\) on IMDB, 79\.20 % .* on Amazon/,
      ),
    )
    .toBeVisible();
  await expect.element(screen.getByText(/reads whole reviews has 80\.00 % \(95% CI/)).toBeVisible();
});

it('defines its terms for the keyboard too', async () => {
  const { screen } = await open(comparison);
  const term = screen.getByRole('button', { name: 'ECE of P(positive)' });
  await expect.element(term).toBeVisible();
  // From then on the focus is that of a keyboard.
  await userEvent.tab();
  (term.element() as HTMLElement).focus();
  await expect
    .element(screen.getByText(/^Expected calibration error of P\(positive\)/).first())
    .toBeVisible();
});

it('shows beside the confusion what a probability means', async () => {
  const { screen } = await open(comparison);
  await userEvent.click(screen.getByRole('radio', { name: 'Confusion' }));
  const diagram = screen.getByRole('img', { name: /^Reliability of A / });
  await expect.element(diagram).toBeVisible();
  expect(diagram.element().getAttribute('aria-label')).toContain(
    'of 1,000 reviews at 0.90 85.0 % are positive',
  );
  expect(diagram.element().querySelectorAll('circle')).toHaveLength(2);
  const more = screen.getByRole('link', { name: /^Evaluate A / });
  expect(more.element().getAttribute('href')).toBe('#/run?id=a');
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
    await expect
      .poll(() => screen.getByRole('option').first().element().textContent)
      .toContain('positive');
  });
});

describe('the explorer of flips', () => {
  const reviews = (runId: string, epoch: number): JudgedReviews => {
    const rows = [0, 1, 2, 3];
    // At epoch 2 the two differ on row 3 alone.
    const second = runId === 'b' ? 0.2 : 0.8;
    return {
      runId,
      epoch,
      rows,
      labels: [0, 1, 0, 1],
      probabilities: [0.1, 0.9, 0.2, second],
      lengths: [100, 200, 300, 400],
      cutShares: [0, 0, 0, 0],
      oovShares: [0, 0.02, 0.1, 0.3],
      ratings: null,
    };
  };

  async function explore() {
    window.location.hash = '#/compare?runs=a,b&tab=flips';
    const bridge = scriptedBridge({
      'runs.list': () => [b, a],
      'runs.compare': () => ({ ...comparison, flips: flips.slice(0, 4) }),
      'experiments.judge': ({ runIds }) => ({ ...oneSeed, runIds: [...runIds] }),
      'runs.reviews': ({ runId, weights }) =>
        reviews(runId, typeof weights === 'object' ? weights.epoch : 6),
      'datasets.find': () => ({ rows: [1, 2, 900] }),
      'runs.occlusion': ({ runId }) => ({
        runId,
        probability: runId === 'a' ? 0.9 : 0.1,
        tokens: [
          { word: 'good', change: runId === 'a' ? 0.4 : 0.1 },
          { word: 'dull', change: -0.2 },
          { word: 'zyx', change: null },
        ],
      }),
      'datasets.list': () => [buildDataset()],
      'datasets.samples': oneReview,
    });
    const screen = await render(App, { bridge });
    const shown = () =>
      screen
        .getByRole('option')
        .elements()
        .map((option) => option.textContent.trim().slice(0, 1));
    await expect.poll(shown).toEqual(['0', '1', '2', '3']);
    return { bridge, screen, shown };
  }

  it('keeps reviews by words, length and unknown words', async () => {
    const { bridge, screen, shown } = await explore();
    await userEvent.fill(
      screen.getByRole('searchbox', { name: 'Words in the review' }),
      'dull film',
    );
    await expect.poll(shown).toEqual(['1', '2']);
    expect(bridge.inputsOf('datasets.find').at(-1)).toMatchObject({
      split: 'test',
      search: 'dull film',
    });
    await userEvent.fill(screen.getByRole('textbox', { name: 'Tokens to' }), '250');
    await expect.poll(shown).toEqual(['1']);
    await userEvent.fill(screen.getByRole('searchbox', { name: 'Words in the review' }), '');
    await userEvent.fill(
      screen.getByRole('textbox', { name: 'Unknown words at most, in per cent' }),
      '1',
    );
    await expect.poll(shown).toEqual(['0']);
  });

  it('shows what flips at an epoch of both', async () => {
    const { bridge, screen, shown } = await explore();
    (screen.getByRole('slider', { name: /^Epoch of both runs/ }).element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    await expect.poll(shown).toEqual(['3']);
    expect(bridge.inputsOf('runs.reviews').at(-1)).toEqual({ runId: 'b', weights: { epoch: 2 } });
    await expect.element(screen.getByText('2 of both')).toBeVisible();
    await expect.element(screen.getByText(/those of other epochs are not kept/)).toBeVisible();
    await expect
      .element(screen.getByRole('button', { name: 'Show what each word does' }))
      .not.toBeInTheDocument();
  });

  it('says on request what each word does to each model', async () => {
    const { screen } = await explore();
    await userEvent.click(screen.getByRole('button', { name: 'Show what each word does' }));
    const of = (name: RegExp) => screen.getByRole('region', { name });
    await expect.element(of(/^A .*0\.90$/)).toBeVisible();
    const [good, dull, unknown] = of(/^A .*0\.90$/)
      .element()
      .querySelectorAll('span');
    expect(good?.ariaDescription).toBe('good +0.400');
    expect(dull?.ariaDescription).toBe('dull −0.200');
    expect(getComputedStyle(good!).backgroundColor).not.toBe(
      getComputedStyle(dull!).backgroundColor,
    );
    expect(unknown?.className).toContain('unknown');
  });
});

describe('several seeds', () => {
  const seeds = [1, 2, 3];
  const members = seeds.flatMap((seed) => [
    buildRun({ runId: `a${seed}`, experimentId: 'e', config: { seed } }),
    buildRun({ runId: `b${seed}`, variant: 'B', experimentId: 'e', config: { seed } }),
  ]);
  const ids = members.map(({ runId }) => runId);

  const buildExperiment = (runIds: readonly string[]): Experiment => ({
    experimentId: 'e1',
    name: 'pilot',
    isNamed: true,
    createdAt: '2026-02-03T10:00:00.000Z',
    kind: 'seeds',
    dataset: 'data1',
    datasetName: 'IMDB',
    runs: runIds.map((runId) => ({
      runId,
      name: runId,
      state: 'queued',
      variant: 'A',
      seed: 1,
      accuracy: null,
    })),
    seeds: [1, 2, 3],
    looks: 1,
    marginPoints: 0.25,
  });

  async function openSeries(
    judgement = buildJudgement({ differences: [0.002, 0.005, 0.008] }),
    answers: Parameters<typeof scriptedBridge>[0] = {},
  ) {
    window.location.hash = `#/compare?runs=${ids.join(',')}`;
    const bridge = scriptedBridge({
      'runs.list': () => members,
      'runs.compare': ({ runIds }) => ({
        ...comparison,
        runIds: [...runIds],
        metrics: runIds.map((runId, index) => metrics(runId, 0.85 + index / 1000)),
      }),
      'experiments.judge': () => judgement,
      'runs.curves': () => [],
      'datasets.list': () => [buildDataset()],
      'datasets.samples': oneReview,
      'queue.add': () => ({
        isPaused: false,
        isServed: true,
        runs: [],
        atOnce: 1,
        secondsLeft: [0, 0],
      }),
      ...answers,
    });
    return { bridge, screen: await render(App, { bridge }) };
  }

  it('have a verdict with its evidence and what stands beside it', async () => {
    const { bridge, screen } = await openSeries();
    await expect
      .element(screen.getByRole('heading', { name: 'The verdict is leaning.' }))
      .toBeVisible();
    const panel = screen.getByRole('region', { name: 'Verdict' });
    const text = panel.element().textContent.replaceAll('\u00a0', ' ');
    expect(text).toMatch(
      /B minus A: \+0\.50 points, 95% CI −0\.25 to \+1\.25 for new seeds on these 2,000 reviews, p = 0\.10, 3 paired seeds, best weights\. Analysis 1 of 1, threshold p < 0\.05\./,
    );
    for (const part of [
      'About the loss.',
      'About the Brier score.',
      'About the last epoch.',
      'For new seeds and new reviews, the 95% CI is −0.20 to +2.20 points',
    ])
      expect(text).toContain(part);
    expect(text).toContain(
      'Two seeds of A disagree on 7.9 % of the reviews, two of B on 8.1 %, a seed of A and another of B on 8.0 %.',
    );
    expect(text).not.toMatch(/significant/i);
    const link = panel.getByRole('link', { name: 'Queue 3 more pairs' });
    expect(link.element().getAttribute('href')).toBe(
      '#/new-run?from=a1&preset=pair&seed=4&seeds=3',
    );
    expect(bridge.inputsOf('experiments.judge')[0]).toEqual({ runIds: ids, weights: 'best' });
  });

  it('say when pairs are missing, left out, or were added after a look', async () => {
    const judgement = buildJudgement({
      differences: [0.002, 0.005, 0.008],
      pairs: { planned: 6, pending: 1, leftOut: 1, later: 0, inTrash: 0, notHere: 0 },
    });
    const { screen } = await openSeries({
      ...judgement,
      verdict: {
        ...judgement.verdict,
        look: { number: 2, planned: 1 },
        generalises: 'seedsAndReviews',
      },
    });
    await expect
      .element(screen.getByText('1 finished pair that was planned with these is left out.'))
      .toBeVisible();
    await expect.element(screen.getByText(/Analysis 2 \(planned: 1\)/)).toBeVisible();
    await expect
      .element(
        screen.getByText(
          /For new seeds on these 2,000 reviews alone, .* The wider interval decides\./,
        ),
      )
      .toBeVisible();
  });

  const ofExperiment = buildJudgement({ differences: [0.002, 0.005, 0.008], experimentId: 'e1' });

  it('say what more pairs would show, and what adding them costs where they were not planned', async () => {
    const open = {
      differences: [0.002, 0.005, 0.008],
      experimentId: 'e1',
      morePairs: 125,
      morePairsRange: [94, 195] as [number, number],
    };
    const { screen } = await openSeries(buildJudgement({ ...open, morePairsRisk: 0.092 }));
    await expect.element(screen.getByText(/125 more pairs/)).toBeVisible();
    const text = screen.container.textContent.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      '125 more pairs (range 94 to 195) would probably show either a difference or that it is within ±0.25 points, if the difference is as observed.',
    );
    expect(text).toContain('the risk of a false difference would then be about 9 %.');
    expect(text).toContain('Adding them in several steps would raise it further, as would skewed');
  });

  it('do not say that more pairs are a look too many where further looks are planned', async () => {
    const { screen } = await openSeries(
      buildJudgement({ differences: [0.002, 0.005, 0.008], experimentId: 'e1', morePairs: 4 }),
    );
    await expect.element(screen.getByText(/4 more pairs .* would probably show/)).toBeVisible();
    expect(screen.container.textContent).not.toMatch(/than planned: the risk|unplanned analysis/);
  });

  it('take more pairs into the same experiment at a click, which says that it is a look too many', async () => {
    const { bridge, screen } = await openSeries(ofExperiment, {
      'experiments.get': () => buildExperiment(ids),
      'experiments.extend': () => buildExperiment([...ids, 'a4', 'b4']),
      'experiments.retract': ({ runIds }) => ({ runIds }),
    });
    await expect
      .element(screen.getByText(/These pairs would be an unplanned analysis/))
      .toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Queue 3 more pairs' }));
    await expect
      .element(screen.getByText('2 runs join the experiment and are queued.'))
      .toBeVisible();
    expect(bridge.inputsOf('experiments.extend')).toEqual([{ experimentId: 'e1', seedCount: 3 }]);
    expect(window.location.hash).toContain('b3,a4,b4');
    await userEvent.click(screen.getByRole('button', { name: /^Undo/ }));
    await expect
      .poll(() => bridge.inputsOf('experiments.retract'))
      .toEqual([{ runIds: ['a4', 'b4'] }]);
  });

  it('keep the band of their start; another one is only tried', async () => {
    const { screen } = await openSeries(ofExperiment, {
      'experiments.judge': ({ marginPoints }) =>
        marginPoints === undefined
          ? ofExperiment
          : {
              ...ofExperiment,
              verdict: {
                ...ofExperiment.verdict,
                margin: marginPoints / 100,
                marginFrom: 'whatIf',
                sentence: 'Alike.',
              },
            },
    });
    await expect
      .element(
        screen.getByText(
          /±0\.25 points count as too small to matter: the default, fixed at the start\./,
        ),
      )
      .toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'What if it were another band?' }));
    await userEvent.fill(screen.getByRole('textbox', { name: 'Band to try, in points' }), '7');
    await expect
      .element(screen.getByText('Alike. Only tried: the verdict above stands.'))
      .toBeVisible();
    await expect
      .element(screen.getByRole('heading', { name: 'The verdict is leaning.' }))
      .toBeVisible();
  });

  it('name what of their plan is missing, and bring it back', async () => {
    const { bridge, screen } = await openSeries(
      {
        ...ofExperiment,
        pairs: { planned: 5, pending: 0, leftOut: 0, later: 0, inTrash: 2, notHere: 0 },
        plannedRuns: 12,
        withTrash: { sentence: 'B is ahead.', runIds: ['a4', 'b4'] },
        missing: [
          {
            runId: 'a4',
            name: 'A seed 4',
            state: 'finished',
            isInTrash: true,
            isHere: true,
            variant: 'A',
            seed: 4,
          },
          {
            runId: 'b4',
            name: 'B seed 4',
            state: 'finished',
            isInTrash: true,
            isHere: true,
            variant: 'B',
            seed: 4,
          },
          {
            runId: 'b6',
            name: 'B seed 6',
            state: 'interrupted',
            isInTrash: false,
            isHere: true,
            variant: 'B',
            seed: 6,
          },
        ],
      },
      { 'runs.restore': ({ runIds }) => ({ runIds }) },
    );
    await expect
      .element(screen.getByText('2 finished pairs are in the trash. With them: B is ahead.'))
      .toBeVisible();
    await expect.element(screen.getByText('Did not finish: B seed 6 (interrupted).')).toBeVisible();
    await expect.element(screen.getByText(/did not finish\./)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Bring back' }));
    await expect.poll(() => bridge.inputsOf('runs.restore')).toEqual([{ runIds: ['a4', 'b4'] }]);
    await userEvent.click(screen.getByRole('button', { name: 'Resume first in the queue' }));
    await expect.poll(() => bridge.inputsOf('queue.add')).toEqual([{ runIds: ['b6'], index: 0 }]);
  });

  it('name what is not in this data folder, and offer to take in nothing that is not there', async () => {
    const { screen } = await openSeries({
      ...ofExperiment,
      isPlanKnown: true,
      pairs: { planned: 6, pending: 0, leftOut: 2, later: 0, inTrash: 0, notHere: 2 },
      plannedRuns: 12,
      missing: [
        {
          runId: 'x5',
          name: 'A seed 5',
          state: 'finished',
          isInTrash: false,
          isHere: false,
          variant: 'A',
          seed: 5,
        },
        {
          runId: 'y5',
          name: 'B seed 5',
          state: 'finished',
          isInTrash: false,
          isHere: false,
          variant: 'B',
          seed: 5,
        },
      ],
    });
    await expect
      .element(
        screen.getByText(
          /^Not in this data folder: A seed 5 \(finished\), B seed 5 \(finished\)\./,
        ),
      )
      .toBeVisible();
    await expect
      .element(screen.getByText(/2 finished pairs that were planned with these are left out\./))
      .toBeVisible();
    await expect.element(screen.getByText(/^Did not finish/)).not.toBeInTheDocument();
  });

  it('under several settings have a verdict for each', async () => {
    const { verdict } = ofExperiment;
    const stratum = (name: string, adjustedP: number) => ({
      name,
      runIds: ids,
      sides: ['A', 'B'] as [string, string],
      verdict: { ...verdict, sentence: `It is so at ${name}.` },
      adjustedP,
    });
    const { screen } = await openSeries({
      ...ofExperiment,
      sides: null,
      verdict: {
        ...verdict,
        state: 'notComparable',
        sentence: 'A and B under 2 settings: a verdict for each.',
      },
      strata: [stratum('rate 0.001', 0.04), stratum('rate 0.01', 0.3)],
    });
    await expect
      .element(
        screen.getByRole('heading', { name: 'A and B under 2 settings: a verdict for each.' }),
      )
      .toBeVisible();
    const row = screen.getByRole('row', { name: /rate 0\.001/ });
    await expect.element(row).toBeVisible();
    expect(row.element().textContent).toContain('It is so at rate 0.001.');
    expect(row.element().textContent).toContain('0.040');
  });

  it('are shown as means, and first with what flips in all of them', async () => {
    const { screen } = await openSeries();
    const row = screen.getByRole('row', { name: /Test accuracy/ });
    await expect.element(row).toBeVisible();
    expect(
      row
        .getByRole('cell')
        .elements()
        .map((cell) => cell.textContent.replaceAll(/\s+/g, ' ').trim()),
    ).toEqual(['85.20 % ± 0.20 pt', '85.30 % ± 0.20 pt', '+0.10 pt △', 'higher is better']);
    await expect.element(screen.getByText('text of 7').first()).toBeVisible();
    expect(screen.getByRole('option').elements()).toHaveLength(1);
    await userEvent.click(screen.getByRole('radio', { name: 'Seed 1' }));
    await expect.element(screen.getByText('text of 0').first()).toBeVisible();
  });

  it('do not present as a finding what seeds alone lead to', async () => {
    const judgement = buildJudgement({ differences: [0.002, 0.005, 0.008] });
    const { screen } = await openSeries(judgement);
    await expect
      .element(
        screen.getByText(
          /A and B have 1 stable disagreement; 15 ± 4\.0 are expected from seed noise alone\. .* At least 6 paired seeds are needed\./,
        ),
      )
      .toBeVisible();
    await expect
      .element(
        screen.getByText(/1 seed against 1 other gives 160 ± 9\.0 for A and 158 ± 8\.0 for B\./),
      )
      .toBeVisible();
    expect(screen.container.querySelector('.reviews.faint')).not.toBeNull();
    await userEvent.click(screen.getByRole('radio', { name: 'Seed 1' }));
    await expect.element(screen.getByText(/expected from seeds alone/)).not.toBeInTheDocument();
    expect(screen.container.querySelector('.reviews.faint')).toBeNull();
  });

  it('can be changed: a seed left out, or one alone', async () => {
    const { screen } = await openSeries();
    await userEvent.click(screen.getByRole('button', { name: 'Change the seeds' }));
    await userEvent.click(screen.getByRole('menuitem', { name: 'Leave out seed 2' }));
    await expect.poll(() => window.location.hash).toContain('runs=a1,b1,a3,b3');
  });

  it('of a grid have a table of terms and how they make up the difference', async () => {
    const { screen } = await openSeries(
      buildJudgement({ differences: [0.002, 0.005, 0.008], factorial: buildFactorial(0.004) }),
    );
    const table = screen.getByRole('table', { name: 'Which setting matters' });
    await expect.element(table).toBeVisible();
    const row = (name: RegExp) => table.getByRole('row', { name }).element().textContent;
    expect(row(/Embedding: shared/)).toContain('▲');
    expect(row(/Embedding: shared/)).toContain('+0.60 to +1.40');
    expect(row(/Padding: valid/)).toContain('△');
    expect(row(/Head: dense/)).toContain('▼');
    const chart = screen.getByRole('img', { name: /How B against A is made up/ });
    expect(chart.element().getAttribute('aria-label')).toContain(
      'Three-way, a quarter: +0.10 points',
    );
    expect(chart.element().getAttribute('aria-label')).toContain(
      'B against A: +0.60 points, 95 % interval −0.10 to +1.30',
    );
    expect(chart.element().querySelectorAll('rect.open')).toHaveLength(3);
    expect(chart.element().querySelectorAll('.whisker')).toHaveLength(5);
    expect(document.body.textContent).not.toContain('Not enough seeds for intervals');
    await expect
      .element(
        screen.getByText(
          'A and B differ in 3 settings (Embedding, Convolution padding, CNN head), and the verdict is about all of them together. The factor table separates them.',
        ),
      )
      .toBeVisible();
    expect(document.body.textContent).not.toMatch(/attributed|Start a run that changes one/);
  });

  it('of a grid settle no term while a finished run of it is in the trash', async () => {
    const at = { embedding: true, padding: true, head: true, seed: 4 };
    const factorial: Factorial = {
      ...buildFactorial(0.004),
      leftOut: [{ seed: 4, missing: [at] }],
      leftOutInTrash: [{ ...at, runId: 'r4', name: 'grid seed 4' }],
    };
    const { screen } = await openSeries(
      buildJudgement({ differences: [0.002, 0.005, 0.008], factorial }),
    );
    await expect
      .element(screen.getByText(/grid seed 4 is in the trash\. No term is settled without it\./))
      .toBeVisible();
    const table = screen.getByRole('table', { name: 'Which setting matters' });
    expect(table.element().textContent).not.toMatch(/[▲▼]/);
    const chart = screen.getByRole('img', { name: /How B against A is made up/ });
    expect(chart.element().querySelectorAll('rect.open')).toHaveLength(5);
  });

  it('of a grid with fewer than two complete seeds have means, and what to train', async () => {
    const judgement = buildJudgement({
      differences: [0.002, 0.005, 0.008],
      experimentId: 'e1',
      factorial: buildFactorial(null),
    });
    const { screen, bridge } = await openSeries(judgement, {
      'experiments.get': () => buildExperiment(ids),
      'experiments.extend': () => buildExperiment([...ids, 'a4']),
    });
    const table = screen.getByRole('table', { name: 'Which setting matters' });
    await expect.element(table).toBeVisible();
    expect(table.getByRole('row', { name: /Embedding: shared/ }).element().textContent).toMatch(
      /△ \+1\.00\s*–\s*–/,
    );
    const chart = screen.getByRole('img', { name: /How B against A is made up/ });
    expect(chart.element().querySelectorAll('.whisker')).toHaveLength(0);
    await expect
      .element(
        screen.getByText(
          /At least 2 seeds need a run in all eight combinations, and this grid has 1/,
        ),
      )
      .toBeVisible();
    await expect
      .element(screen.getByText(/To include it, train shared valid dense with seed 2/))
      .toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: /4 more seeds/ }));
    await expect
      .poll(() => bridge.inputsOf('experiments.extend'))
      .toEqual([{ experimentId: 'e1', seedCount: 4 }]);
  });
});

describe('an address', () => {
  it('that names a run twice asks for two', async () => {
    window.location.hash = '#/compare?runs=a,a';
    await open(comparison);
    await expect.element(page.getByText('Choose two runs to compare.')).toBeVisible();
  });

  it('with a run that has no epoch says which one is left out', async () => {
    const early = buildRun({
      runId: 'c',
      name: 'early',
      state: 'diverged',
      best: null,
      last: null,
      epochCount: 0,
    });
    window.location.hash = '#/compare?runs=c,a,b';
    await open(comparison, [early, b, a]);
    await expect
      .element(page.getByText(/^Left out, without a complete epoch: early/i))
      .toBeVisible();
  });
});
