import { beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { Dataset, Finding } from '#contract/dataset.ts';
import type { JobOf } from '#contract/jobs.ts';

import App from '../../App.svelte';
import {
  buildDataset,
  buildExport,
  buildImport,
  buildPreview,
  datasetAnswers,
} from '../../testing/dataset.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

beforeEach(async () => {
  await page.viewport(1280, 800);
  window.location.hash = '#/data';
});

it('says what to do first where there is no data', async () => {
  const screen = await render(App, { bridge: scriptedBridge() });
  await expect
    .element(screen.getByText('No data yet. Import reviews, or start with the built-in sample.'))
    .toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Use the sample' })).toBeVisible();
});

it('removes a dataset at once and brings it back with Ctrl Z', async () => {
  let datasets: Dataset[] = [buildDataset()];
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => datasets,
    'datasets.remove': () => {
      datasets = [];
      return { runIds: [] };
    },
    'datasets.restore': () => {
      datasets = [buildDataset()];
      return buildDataset();
    },
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'More for Reviews' }));
  await userEvent.click(screen.getByRole('menuitem', { name: 'Remove' }));
  await expect.element(screen.getByText('Reviews moved to trash.')).toBeVisible();
  await expect.element(screen.getByText(/No data yet/)).toBeVisible();
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.element(screen.getByRole('button', { name: /Reviews 1,000 train/ })).toBeVisible();
  expect(bridge.inputsOf('datasets.restore')).toEqual([{ datasetId: 'd00000000001' }]);
});

it('renames a dataset where its name stands, and back with Ctrl Z', async () => {
  let name = 'Reviews';
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset({ name })],
    'datasets.rename': (wanted) => {
      ({ name } = wanted);
      return buildDataset({ name });
    },
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'More for Reviews' }));
  await userEvent.click(screen.getByRole('menuitem', { name: 'Rename' }));
  const field = screen.getByRole('textbox', { name: 'New name of Reviews' });
  await expect.element(field).toHaveFocus();
  await userEvent.keyboard('Films{Enter}');
  const films = screen.getByRole('button', { name: /^Films 1,000 train/ });
  await expect.element(films).toHaveFocus();
  await expect.element(screen.getByText('Renamed to Films.')).toBeVisible();
  await userEvent.keyboard('{F2}Other{Escape}');
  await expect.element(field).not.toBeInTheDocument();
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.element(screen.getByRole('button', { name: /^Reviews 1,000 train/ })).toBeVisible();
  expect(bridge.inputsOf('datasets.rename').map((input) => input.name)).toEqual([
    'Films',
    'Reviews',
  ]);
});

it('shows a refused import under the path and keeps what was typed', async () => {
  const bridge = scriptedBridge({
    'datasets.preview': () => ({
      kind: 'notFound',
      message: '/nowhere does not exist. Check the path.',
      field: 'path',
    }),
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'Import', exact: true }));
  const path = screen.getByRole('textbox', { name: 'File or folder' });
  await expect.element(path).toHaveFocus();
  await userEvent.fill(path, '/nowhere');
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByText('/nowhere does not exist. Check the path.')).toBeVisible();
  await expect.element(path).toHaveValue('/nowhere');
  expect(bridge.inputsOf('datasets.startImport')).toEqual([]);
});

it('tells when the connection is lost and asks again when it is back', async () => {
  const bridge = scriptedBridge();
  const screen = await render(App, { bridge });
  await expect.element(screen.getByText('All changes saved')).toBeVisible();
  bridge.connection('lost');
  await expect.element(screen.getByText(/Not connected to Twofold/)).toBeVisible();
  const before = bridge.inputsOf('runs.list').length;
  bridge.connection('open');
  await expect.poll(() => bridge.inputsOf('runs.list').length).toBeGreaterThan(before);
  await expect.element(screen.getByText(/Not connected to Twofold/)).not.toBeInTheDocument();
});

describe('what an import noticed', () => {
  const copies: Finding = {
    kind: 'copies',
    text: '2 of the 400 test reviews are exact copies of training reviews: a model may just remember them.',
    count: 2,
    rows: [
      { split: 'test', row: 7 },
      { split: 'test', row: 31 },
    ],
  };
  const dataset = buildDataset({ findings: [copies], warnings: [copies.text] });

  it('opens a review and the one that it repeats, page by page', async () => {
    const all = Array.from({ length: 45 }, (_, row) => ({
      split: 'test' as const,
      row,
      label: 1,
      of: { split: 'train' as const, row: 100 + row, label: row === 31 ? 0 : 1 },
    }));
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [dataset],
      'datasets.findingRows': ({ offset, count }) => ({
        total: all.length,
        rows: all.slice(offset, offset + count),
      }),
    });
    const screen = await render(App, { bridge });
    await userEvent.click(screen.getByRole('button', { name: 'Show the reviews' }));
    const rows = screen.getByRole('list', { name: 'Reviews: Copies of training reviews' });
    await expect.poll(() => rows.getByRole('listitem').elements().length).toBe(20);
    await userEvent.click(screen.getByRole('button', { name: 'Show 25 more' }));
    await expect
      .element(screen.getByRole('button', { name: 'train review 130', exact: true }))
      .toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'test review 31, positive' }));
    await expect
      .poll(() => bridge.inputsOf('datasets.samples').at(-1))
      .toMatchObject({ split: 'test', offset: 31 });
    await userEvent.click(screen.getByRole('button', { name: 'train review 131, negative' }));
    await expect
      .poll(() => bridge.inputsOf('datasets.samples').at(-1))
      .toMatchObject({ split: 'train', offset: 131 });
    await expect.element(screen.getByRole('radio', { name: 'Train' })).toBeChecked();
    expect(
      bridge.inputsOf('datasets.findingRows').map(({ split, offset }) => [split, offset]),
    ).toEqual([
      ['test', 0],
      ['test', 20],
    ]);
  });

  it('says so where an older version kept the first reviews only', async () => {
    const many = buildDataset({ findings: [{ ...copies, count: 90 }] });
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [many],
      'datasets.findingRows': () => ({
        total: 1,
        rows: [{ split: 'test', row: 7, label: 0, of: null }],
      }),
    });
    const screen = await render(App, { bridge });
    await userEvent.click(screen.getByRole('button', { name: 'Show the reviews' }));
    await expect.element(screen.getByText(/^Only the first one is known/)).toBeVisible();
  });

  it('is the same text with both labels, which another import leaves out', async () => {
    const both: Finding = {
      kind: 'contradictions',
      text: '2 reviews have the same words and both labels.',
      count: 2,
    };
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [buildDataset({ format: 'csv', findings: [both] })],
      'datasets.origin': () => ({ request: { path: '/data/reviews.csv' }, reading: null }),
      'datasets.preview': () =>
        buildPreview({ warnings: ['With these labels all 10 rows are positive.'] }),
    });
    const screen = await render(App, { bridge });
    await userEvent.click(screen.getByRole('button', { name: 'Import again without them' }));
    await expect
      .element(screen.getByRole('checkbox', { name: 'Texts with both labels' }))
      .toBeChecked();
    await expect
      .element(screen.getByText('With these labels all 10 rows are positive.'))
      .toBeVisible();
  });

  it('is a guessed encoding or tags in the texts, which another import reads otherwise', async () => {
    const guessed: Finding = { kind: 'encoding', text: 'It was read as Windows-1252.', count: 0 };
    const tags: Finding = { kind: 'html', text: '9 of 10 texts hold HTML tags.', count: 9 };
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [buildDataset({ format: 'csv', findings: [guessed, tags] })],
      'datasets.origin': () => ({ request: { path: '/data/reviews.csv' }, reading: null }),
      'datasets.preview': () => buildPreview(),
    });
    const screen = await render(App, { bridge });
    await userEvent.click(
      screen.getByRole('button', { name: 'Import again with another encoding' }),
    );
    await expect.element(screen.getByText('Encoding', { exact: true })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await userEvent.click(screen.getByRole('button', { name: 'Import again with HTML stripped' }));
    await expect.element(screen.getByRole('checkbox', { name: 'Strip HTML' })).toBeChecked();
  });

  it('is a word that gives the label away, which can be read where it stands', async () => {
    const leak: Finding = {
      kind: 'givenAway',
      text: 'The word "leak" gives the label away.',
      count: 100,
      word: 'leak',
    };
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [buildDataset({ findings: [leak] })],
    });
    const screen = await render(App, { bridge });
    await userEvent.click(screen.getByRole('button', { name: 'Find it in the reviews' }));
    await expect
      .element(screen.getByRole('searchbox', { name: 'Find in the reviews' }))
      .toHaveValue('leak');
    await expect
      .poll(() => bridge.inputsOf('datasets.samples').at(-1))
      .toMatchObject({ split: 'train', offset: 0, search: 'leak' });
  });

  it('is a word that gives the label away, whose reviews another import leaves out', async () => {
    const leak: Finding = {
      kind: 'givenAway',
      text: '2 words give the label away.',
      count: 0,
      words: [
        { word: 'leak', count: 100, label: 'positive' },
        { word: 'ten', count: 60, label: 'negative' },
      ],
    };
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [buildDataset({ format: 'csv', findings: [leak] })],
      'datasets.origin': () => ({ request: { path: '/data/reviews.csv' }, reading: null }),
      'datasets.preview': () => buildPreview(),
      'datasets.startImport': () => buildImport({ jobId: 'i2' }),
    });
    const screen = await render(App, { bridge });
    await expect.element(screen.getByRole('button', { name: 'Find "ten"' })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Import again without them' }));
    await expect
      .element(screen.getByRole('checkbox', { name: 'Reviews with the word "leak"' }))
      .toBeChecked();
    const second = screen.getByRole('checkbox', { name: 'Reviews with the word "ten"' });
    await expect.element(second).toBeChecked();
    await userEvent.click(second);
    await userEvent.click(
      screen.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }),
    );
    await expect
      .poll(() => bridge.inputsOf('datasets.startImport'))
      .toEqual([{ path: '/data/reviews.csv', name: 'Reviews, cleaned', dropWords: ['leak'] }]);
  });

  it('is a split of one class, which a drawn split mends', async () => {
    const oneClass: Finding = {
      kind: 'oneClass',
      text: 'All 400 test reviews are positive.',
      count: 400,
    };
    const table = buildDataset({ format: 'csv', findings: [oneClass] });
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [table],
      'datasets.origin': () => ({ request: { path: '/data/reviews.csv' }, reading: null }),
      'datasets.preview': () => buildPreview(),
    });
    const screen = await render(App, { bridge });
    await userEvent.click(screen.getByRole('button', { name: 'Import again with drawn splits' }));
    await expect
      .poll(() => bridge.inputsOf('datasets.preview').at(-1))
      .toEqual({ path: '/data/reviews.csv', splitColumn: null });
  });

  it('is left out by importing the same file again, as it was imported', async () => {
    const request = { path: '/data/reviews.csv', threshold: 4, drop: ['empty' as const] };
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [dataset],
      'datasets.origin': () => ({ request, reading: null }),
      'datasets.preview': () => buildPreview(),
      'datasets.startImport': () => buildImport({ jobId: 'i2' }),
    });
    const screen = await render(App, { bridge });
    await userEvent.click(screen.getByRole('button', { name: 'Import again without them' }));
    await expect
      .element(screen.getByRole('textbox', { name: 'File or folder' }))
      .toHaveValue('/data/reviews.csv');
    await expect
      .element(screen.getByRole('checkbox', { name: 'Later copies of a review' }))
      .toBeChecked();
    await userEvent.click(
      screen.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }),
    );
    await expect
      .poll(() => bridge.inputsOf('datasets.startImport'))
      .toEqual([{ ...request, name: 'Reviews, cleaned', drop: ['empty', 'duplicates'] }]);
  });

  it('asks for the file where nobody knows it any more', async () => {
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [dataset],
    });
    const screen = await render(App, { bridge });
    await userEvent.click(screen.getByRole('button', { name: 'Import again without them' }));
    await expect
      .element(
        screen.getByText(
          'Choose the file of Reviews once more: where it was is not known. The dataset that is there stays as it is.',
        ),
      )
      .toBeVisible();
    await expect.element(screen.getByRole('textbox', { name: 'File or folder' })).toHaveValue('');
  });
});

it('searches in the texts: busy first, then how many hold it, with each place marked', async () => {
  let answer: () => void = () => undefined;
  const text = 'A dull film. Dull, dull!';
  const row = {
    split: 'train' as const,
    row: 41,
    label: 0,
    rating: null,
    text,
    length: 6,
    padCount: 0,
    tokens: [],
  };
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset()],
    'datasets.samples': async ({ search }) => {
      if (search !== undefined) await new Promise<void>((resolve) => (answer = resolve));
      return { total: search === undefined ? 1000 : 12, rows: [row] };
    },
  });
  const screen = await render(App, { bridge });
  await userEvent.fill(screen.getByRole('searchbox', { name: 'Find in the reviews' }), 'dull');
  await expect.element(screen.getByRole('progressbar', { name: 'Searching' })).toBeInTheDocument();
  answer();
  await expect
    .element(screen.getByText('12 of 1,000 train reviews hold it · 3 times in this one'))
    .toBeVisible();
  expect(screen.container.querySelectorAll('mark')).toHaveLength(3);
  await expect.element(screen.getByText(/^train review 41 · /)).toBeVisible();
  await userEvent.keyboard('{Enter}');
  await expect
    .poll(() => bridge.inputsOf('datasets.samples').at(-1))
    .toMatchObject({ offset: 1, search: 'dull' });
  answer();
});

it('goes to the trash, gives a dataset back and leaves it by Esc', async () => {
  const gone = buildDataset({
    datasetId: 'gone',
    name: 'Old reviews',
    deletedAt: '2026-02-04T10:00:00.000Z',
  });
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': ({ isTrash }) => [isTrash === true ? gone : buildDataset()],
    'datasets.restore': () => gone,
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('link', { name: 'Trash' }));
  await expect.element(screen.getByText('1 dataset, 1.0 MB; kept for 30 days')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Restore Old reviews' }));
  await expect.element(screen.getByText('Old reviews is back.')).toBeVisible();
  expect(bridge.inputsOf('datasets.restore')).toEqual([{ datasetId: 'gone' }]);
  await userEvent.keyboard('{Escape}');
  await expect.element(screen.getByRole('slider', { name: 'Review length' })).toBeVisible();
});

it('sorts the vocabulary from either end of the log-odds, shown in standard errors', async () => {
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset()],
    'datasets.vocabulary': () => ({
      total: 1,
      rows: [{ word: 'dull', rank: 40, count: 90, logOdds: -1.386, zScore: -13.9 }],
    }),
  });
  const screen = await render(App, { bridge });
  await expect.element(screen.getByRole('cell', { name: '−13.9' })).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Log-odds' }));
  await expect
    .poll(() => bridge.inputsOf('datasets.vocabulary').at(-1))
    .toMatchObject({ order: 'positive' });
  await userEvent.click(screen.getByRole('button', { name: 'Log-odds' }));
  await expect
    .poll(() => bridge.inputsOf('datasets.vocabulary').at(-1))
    .toMatchObject({ order: 'negative' });
  await userEvent.click(screen.getByRole('button', { name: 'Count' }));
  await expect
    .poll(() => bridge.inputsOf('datasets.vocabulary').at(-1))
    .toEqual({
      datasetId: 'd00000000001',
      offset: 0,
      count: 200,
      order: 'frequent',
    });
});

it('draws of a long vocabulary what is in view, and fetches the rest as it is scrolled to', async () => {
  const total = 80_000;
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset({ vocabularySize: total })],
    'datasets.vocabulary': ({ offset, count }) => ({
      total,
      rows: Array.from({ length: count }, (_, index) => ({
        word: `w${offset + index + 1}`,
        rank: offset + index + 1,
        count: 5,
        logOdds: 0,
        zScore: 0,
      })),
    }),
  });
  const screen = await render(App, { bridge });
  const table = screen.getByRole('table', { name: 'Vocabulary', exact: true });
  await expect.element(table.getByRole('rowheader', { name: 'w1', exact: true })).toBeVisible();
  expect(table.getByRole('rowheader').elements().length).toBeLessThan(100);
  table.element().closest('section')?.querySelector('.foot')?.scrollIntoView();
  await expect.element(table.getByRole('rowheader', { name: 'w80000', exact: true })).toBeVisible();
  expect(table.getByRole('rowheader').elements().length).toBeLessThan(100);
  await userEvent.click(table.getByRole('button', { name: 'Count' }));
  await expect.element(table.getByRole('rowheader', { name: 'w1', exact: true })).toBeVisible();
});

it('says which share of the tokens a typed vocabulary size leaves out', async () => {
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset()],
    'datasets.unknown': ({ numWords }) =>
      numWords.map((size) => ({ numWords: size, percent: size === 3000 ? 8.25 : 4.1 })),
  });
  const screen = await render(App, { bridge });
  await expect.element(screen.getByText('words: 4.1 % of tokens unknown')).toBeVisible();
  await userEvent.fill(screen.getByRole('textbox', { name: 'Vocabulary size' }), '3000');
  await expect.element(screen.getByText('words: 8.3 % of tokens unknown')).toBeVisible();
});

it('asks for the time of an epoch at the length that is dragged', async () => {
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset()],
    'runs.estimate': ({ config }) => ({
      ...datasetAnswers['runs.estimate'](),
      secondsPerEpoch: Number(config.maxLength) / 10,
    }),
  });
  const screen = await render(App, { bridge });
  await expect.element(screen.getByText('about 50 s an epoch')).toBeVisible();
  screen.getByRole('slider', { name: 'Review length' }).element().focus();
  await userEvent.keyboard('{PageDown}');
  await expect.element(screen.getByText('about 45 s an epoch')).toBeVisible();
});

it('exports to the path that is shown and says where the file is', async () => {
  let isThere = true;
  let exports: JobOf<'datasetExport'>[] = [];
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset()],
    'files.list': () => ({ folder: '/data', parent: '/', entries: [] }),
    'jobs.list': () => exports,
    'datasets.startExport': ({ datasetId, path }) => {
      if (isThere)
        return {
          kind: 'storage',
          message: `${path} is there already. Choose another name, or ask to replace it.`,
          field: 'path',
          flag: '--force',
        };
      const job = buildExport({ subject: { datasetId, path } });
      exports = [job];
      return job;
    },
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'More for Reviews' }));
  await userEvent.click(screen.getByRole('menuitem', { name: 'Export' }));
  const path = screen.getByRole('textbox', { name: 'File', exact: true });
  await expect.element(path).toHaveValue('/data/Reviews.jsonl');
  await userEvent.click(screen.getByRole('radio', { name: 'Parquet' }));
  await expect.element(path).toHaveValue('/data/Reviews.parquet');
  await userEvent.click(screen.getByRole('button', { name: 'Export', exact: true }));
  await expect.element(screen.getByRole('alert').getByText(/is there already/)).toBeVisible();
  isThere = false;
  await userEvent.click(screen.getByRole('button', { name: 'Replace it' }));
  await expect.element(screen.getByText('250 of 1,400, 900/s')).toBeVisible();
  exports = exports.map((job) => ({
    ...job,
    state: 'finished',
    result: { path: job.subject.path, bytes: 1_200_000 },
  }));
  bridge.emit('jobs.changed', { jobId: 'e1' });
  await expect
    .element(screen.getByText('Reviews exported to /data/Reviews.parquet, 1.2 MB.'))
    .toBeVisible();
  expect(bridge.inputsOf('datasets.startExport').at(-1)).toEqual({
    datasetId: 'd00000000001',
    format: 'parquet',
    path: '/data/Reviews.parquet',
    isForced: true,
  });
});

it('cancels an export that is under way', async () => {
  let exports: JobOf<'datasetExport'>[] = [buildExport()];
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset()],
    'jobs.list': () => exports,
    'jobs.cancel': () => {
      const job = buildExport({ state: 'cancelled' });
      exports = [job];
      return job;
    },
  });
  const screen = await render(App, { bridge });
  await expect.element(screen.getByText('250 of 1,400, 900/s')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel the export to Reviews.jsonl' }));
  await expect.element(screen.getByText('Exporting Reviews.jsonl')).not.toBeInTheDocument();
  expect(bridge.inputsOf('jobs.cancel')).toEqual([{ jobId: 'e1' }]);
});

it('says from which file a dataset comes and how that was read', async () => {
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset({ format: 'csv' })],
    'datasets.origin': () => ({
      request: {
        path: '/data/films.csv',
        threshold: 4,
        drop: ['contradictions'],
        dropWords: ['leak'],
        pipeline: { html: 'stripped' },
      },
      reading: {
        format: 'csv',
        encoding: 'windows-1252',
        delimiter: ';',
        hasHeader: true,
        textColumn: 'said',
        labelColumn: 'stars',
        splitColumn: null,
        ratingColumn: 'stars',
        labels: [
          { value: '5', count: 5, meaning: 'positive' },
          { value: '1', count: 5, meaning: 'negative' },
        ],
        ids: null,
        leftOut: [],
      },
    }),
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'Where it comes from' }));
  const facts = screen.getByRole('region', { name: 'Where it comes from' });
  for (const fact of [
    'films.csv',
    '/data',
    'CSV · Windows-1252 · semicolon · with a header',
    'column "stars", 4 and above is positive, "5" positive, "1" negative',
    'no column: a test split was drawn',
    'HTML stripped',
    'Texts with both labels, reviews with the word "leak"',
  ]) {
    await expect.element(facts.getByText(fact, { exact: true })).toBeVisible();
  }
});

describe('a dropped file', () => {
  const drop = (name: string, content: string) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], name));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
  };
  const answers = {
    'datasets.preview': () => buildPreview(),
    'files.list': () => ({
      folder: '/data',
      parent: '/',
      entries: [
        { name: 'other.csv', path: '/data/other.csv', isFolder: false, sizeBytes: 3 },
        { name: 'reviews.csv', path: '/data/reviews.csv', isFolder: false, sizeBytes: 5 },
      ],
    }),
  };

  it('is taken by its path where the shell tells it', async () => {
    const screen = await render(App, {
      bridge: { ...scriptedBridge(answers), pathOf: () => '/elsewhere/reviews.csv' },
    });
    await expect.element(screen.getByText(/No data yet/)).toBeVisible();
    drop('reviews.csv', 'a,b,c');
    await expect
      .element(screen.getByRole('textbox', { name: 'File or folder' }))
      .toHaveValue('/elsewhere/reviews.csv');
  });

  it('is found by name and size in the folder shown last', async () => {
    const screen = await render(App, { bridge: scriptedBridge(answers) });
    await expect.element(screen.getByText(/No data yet/)).toBeVisible();
    drop('reviews.csv', 'a,b,c');
    await expect
      .element(screen.getByRole('textbox', { name: 'File or folder' }))
      .toHaveValue('/data/reviews.csv');
    await expect
      .element(screen.getByText(/this one in \/data has its name and size/))
      .toBeVisible();
  });

  it('is found in a folder from which something was imported before', async () => {
    const bridge = scriptedBridge({
      ...datasetAnswers,
      'datasets.list': () => [buildDataset()],
      'datasets.origin': () => ({ request: { path: '/studies/films/old.csv' }, reading: null }),
      'datasets.preview': () => buildPreview(),
      'files.list': ({ folder }) => ({
        folder: folder ?? '/home/me',
        parent: '/',
        entries:
          folder === '/studies/films'
            ? [
                {
                  name: 'reviews.csv',
                  path: '/studies/films/reviews.csv',
                  isFolder: false,
                  sizeBytes: 5,
                },
              ]
            : [],
      }),
    });
    const screen = await render(App, { bridge });
    await expect.element(screen.getByRole('slider', { name: 'Review length' })).toBeVisible();
    drop('reviews.csv', 'a,b,c');
    await expect
      .element(screen.getByRole('textbox', { name: 'File or folder' }))
      .toHaveValue('/studies/films/reviews.csv');
  });

  it('is asked for where none of that name and size is there', async () => {
    const screen = await render(App, { bridge: scriptedBridge(answers) });
    await expect.element(screen.getByText(/No data yet/)).toBeVisible();
    drop('reviews.csv', 'of another size');
    await expect
      .element(screen.getByText(/reviews\.csv is not in a folder where files often are/))
      .toBeVisible();
    await expect
      .element(screen.getByRole('searchbox', { name: 'Find in this folder' }))
      .toHaveValue('reviews.csv');
    await userEvent.click(screen.getByRole('button', { name: /reviews\.csv/ }));
    await expect
      .element(screen.getByRole('textbox', { name: 'File or folder' }))
      .toHaveValue('/data/reviews.csv');
  });

  it('is found in the folders where files often are, and else looked for in any', async () => {
    const entry = (path: string, sizeBytes: number | null) => ({
      name: path.slice(path.lastIndexOf('/') + 1),
      path,
      isFolder: sizeBytes === null,
      sizeBytes: sizeBytes ?? 0,
    });
    const folders: Record<string, ReturnType<typeof entry>[]> = {
      '/home/me': [entry('/home/me/Downloads', null), entry('/home/me/films', null)],
      '/home/me/Downloads': [entry('/home/me/Downloads/reviews.csv', 5)],
    };
    const bridge = scriptedBridge({
      ...answers,
      'files.list': ({ folder }) => {
        const at = folder ?? '/home/me';
        return { folder: at, parent: '/', entries: folders[at] ?? [] };
      },
    });
    const screen = await render(App, { bridge });
    await expect.element(screen.getByText(/No data yet/)).toBeVisible();
    drop('reviews.csv', 'a,b,c');
    const path = screen.getByRole('textbox', { name: 'File or folder' });
    await expect.element(path).toHaveValue('/home/me/Downloads/reviews.csv');
    drop('elsewhere.csv', 'a,b,c');
    await expect.element(path).toHaveValue('');
    await userEvent.click(screen.getByRole('button', { name: 'films' }));
    await expect.element(screen.getByText(/^Nothing in this folder\./)).toBeVisible();
  });
});

it('a dataset that is looked at becomes that of a new run only where one is started from here', async () => {
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [
      buildDataset(),
      buildDataset({ datasetId: 'd00000000002', name: 'Other' }),
    ],
  });
  const screen = await render(App, { bridge });
  const other = screen.getByRole('button', { name: /^Other/ });
  await userEvent.click(other);
  await expect.element(other).toHaveAttribute('aria-current', 'true');
  const field = screen.getByRole('combobox', { name: 'Dataset' });
  const screens = screen.getByRole('navigation', { name: 'Screens' });
  await userEvent.click(screens.getByRole('link', { name: /New run/ }));
  await expect.element(field).toHaveTextContent('Reviews');
  await userEvent.click(screens.getByRole('link', { name: /Data/ }));
  await expect.element(other).toHaveAttribute('aria-current', 'true');
  await userEvent.keyboard('n');
  await expect.element(field).toHaveTextContent('Other');
});

it('a path that is typed before one is suggested stays', async () => {
  const listed = Promise.withResolvers<{ folder: string; parent: string; entries: [] }>();
  const bridge = scriptedBridge({
    ...datasetAnswers,
    'datasets.list': () => [buildDataset()],
    'files.list': () => listed.promise,
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'More for Reviews' }));
  await userEvent.click(screen.getByRole('menuitem', { name: 'Export' }));
  const path = screen.getByRole('textbox', { name: 'File', exact: true });
  await userEvent.fill(path, '/mine/reviews.jsonl');
  listed.resolve({ folder: '/data', parent: '/', entries: [] });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect.element(path).toHaveValue('/mine/reviews.jsonl');
});
