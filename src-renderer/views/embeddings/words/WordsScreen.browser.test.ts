import { beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { Diff } from '#contract/embedding-diff.ts';
import type { CallOutput } from '#contract/index.ts';
import type { JobOf } from '#contract/jobs.ts';

import App from '../../../App.svelte';
import {
  buildDiff,
  buildDiffJob,
  buildDiffWord,
  buildPair,
  tableFigures,
  wordFigures,
} from '../../../testing/build-diff.ts';
import { buildRun } from '../../../testing/build-run.ts';
import { scriptedBridge } from '../../../testing/scripted-bridge.ts';

import '../../../styles/index.css';

const a = buildRun({ runId: 'a', experimentId: 'e' });
const b = buildRun({ runId: 'b', variant: 'B', experimentId: 'e' });
const total = 3000;

beforeEach(async () => {
  // One column: the list has a height of its own, whatever it is mounted in.
  await page.viewport(900, 800);
  window.location.hash = '#/embeddings?view=words';
});

type Script = Readonly<{
  diff?: Diff;
  start?: () => CallOutput<'diffs.start'> | { kind: 'invalid'; message: string };
  word?: typeof buildDiffWord;
  drift?: () =>
    CallOutput<'embeddings.drift'> | Promise<never> | { kind: 'cancelled'; message: string };
}>;

async function open({ diff = buildDiff(), start, word = buildDiffWord, drift }: Script = {}) {
  let jobs: JobOf<'diff'>[] = [];
  const rows = Array.from({ length: total }, (_, row) => word(row));
  const bridge = scriptedBridge({
    'runs.list': () => [b, a],
    'embeddings.list': ({ runId }) =>
      (runId === 'a' ? (['cnn', 'lstm'] as const) : (['shared'] as const)).flatMap((branch) =>
        [0, 1, 2].map((epoch) => ({
          snapshotId: `${runId}${branch}${epoch}`,
          runId,
          branch,
          epoch,
          rows: 5000,
          dims: 64,
        })),
      ),
    'outsideTables.list': () => [],
    'diffs.start': start ?? (() => buildDiffJob({ state: 'finished' })),
    'diffs.get': () => diff,
    'jobs.list': () => jobs,
    'jobs.cancel': () => (jobs = [buildDiffJob({ state: 'cancelled' })])[0]!,
    'diffs.words': ({ offset = 0, count = 100, search = '', only }) => {
      const found = rows.filter(
        (row) => row.word.includes(search) && only?.includes(row.word) !== false,
      );
      return { total: found.length, rows: found.slice(offset, offset + count) };
    },
    'diffs.columns': ({ pair = 0, measure = 'alignedCosine' }) => ({
      words: rows.map((row) => row.word),
      counts: rows.map((row) => row.count),
      values: rows.map((row) => row.pairs[pair]?.[measure] ?? null),
      excess: null,
    }),
    'diffs.epochs': () => [
      [0, 1, 2, 3],
      [0, 1, 2, 3],
      [0, 1, 2],
    ],
    'diffs.list': () => [diff],
    'diffs.remove': () => undefined,
    'diffs.restore': () => undefined,
    'diffs.projection': ({ epoch }) => ({
      words: rows.map((row) => row.word),
      shares: [0.4, 0.2],
      tables: [0, 1, 2].map((table) =>
        floats(rows.flatMap((_, row) => [Math.sin(row + table), Math.cos(row * 1.7)])),
      ),
      epochs: [epoch ?? 2, epoch ?? 2, epoch ?? 2],
    }),
    'diffs.trajectories': ({ words }) => ({
      words,
      tables: [0, 1, 2].map(() => ({
        epochs: [0, 1, 2],
        values: floats(words.flatMap(() => [0, 0, 0.5, 0.5, 1, 1])),
      })),
    }),
    'diffs.neighbourChanges': ({ word: of, epoch = 2 }) => ({
      word: of,
      k: 10,
      tables: [0, 1, 2].map(() => ({
        epoch,
        before: epoch - 1,
        stayed: [{ word: 'steadfast', similarity: 0.9 }],
        entered: [{ word: 'newcomer', similarity: 0.8 }],
        left: [{ word: 'leaver', similarity: 0.1 }],
      })),
    }),
    'embeddings.drift':
      drift ??
      (() => [
        { epoch: 0, step: null, ckaToFirst: 1, ckaToLast: 0.2 },
        { epoch: 1, step: 0.4, ckaToFirst: 0.5, ckaToLast: 0.7 },
        { epoch: 2, step: 0.2, ckaToFirst: 0.2, ckaToLast: 1 },
      ]),
    'embeddings.cancelDrift': () => undefined,
    'diffs.neighbours': ({ word: of }) => ({
      word: of,
      tables: [
        [
          { word: 'everywhere', similarity: 0.9, tables: [0, 1, 2] },
          { word: 'cnnish', similarity: 0.8, tables: [0] },
        ],
        [{ word: 'everywhere', similarity: 0.9, tables: [0, 1, 2] }],
        [
          { word: 'everywhere', similarity: 0.9, tables: [0, 1, 2] },
          { word: 'sharedish', similarity: 0.7, tables: [2] },
        ],
      ],
    }),
  });
  return { bridge, screen: await render(App, { bridge }) };
}

const floats = (values: readonly number[]): string =>
  btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(values.slice(0, 9000)).buffer)));

type Opened = Awaited<ReturnType<typeof open>>;

async function compared(script: Script = {}): Promise<Opened> {
  const opened = await open(script);
  await userEvent.click(opened.screen.getByRole('button', { name: 'Compare', exact: true }));
  await expect.element(opened.screen.getByRole('grid', { name: 'Ranked words' })).toBeVisible();
  return opened;
}

it('compares both tables of A and that of B unless others are chosen', async () => {
  const { bridge } = await compared();
  expect(bridge.inputsOf('diffs.start')[0]).toEqual({
    tables: [
      { kind: 'run', runId: 'a', branch: 'cnn' },
      { kind: 'run', runId: 'a', branch: 'lstm' },
      { kind: 'run', runId: 'b', branch: 'shared' },
    ],
    subject: 'table',
    centring: 'mean',
    isKept: false,
  });
  // What somebody asks for is kept.
  expect(bridge.inputsOf('diffs.start').at(-1)).toMatchObject({ isKept: true });
  expect(window.location.hash).toContain('diff=diff1');
});

it('shows how far it is, and cancels', async () => {
  const { bridge, screen } = await open({
    start: () => buildDiffJob({ progress: { phase: 'comparing', done: 0.4, total: 1 } }),
  });
  await expect
    .element(screen.getByRole('progressbar', { name: 'Comparing the tables' }))
    .toHaveAttribute('aria-valuenow', '40');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(bridge.inputsOf('jobs.cancel')).toEqual([{ jobId: 'job1' }]);
  await expect
    .element(
      screen.getByText('The comparison was cancelled. No data is lost. You can start it again.'),
    )
    .toBeVisible();
});

it('says in a sentence why tables cannot be compared', async () => {
  const { screen } = await open({
    start: () => ({ kind: 'invalid', message: 'The vocabularies hardly overlap.' }),
  });
  await userEvent.click(screen.getByRole('button', { name: 'Compare', exact: true }));
  await expect.element(screen.getByText('The vocabularies hardly overlap.')).toBeVisible();
});

describe('words', () => {
  it('are thousands, of which a few dozen are drawn; arrows walk through them', async () => {
    const { screen } = await compared();
    const grid = screen.getByRole('grid', { name: 'Ranked words' });
    await expect.element(grid).toHaveAttribute('aria-rowcount', String(total + 1));
    await expect.element(screen.getByRole('row', { name: /^word1 / })).toBeVisible();
    expect(grid.element().querySelectorAll('tbody tr').length).toBeLessThan(60);
    (grid.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await expect
      .element(screen.getByRole('row', { name: /^word2 / }))
      .toHaveAttribute('aria-selected', 'true');
    await userEvent.keyboard('{End}');
    await expect.element(screen.getByRole('row', { name: /^word2999 / })).toBeVisible();
  });

  it('say whose table B sides with, by the measure they are sorted by', async () => {
    const { screen } = await compared();
    await expect.element(screen.getByRole('row', { name: /^word0 .* LSTM 0\.50$/ })).toBeVisible();
  });

  it('have undefined figures, never NaN', async () => {
    const { screen } = await compared({
      word: (row) =>
        buildDiffWord(
          row,
          row === 0 ? { pairs: [0, 1, 2].map(() => ({ ...wordFigures(null), floor: null })) } : {},
        ),
    });
    await expect
      .element(screen.getByRole('row', { name: /^word0 100,000 undefined/ }))
      .toBeVisible();
    expect(document.body.textContent).not.toContain('NaN');
  });

  it('are sorted by a measure from its head', async () => {
    const { bridge, screen } = await compared();
    await userEvent.click(screen.getByRole('button', { name: 'k 50' }));
    await expect
      .poll(() => bridge.inputsOf('diffs.words').at(-1))
      .toMatchObject({ measure: 'jaccard50', order: 'change' });
    expect(bridge.inputsOf('diffs.columns').at(-1)).toMatchObject({ measure: 'jaccard50' });
  });

  it('have neighbours in common, and in one table only', async () => {
    const { screen } = await compared();
    await userEvent.click(screen.getByRole('row', { name: /^word0 / }));
    await expect.element(screen.getByRole('radio', { name: 'Word', exact: true })).toBeChecked();
    await expect
      .element(screen.getByRole('heading', { name: 'Neighbours in common 1' }))
      .toBeVisible();
    await expect.element(screen.getByRole('heading', { name: 'Only in A-CNN 1' })).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'sharedish' })).toBeVisible();
  });
});

describe('the noise floor', () => {
  it('is missing with one seed: a badge, and the next seed to queue', async () => {
    const { screen } = await compared();
    await expect.element(screen.getByText('one seed, exploratory')).toBeVisible();
    await expect
      .element(screen.getByRole('link', { name: 'Queue seed 2' }))
      .toHaveAttribute('href', '#/new-run?from=a&seed=2');
  });

  it('stands beside every figure where there are seeds', async () => {
    const sides: [ReturnType<typeof tableFigures>, ReturnType<typeof tableFigures>] = [
      tableFigures(0.7),
      tableFigures(0.9),
    ];
    const floor = {
      within: tableFigures(0.8),
      sides,
      across: tableFigures(0.7),
      withinPairs: 2,
      acrossPairs: 2,
      isAtChance: false,
    };
    const pairs = buildDiff().pairs.map((pair) =>
      buildPair({ ...pair, floor, floorGap: null, notes: [] }),
    );
    const { screen } = await compared({
      diff: buildDiff({ pairs }),
      word: (row) => {
        const word = buildDiffWord(row);
        return {
          ...word,
          pairs: word.pairs.map((pair) => ({
            ...pair,
            floor: { within: wordFigures(0.8), across: wordFigures(0.5) },
          })),
        };
      },
    });
    await expect
      .element(screen.getByRole('row', { name: 'CKA, debiased 0.600 0.10 0.700 0.900 0.700' }))
      .toBeVisible();
    await expect
      .element(screen.getByRole('row', { name: /^word0 .* 0\.80 0\.50 0\.30 LSTM/ }))
      .toBeVisible();
    // The order is that of what is beyond the seeds', not of the plain measure.
    const sorted = screen.getByRole('grid').getByRole('columnheader').elements();
    expect(
      sorted.flatMap((head) =>
        head.ariaSort === 'none' || head.ariaSort === null ? [] : [head.textContent.trim()],
      ),
    ).toEqual(['Variants − seeds ▾']);
    await expect.element(screen.getByText('one seed, exploratory')).not.toBeInTheDocument();
  });
});

describe('the ranking', () => {
  const floor = {
    within: tableFigures(0.8),
    across: tableFigures(0.7),
    withinPairs: 12,
    acrossPairs: 12,
    isAtChance: false,
  };
  const withReliability = (mean: number) => {
    const of = { mean, least: mean - 0.1, most: mean + 0.1 };
    const measures = {
      alignedCosine: of,
      alignedL2: of,
      jaccard10: of,
      jaccard50: of,
      jaccard250: null,
      secondOrder: of,
    };
    const rankingReliability = { seeds: [4, 4] as [number, number], splits: 3, measures };
    return buildDiff({
      pairs: buildDiff().pairs.map((pair) =>
        buildPair({ ...pair, floor, floorGap: null, notes: [], rankingReliability }),
      ),
    });
  };

  it('is grey where two halves of the seeds do not repeat it, and says so', async () => {
    const { screen } = await compared({ diff: withReliability(0.02) });
    await expect
      .element(
        screen.getByText(
          /^This ranking is not reliable: two halves .* correlation of only 0\.02 \(range −0\.08 to 0\.12\)\. The ranking orders words by their change/,
        ),
      )
      .toBeVisible();
    await expect
      .element(screen.getByText(/Words are grey because the ranking is not reliable/))
      .toBeVisible();
    expect(
      screen.getByRole('row', { name: /^word0 / }).element().parentElement?.className,
    ).toContain('is-unreliable');
  });

  it('says how reliable it is where it is', async () => {
    const { screen } = await compared({ diff: withReliability(0.62) });
    await expect.element(screen.getByText('0.62 (0.52 to 0.72)')).toBeVisible();
    expect(
      screen.getByRole('row', { name: /^word0 / }).element().parentElement?.className,
    ).not.toContain('is-unreliable');
  });

  it('is exploratory with fewer than four seeds, and unchecked in a comparison of an earlier version', async () => {
    const pairs = buildDiff().pairs.map((pair) =>
      buildPair({ ...pair, floor, floorGap: null, rankingReliability: null }),
    );
    const { screen } = await compared({ diff: buildDiff({ pairs }) });
    await expect.element(screen.getByText(/This ranking is exploratory/)).toBeVisible();
    await expect.element(screen.getByRole('link', { name: 'Queue seed 2' })).toBeVisible();
  });
});

describe('projections', () => {
  const cursorOf = ({ screen }: Opened, table: string) =>
    screen.getByRole('slider', { name: new RegExp(`^${table}\\. axis 2 `) });

  async function projected(): Promise<Opened> {
    const opened = await compared();
    await userEvent.click(opened.screen.getByRole('radio', { name: 'Projection' }));
    await expect.element(cursorOf(opened, 'A-CNN')).toBeVisible();
    return opened;
  }

  it('share one cursor, and say what their axes hold', async () => {
    const opened = await projected();
    await expect
      .element(opened.screen.getByText(/axis 1 \(40\.0 % of the variance\)/))
      .toBeVisible();
    await expect
      .element(opened.screen.getByText(/The chart shows all 3,000 ranked words/))
      .toBeVisible();
    (cursorOf(opened, 'A-CNN').element() as HTMLElement).focus();
    await userEvent.keyboard('{Home}{ArrowRight}');
    const said = cursorOf(opened, 'A-CNN').element().getAttribute('aria-valuetext') ?? '';
    const word = said.split(':')[0] ?? '';
    expect(word).toMatch(/^word/);
    await expect
      .element(cursorOf(opened, 'B'))
      .toHaveAttribute('aria-valuetext', expect.stringMatching(new RegExp(`^${word}:`)) as string);
  });

  it('select words, which narrows the ranked ones, by keys as well', async () => {
    const opened = await projected();
    (cursorOf(opened, 'B').element() as HTMLElement).focus();
    await userEvent.keyboard('{Home} {ArrowRight} ');
    await expect.element(opened.screen.getByRole('button', { name: '2 selected' })).toBeVisible();
    await expect
      .element(opened.screen.getByRole('grid', { name: 'Ranked words' }))
      .toHaveAttribute('aria-rowcount', '3');
    await userEvent.keyboard('{Escape}');
    await expect
      .element(opened.screen.getByRole('grid', { name: 'Ranked words' }))
      .toHaveAttribute('aria-rowcount', String(total + 1));
  });

  it('mark what is sought', async () => {
    const { screen } = await projected();
    await userEvent.fill(screen.getByRole('textbox', { name: 'Find a word' }), 'word299');
    await expect
      .element(screen.getByRole('heading', { name: '11 words with "word299"' }))
      .toBeVisible();
  });
});

describe('over time', () => {
  async function overTime(script: Script = {}): Promise<Opened> {
    const opened = await compared(script);
    await userEvent.click(opened.screen.getByRole('radio', { name: 'Training history' }));
    return opened;
  }

  it('one slider moves every panel, and figures are those of its epoch', async () => {
    const { bridge, screen } = await overTime();
    await expect
      .element(screen.getByRole('slider', { name: 'Epoch', exact: true }))
      .toHaveAttribute('aria-valuetext', '2 of 2');
    await userEvent.keyboard('[[');
    await expect.poll(() => bridge.inputsOf('diffs.projection').at(-1)).toMatchObject({ epoch: 1 });
    await expect
      .poll(() =>
        bridge
          .inputsOf('diffs.start')
          .at(-1)
          ?.tables.map((table) => (table.kind === 'run' ? table.epoch : null)),
      )
      .toEqual([1, 1, 1]);
    expect(window.location.hash).toContain('epoch=1');
    await expect.element(screen.getByText(/^Comparing epoch 1/)).not.toBeInTheDocument();
    expect(bridge.inputsOf('diffs.start').at(-1)?.isKept).toBe(false);
    await userEvent.click(screen.getByRole('button', { name: 'Back to the compared epoch' }));
    expect(window.location.hash).not.toContain('epoch=');
  });

  it('says that it is calculating, and can be cancelled', async () => {
    const { bridge, screen } = await overTime({ drift: () => new Promise(() => {}) });
    await expect
      .element(screen.getByText('Calculating the change of each table over the epochs'))
      .toBeVisible();
    const wait = screen.getByRole('status').filter({ hasText: 'Calculating' });
    await userEvent.click(wait.getByRole('button', { name: 'Cancel' }));
    expect(bridge.inputsOf('embeddings.cancelDrift')).toEqual([
      { runId: 'a', branch: 'cnn' },
      { runId: 'a', branch: 'lstm' },
      { runId: 'b', branch: 'shared' },
    ]);
  });

  it('says so where the way over the epochs was cancelled', async () => {
    let isCancelled = true;
    const { screen } = await overTime({
      drift: () =>
        isCancelled
          ? { kind: 'cancelled', message: 'It was cancelled.' }
          : [{ epoch: 0, step: null, ckaToFirst: 1, ckaToLast: 1 }],
    });
    await expect
      .element(screen.getByText('The calculation of the training history was cancelled.'))
      .toBeVisible();
    isCancelled = false;
    await userEvent.click(screen.getByRole('button', { name: 'Calculate' }));
    await expect.element(screen.getByText(/was not calculated/)).not.toBeInTheDocument();
  });

  it('draws the ways of followed words, and names who came near', async () => {
    const { bridge, screen } = await overTime();
    await expect.element(screen.getByText('CKA with the first epoch')).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'newcomer' }).first()).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'leaver' }).first()).toBeVisible();
    await userEvent.fill(screen.getByRole('textbox', { name: 'Follow a word' }), 'Word7');
    await userEvent.click(screen.getByRole('button', { name: 'Follow', exact: true }));
    await expect.poll(() => bridge.inputsOf('diffs.trajectories').at(-1)?.words).toEqual(['word7']);
    await userEvent.click(screen.getByRole('button', { name: 'Stop following word7' }));
    await expect
      .element(screen.getByRole('button', { name: 'Stop following word7' }))
      .not.toBeInTheDocument();
  });
});

describe('saved comparisons', () => {
  it('are opened as they were, and removed until it is undone', async () => {
    const { bridge, screen } = await open();
    await userEvent.click(screen.getByRole('button', { name: 'Saved' }));
    const row = screen.getByRole('row', { name: /A-CNN, A-LSTM, B/ });
    await expect.element(row.getByText('10, 50, 250')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Remove A-CNN, A-LSTM, B' }));
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(bridge.inputsOf('diffs.restore')).toEqual([{ diffId: 'diff1' }]);
    await userEvent.click(screen.getByRole('button', { name: 'A-CNN, A-LSTM, B', exact: true }));
    await expect.element(screen.getByRole('grid', { name: 'Ranked words' })).toBeVisible();
    expect(window.location.hash).toContain('diff=diff1');
  });
});
