import { beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { RunSummary } from '#contract/run.ts';
import { resolveConfig } from '#core/config/run-config.ts';

import App from '../../App.svelte';
import { buildRun } from '../../testing/build-run.ts';
import { assumed, buildDataset, datasetAnswers, probed } from '../../testing/dataset.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

beforeEach(async () => {
  await page.viewport(1280, 800);
  window.location.hash = '#/new-run';
  localStorage.clear();
});

async function openForm(answers: Parameters<typeof scriptedBridge>[0] = {}) {
  const bridge = scriptedBridge({
    'datasets.list': () => [buildDataset()],
    ...datasetAnswers,
    'runs.start': () => [],
    ...answers,
  });
  const screen = await render(App, { bridge });
  await expect.element(screen.getByText(/^At most: 91.6 % fit, 84 lose their start/)).toBeVisible();
  return { bridge, screen };
}

describe('a wrong field', () => {
  it('is told when it is left, then with every key, and can be jumped to', async () => {
    const { screen } = await openForm();
    const batch = screen.getByRole('textbox', { name: 'Batch' });
    await userEvent.fill(batch, '0');
    await expect
      .element(screen.getByText('Use a whole number from 1 to 4,096.'))
      .not.toBeInTheDocument();
    await userEvent.tab();
    await expect.element(screen.getByText('Use a whole number from 1 to 4,096.')).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'Start run' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: '1 to fix' }));
    await expect.element(batch).toHaveFocus();
    await userEvent.fill(batch, '32');
    await expect
      .element(screen.getByText('Use a whole number from 1 to 4,096.'))
      .not.toBeInTheDocument();
    await expect.element(screen.getByRole('button', { name: 'Start run' })).toBeEnabled();
  });
});

it('says that there is no such run to copy', async () => {
  window.location.hash = '#/new-run?from=zzz';
  const { screen } = await openForm({ 'runs.list': () => [] });
  await expect
    .element(screen.getByText('There is no run "zzz" to copy: the form stays as it was.'))
    .toBeVisible();
  expect(window.location.hash).toBe('#/new-run');
});

describe('the embeddings that are kept', () => {
  it('are of all epochs, of one in n, or of the ends', async () => {
    const { bridge, screen } = await openForm();
    const kept = screen.getByRole('radiogroup', { name: 'Keep embeddings' });
    await expect.element(kept.getByRole('radio', { name: 'All' })).toBeChecked();
    await userEvent.click(kept.getByRole('radio', { name: '1 of n' }));
    const every = screen.getByRole('textbox', { name: 'Of how many epochs one is kept' });
    await expect.element(every).toHaveValue('5');
    await expect.element(screen.getByText(/^Epochs 0, 5, 10 …, best and last/)).toBeVisible();
    await userEvent.fill(every, '0');
    await userEvent.tab();
    await expect
      .element(screen.getByText('Use a whole number from 1 to 10,000, or every, or ends.'))
      .toBeVisible();
    await userEvent.fill(every, '3');
    await userEvent.click(screen.getByRole('button', { name: 'Start run' }));
    expect(bridge.inputsOf('runs.start')).toMatchObject([{ configs: [{ snapshots: 3 }] }]);
  });
});

describe('the data that is chosen', () => {
  const counts = { count: 200, positive: 100 };
  const own = buildDataset({
    datasetId: 'd00000000002',
    name: 'Split',
    splits: { train: counts, test: counts, validation: counts },
  });

  it('is validated on its own split, unless somebody says otherwise', async () => {
    const { screen } = await openForm({ 'datasets.list': () => [own, buildDataset()] });
    const validation = screen.getByRole('radiogroup', { name: 'Validate on' });
    await expect.element(validation.getByRole('radio', { name: 'Own split' })).toBeChecked();
    await expect.element(screen.getByText('No changes')).toBeVisible();
    await userEvent.click(screen.getByRole('combobox', { name: 'Dataset' }));
    await userEvent.click(screen.getByRole('option', { name: /^Reviews/ }));
    await expect.element(validation.getByRole('radio', { name: 'Hold out' })).toBeChecked();
    await expect
      .element(screen.getByRole('textbox', { name: 'Share of train held out' }))
      .toHaveValue('0.2');
  });

  it('says what speaks against it, the gravest first', async () => {
    const finding = (
      kind: 'split' | 'copies' | 'empty' | 'oneClass' | 'givenAway' | 'lengths',
      count: number,
    ) => ({ kind, text: '', count });
    const findings = [
      finding('split', 0),
      finding('empty', 3),
      finding('copies', 1200),
      finding('oneClass', 0),
      finding('lengths', 0),
      ...['tape', 'dvd'].map((word) => ({ ...finding('givenAway', 8), word })),
    ];
    const { screen } = await openForm({ 'datasets.list': () => [buildDataset({ findings })] });
    const warnings = screen.getByRole('list', { name: 'Warnings of the dataset' });
    await expect
      .element(warnings)
      .toHaveTextContent(
        'Only one class A word gives the label away: tape, dvd Copies of training reviews: 1,200',
      );
    await expect
      .element(screen.getByRole('link', { name: '2 more in Data' }))
      .toHaveAttribute('href', '#/data');
  });
});

describe('what the run will take', () => {
  it('can be measured, and says where its figures come from', async () => {
    let hasProbed = false;
    const { screen } = await openForm({
      'runs.estimate': () => (hasProbed ? probed : assumed),
      'runs.probe': () => {
        hasProbed = true;
        return probed;
      },
    });
    await expect.element(screen.getByText("assumed from this machine's cores")).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Measure' }));
    await expect.element(screen.getByText('measured on this machine')).toBeVisible();
    await expect.element(screen.getByText('41 s', { exact: true })).toBeVisible();
  });

  it('says why it cannot be measured now', async () => {
    const message = '"long" is training: measure when it is done.';
    const { screen } = await openForm({ 'runs.probe': () => ({ kind: 'inUse', message }) });
    await userEvent.click(screen.getByRole('button', { name: 'Measure' }));
    await expect.element(screen.getByText(message)).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'Measure' })).toBeEnabled();
  });
});

describe('more than the machine has', () => {
  it('is only started when somebody says so', async () => {
    const { bridge, screen } = await openForm({
      'runs.estimate': () => ({ ...assumed, peakMemoryBytes: 816e9, machineMemoryBytes: 25e9 }),
    });
    const start = screen.getByRole('button', { name: 'Start run' });
    await expect.element(start).toBeDisabled();
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'It does not fit in memory: start anyway' }),
    );
    await userEvent.click(start);
    await expect.poll(() => bridge.inputsOf('runs.start')).toHaveLength(1);
  });
});

describe('a draft', () => {
  it('is there again after a reload', async () => {
    const first = await openForm();
    await userEvent.click(first.screen.getByRole('radio', { name: /Embedding only/ }));
    await userEvent.fill(first.screen.getByRole('textbox', { name: 'Hidden units' }), '64');
    await userEvent.fill(first.screen.getByRole('textbox', { name: 'how many' }), '3');
    await userEvent.fill(first.screen.getByRole('textbox', { name: 'Too small to matter' }), '0.5');
    await first.screen.unmount();
    const { bridge, screen } = await openForm();
    await expect.element(screen.getByRole('textbox', { name: 'Hidden units' })).toHaveValue('64');
    await userEvent.click(screen.getByRole('button', { name: 'Start 6 runs' }));
    await expect.poll(() => bridge.inputsOf('runs.start')).toMatchObject([{ marginPoints: 0.5 }]);
    const configs = bridge.inputsOf('runs.start')[0]?.configs ?? [];
    expect(
      configs.map(({ embedding, convPadding, cnnHead, seed }) => [
        embedding,
        convPadding,
        cnnHead,
        seed,
      ]),
    ).toEqual(
      [1, 2, 3].flatMap((seed) => [
        ['separate', 'same', 'none', seed],
        ['shared', 'same', 'none', seed],
      ]),
    );
  });
});

describe('the settings of a run', () => {
  it('are found by its name', async () => {
    const { screen } = await openForm({
      'runs.list': () => [
        buildRun({ runId: 'r1', name: 'first' }),
        buildRun({ runId: 'r2', name: 'second' }),
      ],
    });
    await userEvent.click(screen.getByRole('button', { name: 'Load from run' }));
    await userEvent.fill(screen.getByRole('searchbox', { name: /Find by name/ }), 'sec');
    await expect.element(screen.getByRole('button', { name: /first/ })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /second/ }));
    await expect.element(screen.getByText('Settings of second loaded.')).toBeVisible();
  });
});

describe('what differs from the preset', () => {
  it('is counted, marked and set back', async () => {
    const { screen } = await openForm();
    await userEvent.fill(screen.getByRole('textbox', { name: 'Hidden units' }), '64');
    await expect.element(screen.getByText('1 change')).toBeVisible();
    await userEvent.click(
      screen.getByRole('button', {
        name: 'Hidden units differs from the preset. Set it back to 128.',
      }),
    );
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

describe('the weights of another run', () => {
  const source = buildRun({
    runId: 'abc',
    state: 'diverged',
    dataset: buildDataset().datasetId,
    datasetHash: buildDataset().contentHash,
  });
  const line = /^Starts from the weights of A seed 1 after epoch 7\.$/;

  async function openStarted(more: Partial<RunSummary> = {}) {
    window.location.hash = '#/new-run?from=abc&startFrom=abc@7&learningRate=0.0005';
    const bridge = scriptedBridge({
      'datasets.list': () => [buildDataset()],
      ...datasetAnswers,
      'runs.list': () => [{ ...source, ...more }],
      'runs.curves': () => [],
      'runs.start': () => [],
    });
    const screen = await render(App, { bridge });
    await expect.element(screen.getByText(line)).toBeVisible();
    return { bridge, screen };
  }

  it('are sent with the run, and count as a change', async () => {
    const { bridge, screen } = await openStarted();
    await expect.element(screen.getByText('2 changes')).toBeVisible();
    await expect.element(screen.getByText(/^Order and dropout follow it\./)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Start run' }));
    await expect
      .poll(() => bridge.inputsOf('runs.start')[0]?.configs)
      .toMatchObject([{ startFrom: 'abc@7', learningRate: 0.0005 }]);
  });

  it.each(['Start from new weights', 'Reset'])('are given up by "%s"', async (name) => {
    const { bridge, screen } = await openStarted();
    await userEvent.click(screen.getByRole('button', { name }));
    await expect.element(screen.getByText(line)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Start run' }));
    await expect
      .poll(() => bridge.inputsOf('runs.start')[0]?.configs)
      .toMatchObject([{ startFrom: 'none' }]);
  });

  it('are given up with the settings they came with', async () => {
    const { screen } = await openStarted();
    await userEvent.click(screen.getByRole('radio', { name: 'Defaults' }));
    await expect.element(screen.getByText(line)).not.toBeInTheDocument();
    await expect.element(screen.getByText('No changes')).toBeVisible();
  });

  it('refuse fields of another size, by the field', async () => {
    const { screen } = await openStarted();
    const units = screen.getByRole('textbox', { name: 'Hidden units' });
    await userEvent.fill(units, '64');
    await userEvent.tab();
    await expect
      .element(screen.getByText('The weights it starts from need 128 here.'))
      .toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'Start run' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: /^Hidden units differs/ }));
    await expect.element(screen.getByRole('button', { name: 'Start run' })).toBeEnabled();
  });

  it('refuse another variant where its factors are, and a pair as a whole', async () => {
    const { screen } = await openStarted();
    await userEvent.click(screen.getByRole('radio', { name: /Shared one embedding/ }));
    await expect
      .element(screen.getByText('The weights it starts from need separate here.'))
      .toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: '2 to fix' }));
    await expect.element(screen.getByRole('radio', { name: 'Shared', exact: true })).toHaveFocus();
    await userEvent.click(screen.getByRole('radio', { name: /A \+ B pair/ }));
    await expect
      .element(screen.getByText(/^These weights fit one model, not all of a pair or grid\./))
      .toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: '1 to fix' }));
    const remove = screen.getByRole('button', { name: 'Start from new weights' });
    await expect.element(remove).toHaveFocus();
    await userEvent.click(remove);
    await expect.element(screen.getByRole('button', { name: 'Start 2 runs' })).toBeEnabled();
  });

  it('refuse another dataset', async () => {
    const { screen } = await openStarted({ datasetHash: 'other', datasetName: 'IMDB' });
    await expect.element(screen.getByText(/^They belong to the words of IMDB\./)).toBeVisible();
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
    expect(
      configs.map((config) =>
        config.ok ? [config.config.variant, config.config.seed] : config.errors,
      ),
    ).toEqual([
      ['A', 1],
      ['B', 1],
    ]);
  });

  it('sends the planned looks, where the seeds allow them', async () => {
    const { bridge, screen } = await openForm();
    await userEvent.click(screen.getByRole('radio', { name: /A \+ B pair/ }));
    // Five seeds cannot be looked at at equal steps.
    await userEvent.fill(screen.getByRole('textbox', { name: 'how many' }), '5');
    await expect
      .element(screen.getByRole('combobox', { name: 'Look at the verdict' }))
      .not.toBeInTheDocument();
    await userEvent.fill(screen.getByRole('textbox', { name: 'how many' }), '6');
    await userEvent.click(screen.getByRole('combobox', { name: 'Look at the verdict' }));
    await userEvent.click(screen.getByRole('option', { name: '3 times, every 2 pairs' }));
    await userEvent.click(screen.getByRole('button', { name: 'Start 12 runs' }));
    await expect.poll(() => bridge.inputsOf('runs.start')).toMatchObject([{ looks: 3 }]);
  });
});
