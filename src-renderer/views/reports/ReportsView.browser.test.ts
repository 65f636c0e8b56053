import { beforeEach, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';

import type { JobOf } from '#contract/jobs.ts';
import type { OutsideCurve } from '#contract/outside-curve.ts';
import type { Report, ReportSpec } from '#contract/report.ts';

import App from '../../App.svelte';
import { buildJob } from '../../testing/build-job.ts';
import { buildRun } from '../../testing/build-run.ts';
import { scriptedBridge } from '../../testing/scripted-bridge.ts';

import '../../styles/index.css';

const spec: ReportSpec = {
  title: 'Mine',
  runIds: ['a'],
  experimentId: null,
  weights: 'best',
  blocks: [{ kind: 'curves' }],
};
const curve: OutsideCurve = {
  curveId: 'c1',
  name: 'Keras notebook',
  fileName: 'log.csv',
  importedAt: '2026-02-03T10:00:00Z',
  epochs: [],
};

beforeEach(async () => {
  await page.viewport(1280, 800);
  localStorage.clear();
  window.location.hash = '#/reports?report=r';
});

async function openBuilder(runIds = ['a'], blocks = spec.blocks) {
  let jobs: JobOf<'reportExport'>[] = [
    buildJob(
      'reportExport',
      { path: '/home/me/Mine.html' },
      { progress: { phase: 'reading', done: 12, total: 200 } },
    ),
  ];
  let report: Report = {
    reportId: 'r',
    spec: { ...spec, runIds, blocks },
    createdAt: '2026',
    updatedAt: '2026',
    deletedAt: null,
  };
  const bridge = scriptedBridge({
    'runs.list': () => [buildRun({ runId: 'a', name: 'A seed 1' })],
    'outsideCurves.list': () => [curve],
    'reports.get': () => report,
    'reports.save': ({ spec: saved }) => (report = { ...report, spec: saved as ReportSpec }),
    'reports.preview': () => ({
      address: 'about:blank',
      leftOut: ['The section Embeddings is left out: not compared.'],
    }),
    'files.list': () => ({ folder: '/home/me', parent: '/home', entries: [] }),
    'reports.startExport': () => jobs[0]!,
    'jobs.list': () => jobs,
    'jobs.cancel': () => jobs[0]!,
  });
  const screen = await render(App, { bridge });
  const nowIs = (now: typeof jobs): void => {
    jobs = now;
    bridge.emit('jobs.changed', { jobId: 'job1' });
  };
  return { bridge, screen, job: jobs[0]!, nowIs };
}

it('curves from outside are chosen where runs are, drawn in the preview, and left out again', async () => {
  const { bridge, screen } = await openBuilder();
  await userEvent.click(screen.getByRole('button', { name: 'Choose runs…' }));
  const dialog = screen.getByRole('dialog', { name: 'Runs of the report' });
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Keras notebook' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Choose', exact: true }));
  const curves = screen.getByRole('list', { name: 'Curves from outside of the report' });
  await expect.element(curves.getByText('Keras notebook')).toBeVisible();
  const drawn = () => bridge.inputsOf('reports.preview').at(-1)?.spec.curveIds;
  const saved = () => bridge.inputsOf('reports.save').at(-1)?.spec.curveIds;
  await expect.poll(drawn).toEqual(['c1']);
  await expect.poll(saved).toEqual(['c1']);
  await userEvent.click(curves.getByRole('button', { name: 'Leave out Keras notebook' }));
  await expect.element(curves).not.toBeInTheDocument();
  await expect.poll(saved).toBeUndefined();
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  await expect.element(curves.getByText('Keras notebook')).toBeVisible();
  await expect.poll(drawn).toEqual(['c1']);
});

it('the sentence of the report is chosen in its section: a review by its number, or a typed one', async () => {
  const { bridge, screen } = await openBuilder(['a'], [{ kind: 'curves' }, { kind: 'sentence' }]);
  await userEvent.click(
    screen.getByRole('button', { name: 'One sentence, token by token', exact: true }),
  );
  const saved = () => bridge.inputsOf('reports.save').at(-1)?.spec.blocks[1];
  const number = screen.getByRole('textbox', { name: 'Row of the review' });
  await expect.element(number).toHaveValue('0');
  await userEvent.click(screen.getByRole('combobox', { name: 'Split' }));
  await userEvent.click(screen.getByRole('option', { name: 'test' }));
  await userEvent.fill(number, '12');
  await expect
    .poll(saved)
    .toEqual({ kind: 'sentence', source: { kind: 'review', split: 'test', row: 12 } });
  await userEvent.fill(number, '-1');
  await expect.element(screen.getByText(/Use a whole number from 0\./)).toBeVisible();
  await userEvent.click(screen.getByRole('radio', { name: 'Typed' }));
  await userEvent.fill(screen.getByRole('textbox', { name: 'Sentence' }), 'not bad at all');
  await expect
    .poll(saved)
    .toEqual({ kind: 'sentence', source: { kind: 'text', text: 'not bad at all' } });
});

it('a title that is refused is not called saved, and runs in the trash are counted at the top', async () => {
  const { screen } = await openBuilder(['a', 'gone']);
  await expect
    .element(screen.getByText('2 runs, 1 of them not in the report: in the trash or deleted'))
    .toBeVisible();
  await expect.element(screen.getByText('saved', { exact: true })).toBeVisible();
  await userEvent.clear(screen.getByRole('textbox', { name: 'Title' }));
  await expect.element(screen.getByText('title not saved')).toBeVisible();
  await expect
    .element(
      screen.getByText(
        'Give the report a title of 1 to 200 characters. Until then it is called "Mine".',
      ),
    )
    .toBeVisible();
});

it('an export says how far it is, and Cancel ends it', async () => {
  const { bridge, screen, job, nowIs } = await openBuilder();
  await userEvent.click(screen.getByRole('button', { name: 'Export…' }));
  const dialog = screen.getByRole('dialog', { name: 'Export Mine' });
  await expect
    .element(dialog.getByRole('textbox', { name: 'File' }))
    .toHaveValue('/home/me/Mine.html');
  await expect
    .element(dialog.getByText('The section Embeddings is left out: not compared.'))
    .toBeVisible();
  await userEvent.click(dialog.getByRole('button', { name: 'Export', exact: true }));
  await expect.element(dialog.getByText('Reading runs, 12 of 200')).toBeVisible();
  await expect.element(dialog.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '6');
  await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }));
  await expect.element(dialog.getByText('Cancelling')).toBeVisible();
  expect(bridge.inputsOf('jobs.cancel')).toEqual([{ jobId: 'job1' }]);
  const failure = { kind: 'cancelled', message: 'Nothing was written.' } as const;
  nowIs([{ ...job, state: 'cancelled', failure }]);
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(screen.getByText('Nothing was written.')).toBeVisible();
});

it('an export whose dialog is closed by a key is cancelled', async () => {
  const { bridge, screen } = await openBuilder();
  await userEvent.click(screen.getByRole('button', { name: 'Export…' }));
  const dialog = screen.getByRole('dialog', { name: 'Export Mine' });
  await userEvent.click(dialog.getByRole('button', { name: 'Export', exact: true }));
  await expect.element(dialog.getByText('Reading runs, 12 of 200')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  expect(bridge.inputsOf('jobs.cancel')).toEqual([{ jobId: 'job1' }]);
});

it('an export that ended with the program that wrote it says so, and can be asked for again', async () => {
  const { screen, nowIs } = await openBuilder();
  await userEvent.click(screen.getByRole('button', { name: 'Export…' }));
  const dialog = screen.getByRole('dialog', { name: 'Export Mine' });
  const begin = dialog.getByRole('button', { name: 'Export', exact: true });
  await userEvent.click(begin);
  await expect.element(dialog.getByText('Reading runs, 12 of 200')).toBeVisible();
  nowIs([]);
  await expect.element(dialog.getByText(/^This work is not known/)).toBeVisible();
  await expect.element(begin).toBeEnabled();
});
