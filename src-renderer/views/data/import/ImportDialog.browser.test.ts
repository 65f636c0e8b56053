import { beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { ImportPreview } from '#contract/dataset.ts';
import type { Failure } from '#contract/failure.ts';
import type { CallInput } from '#contract/index.ts';

import App from '../../../App.svelte';
import { buildImport, buildPreview } from '../../../testing/dataset.ts';
import { scriptedBridge } from '../../../testing/scripted-bridge.ts';

import '../../../styles/index.css';

type Request = CallInput<'datasets.preview'>;
type Look = (request: Request) => ImportPreview | Failure | Promise<ImportPreview | Failure>;

beforeEach(async () => {
  await page.viewport(1280, 800);
  window.location.hash = '#/data';
});

async function openDialog(look: Look, path = '/data/reviews.csv') {
  const bridge = scriptedBridge({
    'datasets.preview': look,
    'datasets.startImport': () => buildImport(),
  });
  const screen = await render(App, { bridge });
  await userEvent.click(screen.getByRole('button', { name: 'Import', exact: true }));
  const dialog = screen.getByRole('dialog');
  await userEvent.fill(dialog.getByRole('textbox', { name: 'File or folder' }), path);
  const importButton = dialog.getByRole('button', { name: 'Import', exact: true });
  const started = () => bridge.inputsOf('datasets.startImport');
  return { bridge, dialog, importButton, started };
}

it('shows what a plain CSV becomes and takes Enter', async () => {
  const { dialog, started } = await openDialog(() => buildPreview());
  await expect
    .element(dialog.getByText('CSV · UTF-8 · comma · with a header · 10 rows'))
    .toBeVisible();
  await expect.element(dialog.getByRole('cell', { name: 'A fine film' })).toBeVisible();
  await expect.element(dialog.getByRole('columnheader', { name: 'review Text' })).toBeVisible();
  await expect.element(dialog.getByText('4 negative, 6 positive: 60.0 % positive.')).toBeVisible();
  await expect.element(dialog.getByRole('textbox', { name: 'File or folder' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(started).toEqual([{ path: '/data/reviews.csv' }]);
  await expect.element(dialog).not.toBeInTheDocument();
});

it('takes Enter before the file was looked at: it looks first', async () => {
  const { started } = await openDialog(() => buildPreview());
  await userEvent.keyboard('{Enter}');
  await expect.poll(started).toEqual([{ path: '/data/reviews.csv' }]);
});

it('asks for another way from texts to words', async () => {
  const { dialog, importButton, started } = await openDialog(() => buildPreview());
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Strip HTML' }));
  await userEvent.click(dialog.getByRole('combobox', { name: 'Where words end' }));
  await userEvent.click(page.getByRole('option', { name: /By dictionary/ }));
  await userEvent.click(importButton);
  await expect
    .poll(started)
    .toEqual([{ path: '/data/reviews.csv', pipeline: { html: 'stripped', words: 'segmenter' } }]);
});

describe('open questions', () => {
  const unknown: Look = ({ positive, negative }) =>
    positive !== undefined && negative !== undefined
      ? buildPreview({
          labels: [
            { value: 'mag', count: 6, meaning: positive === 'mag' ? 'positive' : 'negative' },
            { value: 'hass', count: 4, meaning: positive === 'hass' ? 'positive' : 'negative' },
          ],
        })
      : buildPreview({
          labels: [
            { value: 'mag', count: 6, meaning: null },
            { value: 'hass', count: 4, meaning: null },
          ],
          questions: [
            {
              kind: 'labels',
              text: 'Which label is positive, and which negative?',
              choices: ['mag', 'hass'],
            },
          ],
        });

  it('keep Import from starting until the labels are given', async () => {
    const { dialog, importButton, started } = await openDialog(unknown);
    await expect
      .element(dialog.getByText('Which label is positive, and which negative?'))
      .toBeVisible();
    await expect.element(importButton).toBeDisabled();
    await expect.element(dialog.getByRole('button', { name: '1 question is open' })).toBeVisible();
    await userEvent.click(
      dialog
        .getByRole('radiogroup', { name: 'What hass becomes' })
        .getByRole('radio', { name: 'negative' }),
    );
    await expect
      .element(
        dialog
          .getByRole('radiogroup', { name: 'What mag becomes' })
          .getByRole('radio', { name: 'positive' }),
      )
      .toBeChecked();
    await expect.element(importButton).toBeEnabled();
    await userEvent.click(
      dialog
        .getByRole('radiogroup', { name: 'What mag becomes' })
        .getByRole('radio', { name: 'negative' }),
    );
    await expect
      .element(dialog.getByText('6 negative, 4 positive: 40.0 % positive.'))
      .toBeVisible();
    await userEvent.click(importButton);
    await expect
      .poll(started)
      .toEqual([{ path: '/data/reviews.csv', positive: 'hass', negative: 'mag' }]);
  });

  it('of ratings are answered with a threshold, which shows the balance', async () => {
    const { dialog, importButton, started } = await openDialog(({ threshold }) =>
      buildPreview({
        labels: ['5', '1', '3'].map((value, index) => ({
          value,
          count: 10 + index,
          meaning:
            threshold === undefined ? null : Number(value) >= threshold ? 'positive' : 'negative',
        })),
        questions:
          threshold === undefined
            ? [{ kind: 'threshold', text: 'From which one on?', choices: ['1', '3', '5'] }]
            : [],
      }),
    );
    await expect.element(importButton).toBeDisabled();
    await userEvent.fill(dialog.getByRole('textbox', { name: 'Positive from' }), '4');
    await expect
      .element(dialog.getByText('23 negative, 10 positive: 30.3 % positive.'))
      .toBeVisible();
    await userEvent.click(importButton);
    await expect.poll(started).toEqual([{ path: '/data/reviews.csv', threshold: 4 }]);
  });

  it('about a column are answered in its list; labels of the old column are forgotten', async () => {
    const { bridge, dialog, importButton } = await openDialog((request) =>
      request.labelColumn === undefined
        ? buildPreview({
            labelColumn: null,
            labels: [],
            questions: [
              {
                kind: 'labelColumn',
                text: 'Which column holds the label?',
                choices: ['review', 'sentiment'],
              },
            ],
          })
        : buildPreview(),
    );
    await expect.element(importButton).toBeDisabled();
    await userEvent.click(dialog.getByRole('button', { name: '1 question is open' }));
    await expect.element(dialog.getByRole('combobox', { name: 'Label' })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await userEvent.click(page.getByRole('option', { name: 'sentiment' }));
    await expect.element(importButton).toBeEnabled();
    expect(bridge.inputsOf('datasets.preview').at(-1)).toEqual({
      path: '/data/reviews.csv',
      labelColumn: 'sentiment',
    });
  });
});

it('ignores an answer that comes after a newer question', async () => {
  const waiting = new Map<string, (preview: ImportPreview) => void>();
  const { dialog } = await openDialog(
    ({ path }) => new Promise((resolve) => waiting.set(path, resolve)),
    '/data/first.csv',
  );
  await expect.poll(() => waiting.has('/data/first.csv')).toBe(true);
  await userEvent.fill(dialog.getByRole('textbox', { name: 'File or folder' }), '/data/second.csv');
  await expect.poll(() => waiting.has('/data/second.csv')).toBe(true);
  waiting.get('/data/second.csv')?.(buildPreview({ rowCount: 22 }));
  await expect.element(dialog.getByText(/22 rows/)).toBeVisible();
  waiting.get('/data/first.csv')?.(buildPreview({ rowCount: 11 }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect.element(dialog.getByText(/22 rows/)).toBeVisible();
});

it('says in place what a choice breaks, and keeps what was chosen and seen', async () => {
  const { dialog, started } = await openDialog(({ encoding }) =>
    encoding === 'utf-16le'
      ? {
          kind: 'badInput',
          message: 'Row 2 of reviews.csv is not valid UTF-16LE.',
          field: 'encoding',
        }
      : buildPreview(),
  );
  await userEvent.click(dialog.getByRole('button', { name: 'Read it otherwise' }));
  await userEvent.click(dialog.getByRole('combobox', { name: 'Encoding' }));
  await userEvent.click(page.getByRole('option', { name: 'utf-16le' }));
  await expect
    .element(dialog.getByText('Row 2 of reviews.csv is not valid UTF-16LE.'))
    .toBeVisible();
  await expect.element(dialog.getByRole('cell', { name: 'A fine film' })).toBeVisible();
  await userEvent.click(dialog.getByRole('button', { name: 'Import', exact: true }));
  await expect
    .element(dialog.getByRole('combobox', { name: 'Encoding' }))
    .toHaveTextContent('utf-16le');
  expect(started()).toEqual([]);
});

it('refuses the split column that was found', async () => {
  const { dialog, importButton, started } = await openDialog(({ splitColumn }) =>
    splitColumn === null
      ? buildPreview()
      : buildPreview({
          splitColumn: 'sentiment',
          splits: [{ value: 'train', count: 10, split: 'train' }],
        }),
  );
  await userEvent.click(dialog.getByRole('combobox', { name: 'Split' }));
  await userEvent.click(page.getByRole('option', { name: 'No split column' }));
  await expect
    .element(dialog.getByRole('combobox', { name: 'Split' }))
    .toHaveTextContent('No split column');
  await userEvent.click(importButton);
  await expect.poll(started).toEqual([{ path: '/data/reviews.csv', splitColumn: null }]);
});

it('takes numbers for ratings where the first rows have but two of them', async () => {
  const { dialog, importButton, started } = await openDialog(() =>
    buildPreview({
      labels: [
        { value: '0', count: 4, meaning: 'negative' },
        { value: '1', count: 6, meaning: 'positive' },
      ],
    }),
  );
  await userEvent.click(dialog.getByRole('button', { name: 'They are ratings' }));
  await userEvent.fill(dialog.getByRole('textbox', { name: 'Positive from' }), '4');
  await userEvent.click(importButton);
  await expect.poll(started).toEqual([{ path: '/data/reviews.csv', threshold: 4 }]);
});

it('stops at values of a split column that name no split', async () => {
  const { dialog, importButton } = await openDialog(() =>
    buildPreview({
      splitColumn: 'sentiment',
      splits: [
        { value: 'train', count: 8, split: 'train' },
        { value: 'extra', count: 2, split: null },
      ],
    }),
  );
  await expect.element(dialog.getByText(/"extra" name no split/)).toBeVisible();
  await expect.element(importButton).toBeDisabled();
});

describe('what is left out', () => {
  const three: Look = ({ dropLabels = [] }) =>
    buildPreview({
      labels: (['positive', 'neutral', 'negative'] as const).map((value) => ({
        value,
        count: 10,
        meaning: dropLabels.includes(value) ? 'dropped' : value === 'neutral' ? null : value,
      })),
      questions:
        dropLabels.length === 0
          ? [
              {
                kind: 'labels',
                text: 'Leave those out below.',
                choices: ['positive', 'neutral', 'negative'],
              },
            ]
          : [],
    });

  it('may be a label, which answers the question about a third one', async () => {
    const { dialog, importButton, started } = await openDialog(three);
    await expect.element(importButton).toBeDisabled();
    const neutral = dialog.getByRole('radiogroup', { name: 'What neutral becomes' });
    await userEvent.click(neutral.getByRole('radio', { name: 'leave out' }));
    await expect
      .element(dialog.getByText('10 negative, 10 positive: 50.0 % positive. 10 left out.'))
      .toBeVisible();
    await userEvent.click(importButton);
    await expect.poll(started).toEqual([{ path: '/data/reviews.csv', dropLabels: ['neutral'] }]);
  });

  it('may be a rating beside a threshold, written with a comma, and is taken back', async () => {
    const { dialog, importButton, started } = await openDialog(({ threshold, dropLabels = [] }) =>
      buildPreview({
        labels: [1.5, 3, 4.5].map((rating) => {
          const value = String(rating).replace('.', ',');
          const meaning =
            threshold === undefined ? null : rating >= threshold ? 'positive' : 'negative';
          return { value, count: 10, meaning: dropLabels.includes(value) ? 'dropped' : meaning };
        }),
        questions:
          threshold === undefined
            ? [{ kind: 'threshold', text: 'From which one on?', choices: [] }]
            : [],
      }),
    );
    await userEvent.fill(dialog.getByRole('textbox', { name: 'Positive from' }), '3,5');
    await userEvent.click(dialog.getByRole('button', { name: 'Leave 1,5 out' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Leave 3 out' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Take 1,5 back' }));
    await expect
      .element(dialog.getByText('10 negative, 10 positive: 50.0 % positive. 10 left out.'))
      .toBeVisible();
    await userEvent.click(importButton);
    await expect
      .poll(started)
      .toEqual([{ path: '/data/reviews.csv', threshold: 3.5, dropLabels: ['3'] }]);
  });

  it('offers a threshold for two values with a comma', async () => {
    const { dialog } = await openDialog(() =>
      buildPreview({ labels: ['1,5', '4,5'].map((value) => ({ value, count: 5, meaning: null })) }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'They are ratings' }));
    await expect.element(dialog.getByRole('textbox', { name: 'Positive from' })).toBeVisible();
  });

  it('may be the rows without a label that would stop the import', async () => {
    const text = 'Row 5 of reviews.csv has no label (column "sentiment").';
    const { dialog, importButton, started } = await openDialog(({ drop = [] }) =>
      buildPreview({
        questions: drop.includes('unlabelled') ? [] : [{ kind: 'rows', text, choices: [] }],
      }),
    );
    await expect.element(dialog.getByText(text)).toBeVisible();
    await expect.element(importButton).toBeDisabled();
    await userEvent.click(dialog.getByRole('checkbox', { name: 'Rows without a label' }));
    await expect.element(importButton).toBeEnabled();
    await userEvent.click(importButton);
    await expect.poll(started).toEqual([{ path: '/data/reviews.csv', drop: ['unlabelled'] }]);
  });
});
