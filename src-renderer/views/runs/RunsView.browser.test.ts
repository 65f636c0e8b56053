import { beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { CallInput } from '#contract/index.ts';
import type { RunSummary } from '#contract/run.ts';
import { defaultSettings, type Settings } from '#contract/settings.ts';

import App from '../../App.svelte';
import { buildEpoch, buildRun } from '../../testing/build-run.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

const a = buildRun({ runId: 'a', experimentId: 'e', createdAt: '2026-02-03T10:00:00Z' });
const b = buildRun({
  runId: 'b',
  variant: 'B',
  experimentId: 'e',
  createdAt: '2026-02-03T10:00:01Z',
  best: buildEpoch({ testAccuracy: 0.8702, valAccuracy: 0.874 }),
});

beforeEach(async () => {
  await page.viewport(1280, 800);
  localStorage.clear();
  window.location.hash = '#/runs';
});

async function open(start: readonly RunSummary[], runMarks: Settings['runMarks'] = null) {
  let runs = [...start].reverse();
  let trash: RunSummary[] = [];
  const curves = ({ runIds, fromSteps = {} }: CallInput<'runs.curves'>) =>
    runIds.map((runId) => {
      const epochs = [1, 2, 3].filter((epoch) => epoch * 10 >= (fromSteps[runId] ?? 0));
      return {
        runId,
        epochs,
        steps: epochs.map((epoch) => epoch * 10),
        seconds: epochs.map((epoch) => epoch * 60),
        values: epochs.map((epoch) => 0.5 / epoch),
        smoothed: [],
        totalPoints: epochs.length,
      };
    });
  const bridge = scriptedBridge({
    'settings.get': () => ({ ...defaultSettings, runMarks }),
    'runs.list': ({ isTrash }) => (isTrash === true ? trash : runs),
    'runs.curves': curves,
    'runs.compare': () => ({ kind: 'invalid', message: 'Not here.' }),
    'experiments.judge': () => ({ kind: 'invalid', message: 'Not here.' }),
    'runs.log': () => [
      { at: '2026-02-03T10:00:00Z', level: 'info', text: 'Training on 20,000 reviews.' },
    ],
    'runs.favourite': ({ runIds, isFavourite }) => {
      runs = runs.map((run) => (runIds.includes(run.runId) ? { ...run, isFavourite } : run));
      bridge.emit('runs.changed', { runId: runIds[0] });
      return runs.filter((run) => runIds.includes(run.runId));
    },
    'runs.remove': ({ runIds }) => {
      trash = [...trash, ...runs.filter((run) => runIds.includes(run.runId))];
      runs = runs.filter((run) => !runIds.includes(run.runId));
      bridge.emit('runs.changed', { runId: runIds[0] });
      return { runIds };
    },
    'runs.restore': ({ runIds }) => {
      runs = [...runs, ...trash.filter((run) => runIds.includes(run.runId))];
      trash = trash.filter((run) => !runIds.includes(run.runId));
      bridge.emit('runs.changed', { runId: runIds[0] });
      return { runIds };
    },
    'runs.rename': ({ runId, name }) => {
      runs = runs.map((run) => (run.runId === runId ? { ...run, name } : run));
      bridge.emit('runs.changed', { runId });
      return runs.find((run) => run.runId === runId) ?? a;
    },
  });
  const screen = await render(App, { bridge });
  return { bridge, screen };
}

describe('the table', () => {
  it('groups a pair, and compares with the pinned run by the goal with a hollow triangle', async () => {
    const { screen } = await open([a, b]);
    await expect.element(screen.getByRole('button', { name: /^Pair/ })).toBeVisible();
    await expect.element(screen.getByRole('columnheader', { name: /none pinned/ })).toBeVisible();
    await userEvent.click(screen.getByRole('row', { name: /87\.00/ }));
    await userEvent.keyboard('p');
    const row = screen.getByRole('row', { name: /87\.40/ });
    await expect.poll(() => row.element().textContent).toMatch(/\+0\.46 pt\s+△/);
    expect(screen.getByRole('row', { name: /87\.00/ }).element().textContent).toContain('baseline');
    await expect.element(screen.getByRole('columnheader', { name: /vs pinned/ })).toBeVisible();
  });

  it('pins no run that is still queued', async () => {
    const { screen } = await open([a, { ...b, state: 'queued', best: null, last: null }]);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Draw B seed 1' }));
    await userEvent.keyboard('{ArrowDown}p');
    await expect
      .element(screen.getByText('Only a run that has stopped and has a result can be pinned.'))
      .toBeVisible();
    await expect.element(screen.getByRole('columnheader', { name: /none pinned/ })).toBeVisible();
  });

  it('says which runs Compare takes: the selected ones, else the drawn ones', async () => {
    const c = { ...a, runId: 'c', name: 'pilot', createdAt: '2026-02-03T10:00:02Z' };
    const { screen } = await open([a, b, c]);
    await expect.element(screen.getByRole('button', { name: 'Compare 3 drawn' })).toBeEnabled();
    await userEvent.click(screen.getByRole('row', { name: /87\.40/ }));
    await userEvent.keyboard('x');
    await expect.element(screen.getByRole('button', { name: 'Compare 1 selected' })).toBeDisabled();
    await userEvent.keyboard('jx');
    await userEvent.click(screen.getByRole('button', { name: 'Compare 2 selected' }));
    await expect.poll(() => window.location.hash).toBe('#/compare?runs=b,c');
    window.location.hash = '#/runs';
    await userEvent.click(screen.getByRole('button', { name: 'Select none' }));
    await expect.element(screen.getByRole('button', { name: 'Compare 3 drawn' })).toBeVisible();
    await userEvent.keyboard('4');
    await expect.poll(() => window.location.hash).toBe('#/compare');
    await expect.element(screen.getByRole('button', { name: 'Leave out pilot' })).toBeVisible();
  });

  it('has a menu on the right button, about the row under it', async () => {
    const { screen } = await open([a, b]);
    await userEvent.click(screen.getByRole('row', { name: /87\.40/ }), { button: 'right' });
    await userEvent.click(screen.getByRole('menuitem', { name: /^Pin/ }));
    await expect
      .poll(() => screen.getByRole('row', { name: /87\.40/ }).element().textContent)
      .toContain('baseline');
    await expect.poll(() => document.activeElement?.textContent).toContain('87.40');
  });

  it('shows tags on the row', async () => {
    const { screen } = await open([{ ...a, tags: ['pilot', 'long', 'x', 'y'] }]);
    const chips = '[aria-description="Tags: pilot, long, x, y"] > *';
    await expect
      .poll(() => [...screen.container.querySelectorAll(chips)].map((chip) => chip.textContent))
      .toEqual(['pilot', 'long', '+2']);
  });

  it('draws again what was drawn before a restart', async () => {
    const { screen } = await open([a, b], { drawn: ['b'], pinned: 'b' });
    await expect.element(screen.getByRole('checkbox', { name: 'Draw A seed 1' })).not.toBeChecked();
    await expect.element(screen.getByRole('checkbox', { name: 'Draw B seed 1' })).toBeChecked();
    expect(screen.getByRole('row', { name: /87\.40/ }).element().textContent).toContain('baseline');
  });

  it('is worked by keys: J, Space draws, X selects, C compares', async () => {
    const { screen } = await open([a, b]);
    const drawn = screen.getByRole('checkbox', { name: 'Draw A seed 1' });
    await expect.element(drawn).toBeChecked();
    await userEvent.keyboard('k');
    await userEvent.keyboard(' ');
    await expect.element(drawn).not.toBeChecked();
    await userEvent.keyboard(' x');
    await expect.element(screen.getByText('1 selected', { exact: true })).toBeVisible();
    await userEvent.keyboard('{Escape}c');
    await expect.poll(() => window.location.hash).toBe('#/compare?runs=a,b');
  });

  it('filters by words and settings, and says when nothing is left', async () => {
    const { screen } = await open([a, b]);
    await expect.element(screen.getByRole('row', { name: /87\.00/ })).toBeVisible();
    await userEvent.keyboard('/');
    await userEvent.keyboard('embedding:shared');
    await expect.element(screen.getByRole('row', { name: /87\.00/ })).not.toBeInTheDocument();
    await expect.element(screen.getByRole('row', { name: /87\.40/ })).toBeVisible();
    await userEvent.keyboard('x');
    await userEvent.click(screen.getByRole('button', { name: 'Clear the filter' }));
    await expect.element(screen.getByRole('row', { name: /87\.00/ })).toBeVisible();
  });
});

it('explains filters, and tries an example', async () => {
  const { screen } = await open([a, b]);
  await userEvent.click(screen.getByRole('button', { name: 'How to filter' }));
  await userEvent.click(
    screen
      .getByRole('dialog', { name: 'How to filter' })
      .getByRole('button', { name: 'learningRate>0.004' }),
  );
  await expect
    .element(screen.getByRole('searchbox', { name: 'Filter runs' }))
    .toHaveValue('learningRate>0.004');
  await expect.element(screen.getByText('No run matches "learningRate>0.004".')).toBeVisible();
});

it('tells its keys on a question mark', async () => {
  const { screen } = await open([a]);
  await expect.element(screen.getByRole('row', { name: /87\.00/ })).toBeVisible();
  await userEvent.keyboard('?');
  await expect
    .element(
      screen
        .getByRole('dialog', { name: 'Keys' })
        .getByText('Compare the selected runs, or the drawn ones'),
    )
    .toBeVisible();
});

describe('acts', () => {
  it('delete at once, and Ctrl Z brings back', async () => {
    const { screen } = await open([a, b]);
    await userEvent.click(screen.getByRole('row', { name: /87\.40/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    await expect.element(screen.getByText('B seed 1 moved to trash.')).toBeVisible();
    await expect.element(screen.getByRole('row', { name: /87\.40/ })).not.toBeInTheDocument();
    await userEvent.keyboard('{Control>}z{/Control}');
    await expect.element(screen.getByRole('row', { name: /87\.40/ })).toBeVisible();
    await expect.element(screen.getByRole('checkbox', { name: 'Draw B seed 1' })).toBeChecked();
    await expect.poll(() => document.activeElement?.textContent).toContain('87.40');
  });

  it('favour those that are none yet, and Ctrl Z takes it from these alone', async () => {
    const { bridge, screen } = await open([{ ...a, isFavourite: true }, b]);
    await userEvent.click(screen.getByRole('row', { name: /87\.40/ }));
    await userEvent.keyboard('{Control>}a{/Control}s');
    await expect.element(screen.getByText('1 run added to favourites.')).toBeVisible();
    await userEvent.keyboard('{Control>}z{/Control}');
    await expect
      .poll(() => bridge.inputsOf('runs.favourite'))
      .toEqual([
        { runIds: ['b'], isFavourite: true },
        { runIds: ['b'], isFavourite: false },
      ]);
  });

  it('restore from the trash', async () => {
    const { screen } = await open([a, b]);
    await userEvent.click(screen.getByRole('row', { name: /87\.40/ }));
    await userEvent.keyboard('{Delete}');
    await userEvent.click(screen.getByRole('link', { name: 'Trash' }));
    await userEvent.click(screen.getByRole('button', { name: 'Restore B seed 1' }));
    await expect.element(screen.getByText('The trash is empty.')).toBeVisible();
  });

  it('rename in place', async () => {
    const { bridge, screen } = await open([a]);
    await userEvent.click(screen.getByRole('row', { name: /87\.00/ }));
    await userEvent.keyboard('{F2}');
    await userEvent.fill(screen.getByRole('textbox', { name: 'New name of A seed 1' }), 'pilot');
    await userEvent.keyboard('{Enter}');
    await expect.element(screen.getByRole('gridcell', { name: 'pilot' })).toBeVisible();
    expect(bridge.inputsOf('runs.rename')).toEqual([{ runId: 'a', name: 'pilot' }]);
  });

  it('say why a run diverged and what to do', async () => {
    const relu = buildRun({
      runId: 'r',
      state: 'diverged',
      reason:
        'The loss became NaN at step 812. Epoch 1, the last good one, is kept. Try tanh, or half the learning rate.',
      config: { lstmActivation: 'relu' },
    });
    const { screen } = await open([relu]);
    await expect.element(screen.getByText(relu.reason ?? '', { exact: true })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Change and start again' }));
    await expect.poll(() => window.location.hash).toMatch(/^#\/new-run/);
  });
});

describe('a diverged run', () => {
  async function openFocused(override: Parameters<typeof buildRun>[0]) {
    const run = buildRun({
      runId: 'r',
      state: 'diverged',
      reason: 'The loss became NaN.',
      ...override,
    });
    const { screen } = await open([run]);
    await expect
      .element(screen.getByRole('button', { name: 'Change and start again' }))
      .toBeVisible();
    return screen;
  }
  const opened = () => decodeURIComponent(window.location.hash);

  it('offers its last good epoch with half the rate, or clipped gradients', async () => {
    const screen = await openFocused({ config: { learningRate: 0.003 } });
    await userEvent.click(screen.getByRole('button', { name: 'From epoch 7, half the rate' }));
    await expect
      .element(screen.getByText('Starts from the weights of A rate 0.003 seed 1 after epoch 7.'))
      .toBeVisible();
    await expect
      .element(screen.getByRole('textbox', { name: 'Learning rate' }))
      .toHaveValue('0.0015');
    await expect.element(screen.getByText('2 changes')).toBeVisible();
    window.location.hash = '#/runs';
    await userEvent.click(screen.getByRole('button', { name: 'From epoch 7, clip gradients' }));
    await expect
      .element(screen.getByRole('textbox', { name: 'Clip gradients at' }))
      .toHaveValue('1');
    await expect
      .element(screen.getByRole('textbox', { name: 'Learning rate' }))
      .toHaveValue('0.003');
    await expect.poll(opened).toBe('#/new-run');
  });

  it('without a complete epoch only starts again', async () => {
    const screen = await openFocused({ best: null, last: null, epochCount: 0 });
    expect(screen.getByRole('button', { name: /^From epoch/ }).elements()).toEqual([]);
  });

  it('that clipped its gradients already is not offered to clip them less', async () => {
    const screen = await openFocused({ config: { clipNorm: 0.5 } });
    await expect
      .element(screen.getByRole('button', { name: 'From epoch 7, half the rate' }))
      .toBeVisible();
    expect(screen.getByRole('button', { name: /clip gradients$/ }).elements()).toEqual([]);
  });
});

describe('curves', () => {
  it('are read along the axis by keys', async () => {
    const { screen } = await open([a, b]);
    const cursor = screen.getByRole('slider', {
      name: 'Validation loss: read values along the axis',
    });
    await expect.element(screen.getByText('0 of 6 points left out')).toBeVisible();
    (cursor.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    await expect
      .element(cursor)
      .toHaveAttribute('aria-valuetext', expect.stringContaining('B seed 1 0.2500'));
  });

  it('ask for new points only, and only of the run that has them', async () => {
    const { bridge, screen } = await open([a, { ...b, state: 'running' }]);
    await expect.element(screen.getByText('0 of 6 points left out')).toBeVisible();
    const before = bridge.inputsOf('runs.curves').length;
    for (let i = 0; i < 20; i++) bridge.emit('metrics.appended', { runId: 'b' });
    // They are gathered for a second, as long as a poll waits by itself.
    await expect
      .poll(() => bridge.inputsOf('runs.curves').length, { timeout: 10_000 })
      .toBeGreaterThan(before);
    const asked = bridge.inputsOf('runs.curves').slice(before);
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(asked.every(({ runIds }) => runIds.join() === 'b')).toBe(true);
  });

  it('stand as a table, too', async () => {
    const { screen } = await open([a]);
    await userEvent.click(screen.getByRole('button', { name: 'Validation loss: options' }));
    await userEvent.click(screen.getByRole('menuitem', { name: 'Show as table' }));
    await expect.element(screen.getByRole('cell', { name: '0.2500' })).toBeVisible();
  });
});

it('without runs says how to start one', async () => {
  const { screen } = await open([]);
  await expect
    .element(screen.getByText('No runs yet. Start one, or import a bundle.'))
    .toBeVisible();
  await userEvent.click(screen.getByRole('link', { name: 'Start a run' }));
  await expect.poll(() => window.location.hash).toBe('#/new-run');
});
