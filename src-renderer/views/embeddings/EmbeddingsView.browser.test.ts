import { beforeEach, describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { CallInput, CallOutput } from '#contract/index.ts';
import type { Transplant } from '#contract/transplant.ts';

import App from '../../App.svelte';
import { buildDiff, buildDiffJob, buildPair, tableFigures } from '../../testing/build-diff.ts';
import { buildRun } from '../../testing/build-run.ts';
import { buildDataset } from '../../testing/dataset.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

type Sentence = CallOutput<'embeddings.sentence'>;

const dims = 300;
const a = buildRun({ runId: 'a', experimentId: 'e' });
const b = buildRun({ runId: 'b', variant: 'B', experimentId: 'e' });

function sentenceOf({ source, epoch = 2 }: CallInput<'embeddings.sentence'>): Sentence {
  const count = source.kind === 'text' ? source.text.split(' ').length : 950;
  const values = Float32Array.from({ length: count * dims }, (_, i) => Math.sin(i) * 0.3);
  let bytes = '';
  for (const byte of new Uint8Array(values.buffer)) bytes += String.fromCharCode(byte);
  const panel = (runId: string, variant: 'A' | 'B', branch: 'cnn' | 'lstm' | 'shared') => ({
    snapshotId: `${runId}-${branch}-${epoch}`,
    runId,
    variant,
    branch,
    epoch,
    dims,
    p99: 0.29,
    values: btoa(bytes),
  });
  return {
    text: source.kind === 'text' ? source.text : `review ${source.row}`,
    label: source.kind === 'text' ? null : 1,
    padCount: 50,
    cutCount: 0,
    tokens: Array.from({ length: count }, (_, i) => ({
      position: 50 + i,
      word: `word${i}`,
      id: 4 + i,
      kind: 'word' as const,
    })),
    panels: [panel('a', 'A', 'cnn'), panel('a', 'A', 'lstm'), panel('b', 'B', 'shared')],
    epochs: [0, 1, 2],
  };
}

const finished = buildDiffJob({ state: 'finished' });

/** The second word is unknown to the first table. */
function alignedSentenceOf({ source }: CallInput<'diffs.sentence'>): CallOutput<'diffs.sentence'> {
  const { tokens, ...sentence } = sentenceOf({ runIds: [], source });
  const axes = 32;
  const values = Float32Array.from({ length: tokens.length * axes }, (_, i) => Math.sin(i));
  let bytes = '';
  for (const byte of new Uint8Array(values.buffer)) bytes += String.fromCharCode(byte);
  return {
    ...sentence,
    tokens: tokens.map((token, i) => ({
      ...token,
      isKnown: [i !== 1, true, true],
      cosines: i === 1 ? [null, null, 0.8] : [0.25, 0.5, 0.8],
    })),
    axes: Array.from({ length: axes }, () => ({ share: 0.03 })),
    isAligned: true,
    tableScale: 0.9,
    differenceScale: 0.6,
    tables: [btoa(bytes), btoa(bytes), btoa(bytes)],
    differences: [btoa(bytes), btoa(bytes), btoa(bytes)],
    notes: [],
  };
}

beforeEach(async () => {
  await page.viewport(1280, 800);
  window.location.hash = '#/embeddings';
});

type Answers = Parameters<typeof scriptedBridge>[0];

async function open(
  diff = buildDiff(),
  aligned = alignedSentenceOf,
  refusal: string | null = null,
  answers: Answers = {},
) {
  const bridge = scriptedBridge({
    'runs.list': () => [b, a],
    'datasets.list': () => [{ ...buildDataset(), datasetId: 'data1' }],
    'embeddings.sentence': sentenceOf,
    'diffs.start': () => (refusal === null ? finished : { kind: 'invalid', message: refusal }),
    'diffs.get': () => diff,
    'runs.compare': ({ runIds }) => ({
      runIds: [...runIds],
      configDiff: {},
      metrics: [],
      paired: null,
      reason: null,
      pairs: [],
      flips: [7, 3].map((row) => ({ row, label: 1, probabilities: [0.9, 0.1] })),
      otherPairs: [],
      concerns: [],
    }),
    'runs.occlusion': ({ runId }) => ({
      runId,
      probability: 0.9,
      tokens: [
        { word: 'word0', change: 0.25 },
        { word: 'word1', change: null },
      ],
    }),
    'diffs.sentence': aligned,
    'runs.predict': ({ runId }) => ({
      probability: runId === 'a' ? 0.9134 : 0.08,
      label: runId === 'a' ? 1 : 0,
      tokens: [],
    }),
    ...answers,
  });
  return { bridge, screen: await render(App, { bridge }) };
}

it('opens on the first training review, every panel badged as not aligned', async () => {
  const { bridge, screen } = await open();
  await expect.element(screen.getByText('not aligned: do not read').first()).toBeVisible();
  expect(screen.getByText('not aligned: do not read').elements()).toHaveLength(3);
  expect(bridge.inputsOf('embeddings.sentence')[0]).toEqual({
    runIds: ['a', 'b'],
    source: { kind: 'review', split: 'train', row: 0 },
  });
});

describe('the cursor', () => {
  it('crosses all panels by keys, and reads exact values', async () => {
    const { screen } = await open();
    await userEvent.click(screen.getByRole('radio', { name: 'Raw values' }).first());
    const map = screen.getByRole('slider', { name: 'Embedding of the sentence by token' });
    await expect.element(map).toBeVisible();
    (map.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowDown}{Shift>}{ArrowDown}{/Shift}');
    const value = Math.fround(Math.sin(dims + 1) * 0.3)
      .toFixed(3)
      .replace('-', '−');
    await expect
      .element(map)
      .toHaveAttribute(
        'aria-valuetext',
        `51 word1. axis 2: A-CNN ${value}, A-LSTM ${value}, B ${value}`,
      );
    await userEvent.keyboard('{End}');
    await expect
      .element(map)
      .toHaveAttribute('aria-valuetext', expect.stringContaining('999 word949'));
    await expect.element(screen.getByRole('heading', { name: 'word949' })).toBeVisible();
  });
});

it('steps through reviews and epochs by keys', async () => {
  const { bridge, screen } = await open();
  await expect.element(screen.getByText('2 of 2')).toBeVisible();
  await userEvent.keyboard('j');
  await expect.poll(() => window.location.hash).toContain('row=1');
  await userEvent.keyboard('[[');
  await expect.element(screen.getByText('1 of 2')).toBeVisible();
  expect(bridge.inputsOf('embeddings.sentence').at(-1)).toMatchObject({
    epoch: 1,
    source: { row: 1 },
  });
});

it('says which tables are not stored at an epoch, instead of another one in silence', async () => {
  window.location.hash = '#/embeddings?epoch=1';
  const { screen } = await open(buildDiff(), alignedSentenceOf, null, {
    'embeddings.sentence': (input) => {
      const { panels, ...sentence } = sentenceOf(input);
      return {
        ...sentence,
        panels: panels.map((panel) => (panel.runId === 'b' ? { ...panel, epoch: 0 } : panel)),
      };
    },
  });
  await expect
    .element(screen.getByText('Epoch 1 of B is not stored. The chart shows epoch 0 instead.'))
    .toBeVisible();
  await expect.element(screen.getByText(/of A-CNN is not stored/)).not.toBeInTheDocument();
  await expect.element(screen.getByText('1 of 2')).toBeVisible();
});

it('says which review numbers there are when one is not', async () => {
  const { screen } = await open();
  const number = screen.getByRole('textbox', { name: 'Row of the review' });
  for (const wrong of ['1.5', '-3', '99999999']) {
    await userEvent.fill(number, wrong);
    await expect
      .element(number)
      .toHaveAccessibleDescription(/^Use a whole number from 0 to [\d,]+\.$/);
  }
  await userEvent.fill(number, '0');
  await expect.element(screen.getByText(/^Use a whole number from 0/)).not.toBeInTheDocument();
});

it('takes a typed sentence', async () => {
  const { screen } = await open();
  await userEvent.click(screen.getByRole('radio', { name: 'Typed' }));
  await userEvent.fill(screen.getByRole('textbox', { name: 'Sentence' }), 'not bad at all');
  await expect.element(screen.getByText('word3', { exact: true })).toBeInTheDocument();
});

it('says what each run predicts, and whether it is right', async () => {
  const { screen } = await open();
  await expect.element(screen.getByText('positive, correct')).toBeVisible();
  await expect.element(screen.getByText('negative, wrong')).toBeVisible();
  await expect.element(screen.getByText('0.91')).toBeVisible();
});

it('judges no prediction by the label of another review', async () => {
  const { screen } = await open(buildDiff(), alignedSentenceOf, null, {
    'runs.predict': ({ text }) =>
      text === 'review 0' ? { probability: 0.9134, label: 1, tokens: [] } : new Promise(() => {}),
  });
  await expect.element(screen.getByText('positive, correct').first()).toBeVisible();
  await userEvent.keyboard('j');
  await expect.element(screen.getByText('predicting').first()).toBeVisible();
  await expect.element(screen.getByText('positive, correct')).not.toBeInTheDocument();
});

it('shows no rows of runs that are not chosen any more', async () => {
  const { screen } = await open(buildDiff(), alignedSentenceOf, null, {
    'embeddings.sentence': (input) =>
      input.runIds.includes('a') ? sentenceOf(input) : new Promise(() => {}),
  });
  const map = screen.getByRole('slider', { name: 'Embedding of the sentence by token' });
  await expect.element(map).toBeVisible();
  window.location.hash = '#/embeddings?runs=b';
  await expect.element(screen.getByText('Loading the tables of these runs')).toBeVisible();
  await expect.element(map).not.toBeInTheDocument();
});

it('turns the tables into one frame, beside how far two of them differ', async () => {
  const { bridge, screen } = await open();
  await userEvent.click(screen.getByRole('radio', { name: 'Aligned' }));
  const map = screen.getByRole('slider', {
    name: 'Aligned embedding of the sentence by token',
  });
  await expect.element(map).toBeVisible();
  expect(bridge.inputsOf('diffs.start')[0]?.tables).toEqual([
    { kind: 'run', runId: 'a', branch: 'cnn' },
    { kind: 'run', runId: 'a', branch: 'lstm' },
    { kind: 'run', runId: 'b', branch: 'shared' },
  ]);
  await expect.element(screen.getByText('not aligned: do not read')).not.toBeInTheDocument();
  await expect
    .element(
      screen.getByText(
        'Panels: 32 of 64 principal axes of the common frame, 96.0 % of the variance. Bars: a separate alignment of these two tables.',
      ),
    )
    .toBeVisible();
  // The mouse of a test before may stand over the map.
  (map.element() as HTMLElement).focus();
  await userEvent.keyboard('{Home}');
  await expect
    .element(map)
    .toHaveAttribute(
      'aria-valuetext',
      expect.stringContaining('A-LSTM − A-CNN 0.000, 1 − cosine 0.75'),
    );
  await userEvent.click(screen.getByRole('radio', { name: 'B − A-LSTM' }));
  (map.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowDown}');
  await expect
    .element(map)
    .toHaveAttribute('aria-valuetext', expect.stringContaining('1 − cosine 0.20'));
  await userEvent.click(screen.getByRole('radio', { name: 'B − A-CNN' }));
  await expect
    .element(map)
    .toHaveAttribute('aria-valuetext', expect.stringContaining('1 − cosine not aligned'));
});

it('leads from one disagreement to the next, the largest first', async () => {
  const { bridge, screen } = await open();
  await userEvent.click(screen.getByRole('button', { name: 'Next disagreement' }));
  await expect.element(screen.getByRole('button', { name: 'Disagreement 1 of 2' })).toBeVisible();
  expect(window.location.hash).toContain('split=test&row=7');
  await userEvent.click(screen.getByRole('button', { name: 'Disagreement 1 of 2' }));
  await expect.element(screen.getByRole('button', { name: 'Disagreement 2 of 2' })).toBeVisible();
  expect(window.location.hash).toContain('row=3');
  expect(bridge.inputsOf('runs.compare')).toEqual([{ runIds: ['a', 'b'] }]);
});

it('says what each word of the sentence does to what the runs say', async () => {
  const { bridge, screen } = await open();
  await userEvent.click(screen.getByRole('button', { name: 'Show what each word does' }));
  await expect
    .poll(() => screen.container.querySelector('[aria-description="word0 +0.250"]'))
    .not.toBeNull();
  expect(bridge.inputsOf('runs.occlusion').map(({ runId, source }) => [runId, source])).toEqual(
    ['a', 'b'].map((runId) => [runId, { kind: 'review', split: 'train', row: 0 }]),
  );
});

describe('aligned', () => {
  it('has its numbers in the inspector, and the raw ones beside', async () => {
    const { screen } = await open();
    await userEvent.click(screen.getByRole('radio', { name: 'Aligned' }));
    const numbers = screen.getByRole('radiogroup', { name: 'Numbers' });
    await expect.element(numbers).toBeVisible();
    const values = screen.getByRole('table', { name: 'Values of word0' });
    await expect.element(values.getByRole('row', { name: /^Axis 1 / })).toBeVisible();
    await expect
      .element(values.getByRole('columnheader', { name: 'A-LSTM − A-CNN' }))
      .toBeVisible();
    // The second word is unknown to the first table: no numbers are made up for it.
    (screen.getByRole('slider', { name: /^Aligned embedding/ }).element() as HTMLElement).focus();
    await userEvent.keyboard('{Home}{ArrowDown}');
    const other = screen.getByRole('table', { name: 'Values of word1' });
    await expect
      .element(other.getByRole('row', { name: /^Length – [\d.]+ [\d.]+ –$/ }))
      .toBeVisible();
    await userEvent.keyboard('{Home}');
    await userEvent.click(numbers.getByRole('radio', { name: 'Raw values' }));
    const list = screen.getByRole('region', { name: 'Values of word0' }).element();
    list.scrollTop = list.scrollHeight;
    await expect.element(values.getByRole('row', { name: /^Axis 300 / })).toBeVisible();
    expect(list.querySelectorAll('tbody tr').length).toBeLessThan(60);
    await expect.element(screen.getByText(/compare rows only after alignment/)).toBeVisible();
  });

  it('has the noise floor as a line at the bars, where seeds give one', async () => {
    const floor = {
      within: tableFigures(0.6),
      across: tableFigures(0.4),
      withinPairs: 2,
      acrossPairs: 2,
      isAtChance: false,
    };
    const { screen } = await open(
      buildDiff({
        pairs: buildDiff().pairs.map((pair) =>
          buildPair({ ...pair, floor, floorGap: null, notes: [] }),
        ),
      }),
    );
    await userEvent.click(screen.getByRole('radio', { name: 'Aligned' }));
    const dashed = 'Dashed line: 0.40, the mean difference between two seeds of one variant';
    await expect
      .poll(() => screen.container.querySelector(`[aria-description*="${dashed}"]`))
      .not.toBeNull();
  });

  it('says how far the tables agree and what a transplant has shown, and calls differences noise near chance', async () => {
    const of = (heldOutCosine: number | null) => ({ ...tableFigures(0.6), heldOutCosine });
    const pairs = buildDiff().pairs.map((pair, index) =>
      buildPair({ ...pair, figures: of([0.021, 0.31, 0.83][index]!), chance: of(-0.004) }),
    );
    const pass = { accuracy: 0.8, loss: 0.4, flips: 400, flipsFromAligned: 10 };
    const transplant: Transplant = {
      ...{
        diffId: 'diff1',
        donor: 0,
        receiver: 2,
        createdAt: '',
        reviews: 1000,
        wordsMoved: 4,
        seconds: 1,
        notes: [],
      },
      wordsKept: { count: 0, words: [] },
      passes: {
        own: pass,
        aligned: pass,
        raw: { ...pass, accuracy: 0.5 },
        untrained: { ...pass, accuracy: 0.5 },
      },
      controls: [
        { ...pass, kind: 'directions', k: 1 },
        { ...pass, kind: 'directions', k: 24 },
        { ...pass, kind: 'randomRotation', seed: 1, accuracy: 0.5, flipsFromAligned: 400 },
      ],
    };
    const { screen } = await open(buildDiff({ pairs }), alignedSentenceOf, null, {
      'transplants.list': () => [transplant],
    });
    await userEvent.click(screen.getByRole('radio', { name: 'Aligned' }));
    const answer = screen.getByRole('region', { name: 'What the comparison found' });
    await expect
      .element(answer.getByRole('heading'))
      .toHaveTextContent(
        'A-LSTM and B are more alike than by chance. A-CNN and A-LSTM are hardly more alike than by chance.',
      );
    await expect
      .element(
        answer.getByRole('img', { name: 'A-CNN and A-LSTM: similarity 0.02, by chance 0.00.' }),
      )
      .toBeVisible();
    const noise = screen.getByText(
      'Most differences between single rows of A-CNN and A-LSTM are noise.',
    );
    await expect.element(noise).toBeVisible();
    await expect.element(screen.getByText('0.02', { exact: true }).first()).toBeVisible();
    await expect.element(screen.getByText('chance 0.00').first()).toBeVisible();
    await userEvent.click(screen.getByRole('radio', { name: 'B − A-CNN' }));
    await expect
      .element(
        answer.getByText(
          'But the model of B gains as much from the aligned table as from its own.',
        ),
      )
      .toBeVisible();
    await expect.element(screen.getByText(/mostly noise/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: 'B − A-LSTM' }));
    await expect.element(screen.getByText('0.83', { exact: true }).first()).toBeVisible();
    await expect
      .element(answer.getByRole('img', { name: 'A-LSTM and B: similarity 0.83, by chance 0.00.' }))
      .toBeVisible();
  });

  it('can be cancelled while the tables are compared, and started again', async () => {
    let job = buildDiffJob({ progress: { phase: 'comparing', done: 0.25, total: 1 } });
    const { screen } = await open(buildDiff(), alignedSentenceOf, null, {
      'diffs.start': () => job,
      'jobs.list': () => [job],
      'jobs.cancel': () => (job = { ...job, state: 'cancelled' }),
    });
    await userEvent.click(screen.getByRole('radio', { name: 'Aligned' }));
    await expect
      .element(screen.getByRole('progressbar', { name: 'Comparing the tables' }))
      .toHaveAttribute('aria-valuenow', '25');
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await expect.element(screen.getByText(/^The comparison was cancelled\./)).toBeVisible();
    job = { ...finished, jobId: 'job2' };
    await userEvent.click(screen.getByRole('button', { name: 'Compare', exact: true }));
    await expect.element(screen.getByRole('slider', { name: /^Aligned embedding/ })).toBeVisible();
  });

  it('is saved under the names of runs and epochs: all axes as numbers, a picture that says what it is', async () => {
    const files: { name: string; blob: Promise<string> }[] = [];
    const create = vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      files.push({ name: '', blob: (blob as Blob).text() });
      return 'blob:none';
    });
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      const file = files.at(-1);
      if (file !== undefined) file.name = this.download;
    });
    const { bridge, screen } = await open();
    await userEvent.click(screen.getByRole('radio', { name: 'Aligned' }));
    await userEvent.click(screen.getByRole('button', { name: 'CSV' }));
    await expect.poll(() => files.length).toBe(1);
    expect(bridge.inputsOf('diffs.sentence').at(-1)).toMatchObject({ axes: 'all' });
    expect(files[0]?.name).toBe('train review 0 aligned A seed 1 cnn lstm e2 B seed 1 e2.csv');
    const [head = '', first = ''] = (await files[0]!.blob).split('\r\n');
    expect(head).toMatch(/^position,word,id,kind,A-CNN 1 \(common frame\),/);
    expect(head).toContain('B − A-LSTM 32 (common frame)');
    expect(head).toContain(
      '"1 − cosine, A-CNN, B (rotation between these two)","held-out cosine, A-CNN, B","chance level, A-CNN, B"',
    );
    expect(first.split(',')).toHaveLength(4 + 6 * 32 + 9);
    await userEvent.click(
      screen.getByRole('button', { name: /^Aligned embedding of the sentence.*options$/ }),
    );
    await userEvent.click(screen.getByRole('menuitem', { name: 'Save as SVG' }));
    await expect.poll(() => files.length).toBe(2);
    expect(files[1]?.name).toBe('train review 0 aligned A seed 1 cnn lstm e2 B seed 1 e2.svg');
    const svg = await files[1]!.blob;
    for (const said of [
      'train review 0',
      'A-CNN: A seed 1, cnn, epoch 2',
      '32 of 64 principal axes',
      'held-out cosine 0.60',
      '99th percentile, all tables',
      '+0.90',
      '+0.60',
    ])
      expect(svg).toContain(said);
    create.mockRestore();
    click.mockRestore();
  });

  it('of unknown words only says so, hatched and without a number', async () => {
    const unknown: typeof alignedSentenceOf = (input) => {
      const sentence = alignedSentenceOf(input);
      const tokens = sentence.tokens.map((token) => ({
        ...token,
        kind: 'oov' as const,
        isKnown: [false, false, false],
        cosines: [null, null, null],
      }));
      return {
        ...sentence,
        tokens,
        notes: ['None of these words is in the compared vocabularies.'],
      };
    };
    const { screen } = await open(buildDiff(), unknown);
    await userEvent.click(screen.getByRole('radio', { name: 'Aligned' }));
    await expect
      .element(screen.getByText('None of these words is in the compared vocabularies.'))
      .toBeVisible();
    const map = screen.getByRole('slider', { name: /^Aligned embedding/ });
    await expect
      .element(map)
      .toHaveAttribute('aria-valuetext', expect.stringContaining('1 − cosine not aligned'));
    expect(map.element().getAttribute('aria-valuetext')).not.toMatch(/\d\.\d/);
    expect(document.body.textContent).not.toContain('NaN');
  });

  it('of a diverged run gives its reason instead of a picture', async () => {
    const reason =
      'The table of "B" at epoch 2 holds numbers that are not finite: the run diverged.';
    const { screen } = await open(buildDiff(), alignedSentenceOf, reason);
    await userEvent.click(screen.getByRole('radio', { name: 'Aligned' }));
    await expect.element(screen.getByText(reason)).toBeVisible();
    await expect
      .element(screen.getByRole('slider', { name: /embedding/i }))
      .not.toBeInTheDocument();
  });
});

it('keeps frame and scale of the best epochs while the epoch moves, and the epoch in the address', async () => {
  const { bridge, screen } = await open();
  await userEvent.click(screen.getByRole('radio', { name: 'Aligned' }));
  await expect
    .element(screen.getByRole('slider', { name: 'Aligned embedding of the sentence by token' }))
    .toBeVisible();
  await userEvent.keyboard('[[');
  await expect
    .poll(() => bridge.inputsOf('diffs.sentence').at(-1))
    .toMatchObject({ diffId: 'diff1', epoch: 1 });
  expect(bridge.inputsOf('diffs.start')).toHaveLength(1);
  expect(window.location.hash).toContain('epoch=1');
});
