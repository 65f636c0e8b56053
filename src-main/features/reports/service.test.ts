import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { diffStartSchema } from '#contract/embedding-diff.ts';
import {
  isFolderFormat,
  reportFormats,
  sectionKinds,
  type ReportFormat,
  type ReportSpec,
} from '#contract/report.ts';
import type { RunConfigInput } from '#contract/run-config.ts';
import type { Language } from '#contract/settings.ts';
import type { SentenceSource } from '#contract/snapshot.ts';

import { setLanguage } from '#core/wording/language.ts';

import { jobEnded } from '../../testing/job-ended.ts';
import { compileLatex, hangulReason, latexReason } from '../../testing/latex.ts';
import { entries } from '../../testing/programs.ts';
import { openApp, type App } from '../app.ts';
import { chromiumPrinter } from './write/chromium.ts';

const config = {
  backend: 'wasm',
  maxLength: 12,
  numWords: 300,
  embeddingDim: 4,
  hiddenUnits: 4,
  filters: 6,
  batchSize: 16,
  limit: 64,
  epochs: 2,
} as const satisfies RunConfigInput;

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

let folder: string;
let app: App;
let runIds: string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-report-'));
  app = openApp({
    home: path.join(folder, 'home'),
    ...entries,
    printPage: async (page, target) => {
      const html = await Promise.resolve(readFileSync(page, 'utf8'));
      writeFileSync(target, `%PDF of ${html.includes('font-src data:') ? 'paper' : 'screen'}`);
    },
  });
  const { dataset } = await app.services.datasets.importSample(quiet);
  const runs = app.services.runs.start({
    datasetId: dataset.datasetId,
    name: 'Tiny <b>bold</b>',
    configs: (['A', 'B'] as const).flatMap((variant) =>
      [1, 2].map((seed) => ({ ...config, variant, seed })),
    ),
  });
  runIds = runs.map(({ runId }) => runId);
  for (const runId of runIds) await app.services.runs.follow(runId, () => undefined);
}, 240_000);

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const place = (name: string): string => path.join(folder, name);
const read = (name: string): string => readFileSync(place(name), 'utf8');
const exported = (format: ReportFormat, name: string, isForced = false, chosen = runIds) => {
  const { reports } = app.services;
  const spec = reports.draft({ runIds: chosen });
  return reports.exportSpec({ spec, format, path: place(name), isForced });
};

test('HTML tells the verdict in the words of the experiment, and names weights and runs', async () => {
  const { path: file, bytes } = await exported('html', 'report.html');
  const html = read('report.html');
  expect([file, bytes]).toEqual([place('report.html'), Buffer.byteLength(html)]);
  const judgement = await app.services.experiments.judge({ runIds, weights: 'best' });
  expect(html).toContain(
    `<p class="verdict">${judgement.verdict.sentence.replaceAll(/-(?=\d)/g, '−')}</p>`,
  );
  expect(html).toContain('with the best weights');
  expect(html).not.toContain('<b>bold</b>');
  expect(html).toContain('<h1>Tiny &lt;b&gt;bold&lt;/b&gt;</h1>');
  expect(html.match(/<figure id="(?:loss|accuracy|interval|architecture-\d)"/g)).toHaveLength(5);
  expect(shown(html)).not.toMatch(/\bNaN\b|undefined|Infinity/);
});

test('the file is read back; one that was altered is refused', async () => {
  await exported('html', 'open.html');
  const report = await app.services.reports.read({ path: place('open.html') });
  expect(report.runs.map(({ runId, isHere }) => [runId, isHere])).toEqual(
    runIds.map((runId) => [runId, true]),
  );
  expect(report.runs[0]?.config).toEqual(app.services.runs.get({ runId: runIds[0] ?? '' }).config);
  expect(report.contentHash).toBe(/Content sha256 ([0-9a-f]{64})/.exec(read('open.html'))?.[1]);
  expect(read('open.html')).toMatch(/Content sha256 \w+: of the settings and figures [^<]*not of/);
  await expect(app.services.reports.queueRuns({ path: place('open.html') })).rejects.toThrow(
    /are here already/,
  );

  writeFileSync(place('altered.html'), read('open.html').replace('"seed":1', '"seed":7'));
  await expect(app.services.reports.read({ path: place('altered.html') })).rejects.toThrow(
    /altered after it was written/,
  );
  writeFileSync(place('empty.html'), '');
  for (const path of [folder, place('none.html'), place('empty.html')])
    await expect(app.services.reports.read({ path })).rejects.toThrow(`${path} is no regular file`);
  writeFileSync(place('other.html'), '<p>Hello</p>');
  await expect(app.services.reports.read({ path: place('other.html') })).rejects.toThrow(
    /no report of Twofold/,
  );
  // In the middle of the text, and in the middle of the data.
  const whole = read('open.html');
  for (const length of [whole.length / 2, whole.indexOf('id="report-data"') + 100]) {
    writeFileSync(place('cut.html'), whole.slice(0, length));
    await expect(app.services.reports.read({ path: place('cut.html') })).rejects.toThrow(
      /cut.html is cut off: /,
    );
  }
});

test.skipIf(process.platform !== 'linux')(
  'a device, a pipe or a file of /proc is refused at once, and others are served meanwhile',
  async () => {
    execFileSync('mkfifo', [place('pipe.html')]);
    symlinkSync('/dev/zero', place('zero.html'));
    for (const path of [place('pipe.html'), place('zero.html'), '/dev/tty', '/proc/self/status'])
      await expect(app.services.reports.read({ path })).rejects.toThrow(
        `${path} is no regular file`,
      );
    let isServed = false;
    setImmediate(() => (isServed = true));
    await app.services.reports.read({ path: place('open.html') });
    expect(isServed).toBe(true);
  },
);

test('a run that another home has is queued from its configuration', async () => {
  await exported('html', 'travel.html');
  const other = openApp({ home: place('other-home'), ...entries, queue: 'process' });
  try {
    expect(
      (await other.services.reports.read({ path: place('travel.html') })).runs[0],
    ).toMatchObject({
      datasetId: null,
      isHere: false,
    });
    const { datasetName, datasetHash } = app.services.runs.get({ runId: runIds[0] ?? '' });
    const away = `import "${datasetName}" (content hash ${datasetHash}) first`;
    await expect(other.services.reports.queueRuns({ path: place('travel.html') })).rejects.toThrow(
      away,
    );
    await other.services.datasets.importSample(quiet);
    const queued = (await other.services.reports.queueRuns({ path: place('travel.html') })).runIds;
    expect(queued.map((runId) => other.services.runs.get({ runId }).config)).toEqual(
      runIds.map((runId) => app.services.runs.get({ runId }).config),
    );
    const again = (await other.services.reports.read({ path: place('travel.html') })).runs;
    expect(again.map(({ isHere, sameRunId }) => [isHere, sameRunId])).toEqual(
      queued.map((runId) => [false, runId]),
    );
    await expect(other.services.reports.queueRuns({ path: place('travel.html') })).rejects.toThrow(
      /or runs of the same settings and data: nothing was queued/,
    );
    expect(other.services.runs.list({})).toHaveLength(queued.length);
    other.services.queue.remove({ runIds: queued.slice(1) });
    other.services.runs.remove({ runIds: queued.slice(1) });
    expect(
      (await other.services.reports.queueRuns({ path: place('travel.html') })).runIds,
    ).toHaveLength(queued.length - 1);
  } finally {
    await other.close();
  }
});

test('CSV: a run, an epoch and a review a line, with the figures as they are stored', async () => {
  const { paths } = await exported('csv', 'tables.csv');
  expect(paths.map((file) => path.basename(file))).toEqual([
    'tables.csv',
    'tables-epochs.csv',
    'tables-predictions.csv',
    'tables-columns.csv',
  ]);
  const [header = [], ...runs] = linesOf('tables.csv');
  const run = app.services.runs.get({ runId: runIds[0] ?? '' });
  const first = Object.fromEntries(header.map((name, index) => [name, runs[0]?.[index]]));
  expect(runs).toHaveLength(4);
  expect(first).toMatchObject({
    runId: run.runId,
    variant: 'A',
    numWords: '300',
    weights: 'best',
    accuracy: String(run.best?.testAccuracy),
    testAccuracy: String(run.best?.testAccuracy),
    testLoss: first['loss'],
    bestWeightsHash: run.bestWeightsHash,
  });
  expect(linesOf('tables-epochs.csv')).toHaveLength(1 + 4 * 2);
  const [names, ...reviews] = linesOf('tables-predictions.csv');
  expect(names).toEqual(['datasetHash', 'row', 'label', ...runIds]);
  const predictions = await app.services.runs.predictions(run.runId);
  expect(reviews).toHaveLength(predictions.length);
  reviews.forEach((cells, index) => {
    expect(cells.slice(1, 3).map(Number)).toEqual([
      predictions[index]?.row,
      predictions[index]?.label,
    ]);
    expect(Number(cells[3])).toBeCloseTo(predictions[index]?.probability ?? -1, 7);
  });
});

test.each(['en', 'ko'] as const)(
  'CSV: the dictionary has every column once, in %s',
  async (locale) => {
    const file = `meant-${locale}.csv`;
    await speaking(locale, () => exported('csv', file));
    const [header, ...rows] = parse(read(`meant-${locale}-columns.csv`));
    expect(header).toEqual(['table', 'column', 'unit', 'meaning']);
    for (const row of rows) expect(row[3], row.join()).not.toBe('');
    const columnsOf = (table: string) => rows.flatMap(([of, name]) => (of === table ? [name] : []));
    expect(columnsOf('runs')).toEqual(linesOf(file)[0]);
    expect(columnsOf('epochs')).toEqual(linesOf(`meant-${locale}-epochs.csv`)[0]);
    expect(columnsOf('predictions')).toEqual(['datasetHash', 'row', 'label', '(runId)']);
    expect(rows.find(([, name]) => name === 'maxLength')?.[2]).toBe(
      locale === 'en' ? 'tokens' : '토큰',
    );
  },
);

test('"none" is one value in every format', async () => {
  const { runs, reports } = app.services;
  const run = runs.get({ runId: runIds[0] ?? '' });
  expect([run.config.clipNorm, run.config.startFrom]).toEqual(['none', 'none']);
  await exported('csv', 'none.csv');
  const [header = [], first = []] = linesOf('none.csv');
  for (const name of ['clipNorm', 'cnnHead', 'startFrom'])
    expect([name, first[header.indexOf(name)]]).toEqual([name, 'none']);
  await exported('json', 'none.json');
  const { runs: kept } = z
    .object({ runs: z.array(z.object({ config: z.record(z.string(), z.unknown()) })) })
    .parse(JSON.parse(read('none.json')));
  expect(kept[0]?.config).toMatchObject({ clipNorm: 'none', cnnHead: 'none', startFrom: 'none' });
  const html = await reports.page(reports.draft({ runIds }));
  expect(html).toMatch(/<td[^>]*>none<\/td>/);
  await exported('keras', 'none-keras', false, runIds.slice(0, 1));
  const script = readFileSync(path.join(place('none-keras'), 'reproduce.py'), 'utf8');
  for (const name of ['clipNorm', 'cnnHead', 'startFrom'])
    expect(script).toContain(`"${name}": "none",`);
});

test('the methods name what was used, read, trained and tested, and nothing twice', async () => {
  const { reports } = app.services;
  const html = await reports.page(reports.draft({ runIds }));
  const text = html
    .slice(html.indexOf('<body'), html.indexOf('<script'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
  for (const sentence of [
    'Training uses 52 reviews, 26 of them positive. Validation uses 12 reviews, 6 of them positive. The test uses 64 reviews, 32 of them positive.',
    'The networks read at most 12 tokens of a review, start token included.',
    'The optimizer is Adam (Kingma and Ba 2015) with learning rate 0.001, beta_1 = 0.9, beta_2 = 0.999 and epsilon = 1e-7.',
    'Gradients are not clipped. A batch has 16 reviews',
    'Training takes at most 2 epochs. It stops earlier when the validation loss has not improved for 5 epochs in a row.',
    '2 seeds were used: 1, 2.',
    'compared by the two-sided paired t test over seeds (Student 1908) at the 5% level.',
    'A and B differ in 3 settings (Embedding, Convolution padding, CNN head), and the verdict is about all of them together.',
    'Brier, G. W. (1950). Verification of forecasts expressed in terms of probability.',
    'Dorfman, D. D., Berbaum, K. S., and Metz, C. E. (1992).',
    'The report has one primary comparison, which needs no adjustment.',
    'The machine was ',
    'Student (1908). The probable error of a mean. Biometrika 6, 1–25.',
    'Guo, C., Pleiss, G., Sun, Y., and Weinberger, K. Q. (2017). On calibration of modern neural networks. ICML, PMLR 70, 1321–1330.',
    'Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.',
  ])
    expect(text.split(sentence), sentence).toHaveLength(2);
  expect(text).toMatch(
    /Of the training reviews, [\d.]+ % fit whole\. Of their words, [\d.]+ % are read, and [\d.]+ % of these are unknown\./,
  );
  // Cited alone is listed.
  expect(text).not.toMatch(/McNemar, Q|Holm, S|Schönemann, P|Kornblith, S|Kriegeskorte, N/);
  expect(text.split(app.services.runs.get({ runId: runIds[0] ?? '' }).datasetHash)).toHaveLength(2);
});

test('a report of compared tables lists the works that it names for them', async () => {
  const { reports, diffs } = app.services;
  const diffId = await comparedTables();
  try {
    const html = await reports.page(reports.draft({ runIds }));
    for (const work of ['Schönemann, P. H. (1966)', 'Kornblith, S.', 'Kriegeskorte, N.'])
      expect(html).toContain(work);
  } finally {
    diffs.remove({ diffId });
  }
});

/** A comparison of A's table of the CNN with B's; returns its id. */
async function comparedTables(): Promise<string> {
  const { diffs } = app.services;
  const [first = '', , second = ''] = runIds;
  const tables = [
    { kind: 'run', runId: first, branch: 'cnn' },
    { kind: 'run', runId: second, branch: 'shared' },
  ];
  return (await diffs.compare(diffStartSchema.parse({ tables }), quiet)).diffId;
}

test.each([
  ['en', latexReason],
  ['ko', latexReason || hangulReason],
] as const)(
  'LaTeX of every section compiles in %s%s',
  async (locale, reason) => {
    if (reason !== '') return;
    const { reports, diffs } = app.services;
    const diffId = await comparedTables();
    try {
      const spec = reports.draft({ runIds, title: '50 % of "A_B" & {#1} ~ \\ends $x^2$' });
      expect(spec.blocks.map(({ kind }) => kind)).toEqual(sectionKinds);
      await speaking(locale, () =>
        reports.exportSpec({
          spec,
          format: 'latex',
          path: place(`every-${locale}.tex`),
          isForced: false,
        }),
      );
      const { isDone, complaints } = compileLatex(read(`every-${locale}.tex`));
      expect([isDone, complaints]).toEqual([true, []]);
    } finally {
      diffs.remove({ diffId });
    }
  },
  180_000,
);

test('a review has one number in the comparison, the predictions, the dataset and all files of a report', async () => {
  const { runs, datasets } = app.services;
  const pairs = runIds.flatMap((one, index) => runIds.slice(index + 1).map((two) => [one, two]));
  const comparisons = await Promise.all(
    pairs.map((pair) => runs.compare({ runIds: pair, weights: 'best' })),
  );
  const compared = comparisons.find(({ flips }) => flips.some(({ row }) => row > 0));
  const [flip] = compared?.flips ?? [];
  if (compared === undefined || flip === undefined) throw new Error('All models agree.');
  const { row, label, probabilities } = flip;
  const name = `test review ${row}`;
  const [runId = ''] = compared.runIds;

  const predictions = await runs.predictions(runId);
  const predicted = predictions.find((of) => of.row === row);
  expect(predicted).toMatchObject({ row, label, probability: probabilities[0] });
  const { text } = await datasets.review(runs.get({ runId }).dataset, 'test', row);
  const opening = text.slice(0, 20);

  await exported('html', 'one-review.html', false, compared.runIds);
  const page = read('one-review.html');
  expect(page).toContain(`True label of ${name}: `);
  expect(page.slice(page.indexOf(`${name}: `))).toContain(opening);
  await exported('csv', 'one-review.csv', false, compared.runIds);
  const line = linesOf('one-review-predictions.csv').find((cells) => cells[1] === String(row));
  expect(Number(line?.[3])).toBeCloseTo(probabilities[0], 6);
  await exported('json', 'one-review.json', false, compared.runIds);
  const { predictions: tables } = JSON.parse(read('one-review.json')) as {
    predictions: { rows: number[]; labels: number[] }[];
  };
  expect(tables[0]?.labels[tables[0].rows.indexOf(row)]).toBe(label);
});

test('JSON: one document with configurations, figures and predictions', async () => {
  await exported('json', 'all.json');
  const document = z
    .object({
      runs: z.array(z.object({ runId: z.string(), epochs: z.array(z.unknown()) })),
      judgement: z.object({ verdict: z.object({ sentence: z.string() }) }),
      columns: z.record(z.string(), z.record(z.string(), z.string())),
      predictions: z.tuple([
        z.object({
          rows: z.array(z.number()),
          probabilities: z.record(z.string(), z.array(z.number())),
        }),
      ]),
    })
    .parse(JSON.parse(read('all.json')));
  expect(document.runs.map(({ runId }) => runId)).toEqual(runIds);
  expect(document.columns['metrics']?.['accuracy']).toMatch(/test reviews/);
  expect(document.columns['runs.epochs']?.['accuracy']).toMatch(/with dropout/);
  expect(Object.keys(document.predictions[0].probabilities)).toEqual(runIds);
});

test('Markdown has its figures as PNG beside it, LaTeX its tables, PDF comes from paper', async () => {
  const { paths, notes } = await exported('md', 'text.md');
  expect(notes).toEqual([]);
  expect(readdirSync(place('text-figures')).sort()).toEqual([
    'accuracy.png',
    'architecture-1.png',
    'architecture-2.png',
    'interval.png',
    'loss.png',
  ]);
  for (const file of paths.slice(1)) {
    expect(readFileSync(file).subarray(0, 8)).toEqual(
      Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    );
    expect(read('text.md')).toContain(`](text-figures/${path.basename(file)})`);
  }
  await exported('latex', 'text.tex');
  expect(read('text.tex')).toMatch(
    /\\caption\{Test figures with the best weights[^]*\\toprule[^]*\\bottomrule/,
  );
  await exported('pdf', 'paper.pdf');
  expect(read('paper.pdf')).toBe('%PDF of paper');
});

test('what is there stays as it was, unless it is to be replaced', async () => {
  writeFileSync(place('kept-epochs.csv'), 'mine');
  await expect(exported('csv', 'kept.csv')).rejects.toThrow(/kept-epochs\.csv is there already/);
  expect([read('kept-epochs.csv'), existsSync(place('kept.csv'))]).toEqual(['mine', false]);
  await exported('csv', 'kept.csv', true);
  expect(read('kept-epochs.csv')).toContain('valLoss');
  mkdirSync(place('folder.html'));
  await expect(exported('html', 'folder.html', true)).rejects.toThrow(/is a folder/);
  await expect(exported('html', 'nowhere/report.html')).rejects.toThrow(/does not exist/);
  await expect(exported('html', `${'x'.repeat(300)}.html`)).rejects.toThrow(
    /No file can have that name/,
  );
  await expect(exported('html', 'a\u0000b.html')).rejects.toThrow(/No file can have that name/);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test.skipIf(process.getuid?.() === 0)(
  'a folder without rights: a clear sentence, nothing left behind',
  async () => {
    mkdirSync(place('locked'));
    chmodSync(place('locked'), 0o555);
    await expect(exported('md', 'locked/report.md')).rejects.toThrow();
    expect(readdirSync(place('locked'))).toEqual([]);
  },
);

test('cancelled on the way, in any format, the target is as it was', async () => {
  const { jobs, reports } = app.services;
  for (const format of reportFormats) {
    const name = `cancelled.${format}`;
    writeFileSync(place(name), 'mine');
    if (isFolderFormat(format)) rmSync(place(name));
    const before = readdirSync(folder).sort();
    const told = new Set<string>();
    const unwatch = app.onEvent(() => {
      const { jobId = '', progress = null } = jobs.list()[0] ?? {};
      if (progress === null) return;
      told.add(progress.phase);
      if (progress.phase === 'writing' && progress.done > 0) jobs.cancel({ jobId });
    });
    const spec = reports.draft({ runIds });
    const job = await jobEnded(
      jobs,
      reports.startExport({ spec, format, path: place(name), isForced: true }).jobId,
    );
    unwatch();
    expect(job?.state, format).toBe('cancelled');
    expect(job?.failure?.message).toMatch(/nothing was written/);
    expect([...told].at(-1), format).toBe('writing');
    expect(readdirSync(folder).sort(), format).toEqual(before);
    if (!isFolderFormat(format)) expect(read(name), format).toBe('mine');
  }
});

// The browser is a shell script.
test.skipIf(process.platform === 'win32')(
  'a cancel while the browser prints ends the browser',
  async () => {
    const controller = new AbortController();
    const started = place('browser-pid');
    const browser = place('browser.sh');
    writeFileSync(
      browser,
      `#!/bin/sh\necho $$ > ${started}.part; mv ${started}.part ${started}\nexec sleep 600\n`,
    );
    chmodSync(browser, 0o755);
    const before = process.env['TWOFOLD_CHROMIUM'];
    process.env['TWOFOLD_CHROMIUM'] = browser;
    try {
      const printed = chromiumPrinter(place('x.html'), place('x.pdf'), folder, controller.signal);
      await vi.waitFor(() => {
        expect(existsSync(started)).toBe(true);
      });
      controller.abort(new Error('enough'));
      await expect(printed).rejects.toThrow('enough');
      const pid = Number(readFileSync(started, 'utf8'));
      expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    } finally {
      if (before === undefined) delete process.env['TWOFOLD_CHROMIUM'];
      else process.env['TWOFOLD_CHROMIUM'] = before;
    }
  },
);

test('reports are kept, changed, thrown away and brought back', () => {
  const { reports } = app.services;
  const spec: ReportSpec = { ...reports.draft({ runIds }), title: 'First' };
  const { reportId } = reports.save({ spec });
  reports.save({ reportId, spec: { ...spec, title: 'Second' } });
  expect(reports.list({}).map(({ spec: { title } }) => title)).toEqual(['Second']);
  expect(reports.resolve('Second')).toBe(reportId);
  expect(() => reports.resolve('First')).toThrow(/no saved report "First"/);
  reports.remove({ reportIds: [reportId] });
  expect([reports.list({}), reports.list({ isTrash: true }).length]).toEqual([[], 1]);
  reports.restore({ reportIds: [reportId] });
  expect(reports.get({ reportId }).deletedAt).toBeNull();
  expect(() => reports.get({ reportId: 'nobody' })).toThrow(/There is no report/);
});

test('what a report is called at first: as its experiment is, by what is compared, or after its runs', () => {
  const { runs, reports, queue } = app.services;
  queue.pause();
  const titleOf = (chosen: readonly string[]): string => reports.draft({ runIds: chosen }).title;
  expect(titleOf(runIds)).toBe('Tiny <b>bold</b>');
  const { dataset, name } = runs.get({ runId: runIds[0] ?? '' });
  expect(titleOf(runIds.slice(0, 1))).toBe('Tiny <b>bold</b>');
  const alone = (['A', 'B', 'A'] as const).map((variant, index) => {
    const [run] = runs.enqueue({ datasetId: dataset, configs: [{ ...config, variant, seed: 9 }] });
    const runId = run?.runId ?? '';
    return runs.rename({ runId, name: index === 0 ? 'x'.repeat(200) : `${variant} ${name}` }).runId;
  });
  expect(titleOf(alone)).toBe('A and B on Synthetic reviews');
  expect(titleOf([alone[0] ?? '', alone[2] ?? ''])).toBe(`${'x'.repeat(180)} and 1 more`);
  queue.remove({ runIds: alone });
  runs.remove({ runIds: alone });
  queue.start();
});

test('a run in the trash is named and left out; without any run there is nothing to write', async () => {
  const { runs, reports } = app.services;
  const spec = reports.draft({ runIds });
  const [gone = '', ...left] = runIds;
  runs.remove({ runIds: [gone] });
  try {
    const html = await reports.page(spec);
    expect(html).toMatch(/is in the trash, so it is not in this report/);
    expect(html).not.toContain(`data-run="${gone}"`);
    expect(html).toContain(`data-run="${left[0] ?? ''}"`);
    await expect(reports.page({ ...spec, runIds: [gone, 'never'] })).rejects.toThrow(
      /None of these runs/,
    );
  } finally {
    runs.restore({ runIds: [gone] });
  }
});

test('a preview is the page at an address of its own; the newest few are kept, with what is known now', async () => {
  const { runs, reports } = app.services;
  const spec = reports.draft({ runIds });
  const { address: first } = await reports.preview({ spec });
  expect(first).toMatch(/^\/report-preview\/[\w-]{32}$/);
  expect(undated(reports.previewAt(first))).toBe(undated(await reports.page(spec)));
  const changed = { ...spec, title: 'Changed', blocks: [{ kind: 'text' as const, text: 'Mine' }] };
  expect(reports.previewAt((await reports.preview({ spec: changed })).address)).toContain(
    '<p>Mine</p>',
  );

  const [name = ''] = runs.list({ runIds }).map((run) => run.name);
  const runId = runs.list({ runIds })[0]?.runId ?? '';
  runs.rename({ runId, name: 'Renamed meanwhile' });
  expect(reports.previewAt((await reports.preview({ spec })).address)).toContain(
    'Renamed meanwhile',
  );
  runs.rename({ runId, name });
  for (let more = 0; more < 8; more += 1) await reports.preview({ spec });
  expect(reports.previewAt(first)).toBeUndefined();
});

test('the sentence is the one that was chosen; one that is not there costs its section alone', async () => {
  const { reports, diffs } = app.services;
  const diffId = await comparedTables();
  try {
    const spec = reports.draft({ runIds });
    const vocabulary = await reports.page({ ...spec, blocks: [{ kind: 'vocabulary' }] });
    expect(vocabulary).toMatch(/The tables as a whole agree[^.]*held-out cosine/);
    expect(vocabulary).toContain(
      'The transplant test shows whether the information that the models use survives',
    );
    const under = (source?: SentenceSource) =>
      reports.page({
        ...spec,
        blocks: [{ kind: 'sentence', ...(source === undefined ? {} : { source }) }],
      });
    expect(spec.blocks).toContainEqual({ kind: 'sentence' });
    expect(await under()).toContain('The words of train review 0 under the compared tables');
    const chosen = await under({ kind: 'review', split: 'test', row: 2 });
    expect(chosen).toContain('The words of test review 2 under the compared tables');
    const typed = await under({ kind: 'text', text: 'wonderful quixotry' });
    expect(typed).toContain('A typed sentence under the compared tables');
    expect(typed).toContain('quixotry');
    const absent = { kind: 'review', split: 'test', row: 1e6 - 1 } as const;
    expect(await under(absent)).not.toContain('under the compared tables');
    const { leftOut } = await reports.preview({
      spec: { ...spec, blocks: [{ kind: 'question' }, { kind: 'sentence', source: absent }] },
    });
    expect(leftOut.join()).toMatch(/There is no test review 999999\./);
    for (const text of ['wonderful', 'terrible']) {
      const { address } = await reports.preview({
        spec: { ...spec, blocks: [{ kind: 'sentence', source: { kind: 'text', text } }] },
      });
      expect(reports.previewAt(address)).toContain(`<td>${text}</td>`);
    }
  } finally {
    diffs.remove({ diffId });
  }
});

test('curves from outside stand beside the runs, in the preview and in files; one that went is told of', async () => {
  const { reports, outsideCurves } = app.services;
  writeFileSync(
    place('others.csv'),
    'run,epoch,val_loss,val_accuracy\nPaper,1,0.5,0.75\nPaper,2,0.4,0.8\nThesis,1,0.6,0.7\n',
  );
  const { curves } = outsideCurves.import({ path: place('others.csv') });
  const [paper = '', thesis = ''] = curves.map(({ curveId }) => curveId);
  const plain = reports.draft({ runIds });
  const spec = reports.draft({ runIds, curveIds: [thesis, paper] });
  expect(spec.curveIds).toEqual([thesis, paper]);

  // A preview without them that was gathered a moment ago is not shown again.
  await reports.preview({ spec: plain });
  const page = reports.previewAt((await reports.preview({ spec })).address) ?? '';
  expect(page.match(/Thesis \(outside\)<\/li>|Paper \(outside\)<\/li>/g)).toHaveLength(2);
  expect(page.match(new RegExp(`class="line solid" data-run="${paper}"`, 'g'))).toHaveLength(2);

  const request = { spec, isForced: false };
  await reports.exportSpec({ ...request, format: 'svg', path: place('outside-svg') });
  expect(read('outside-svg/02-loss.svg')).toContain('Paper (outside)');
  const { paths } = await reports.exportSpec({
    ...request,
    format: 'csv',
    path: place('with.csv'),
  });
  expect(paths.at(-1)).toBe(place('with-outside.csv'));
  const lines = linesOf('with-outside.csv');
  expect(lines.map((cells) => [cells[1], cells[3], cells[6]])).toEqual([
    ['name', 'epoch', 'valLoss'],
    ['Thesis', '1', '0.6'],
    ['Paper', '1', '0.5'],
    ['Paper', '2', '0.4'],
  ]);

  outsideCurves.remove({ curveId: thesis });
  const after = reports.previewAt((await reports.preview({ spec })).address) ?? '';
  expect(after).toContain('1 curve from outside was removed from this data folder');
  expect(after).not.toContain('Thesis (outside)');
  outsideCurves.remove({ curveId: paper });
});

test('a very long curve from outside is drawn by the points that show, and whole in tables', async () => {
  const { reports, outsideCurves } = app.services;
  const epochs = 150_000;
  const rows = Array.from({ length: epochs }, (_, index) => {
    const loss = index === 77_777 ? 0.125 : index === 99_999 ? 0.875 : 0.5 + (index % 10) / 1000;
    return `${index + 1},${loss}`;
  });
  writeFileSync(place('long.csv'), `epoch,val_loss\n${rows.join('\n')}\n`);
  const { curves } = outsideCurves.import({ path: place('long.csv') });
  const [{ curveId } = { curveId: '' }] = curves;
  const request = { spec: reports.draft({ runIds, curveIds: [curveId] }), isForced: false };
  await reports.exportSpec({ ...request, format: 'html', path: place('long.html') });
  const line = new RegExp(`<path class="line solid" data-run="${curveId}"[^>]* d="([^"]*)"`);
  const points = [
    ...(line.exec(read('long.html'))?.[1] ?? '').matchAll(/[ML]([\d.]+) ([\d.]+)/g),
  ].map(([, x, y]) => [Number(x), Number(y)] as const);
  expect(points.length).toBeGreaterThan(1000);
  expect(points.length).toBeLessThan(3000);
  const ys = points.map(([, y]) => y);
  const place0 = /data-curves="([^"]*valLoss[^"]*)"/.exec(read('long.html'))?.[1] ?? '{}';
  const { top, bottom, low, high, lastEpoch } = JSON.parse(
    place0.replaceAll('&quot;', '"'),
  ) as Record<'top' | 'bottom' | 'low' | 'high' | 'lastEpoch', number>;
  const y = (value: number) => bottom - ((value - low) / (high - low)) * (bottom - top);
  expect(lastEpoch).toBe(epochs);
  expect(Math.min(...ys)).toBeCloseTo(y(0.875), 1);
  expect(Math.max(...ys)).toBeCloseTo(y(0.125), 1);
  const { paths } = await reports.exportSpec({
    ...request,
    format: 'csv',
    path: place('long-table.csv'),
  });
  const table =
    paths.map((file) => path.basename(file)).find((name) => name.includes('outside')) ?? '';
  expect(linesOf(table)).toHaveLength(epochs + 1);
  outsideCurves.remove({ curveId });
});

test('runs of a bundle without its reviews have every figure, and it is said that the texts are missing', async () => {
  const bundle = place('runs.twofold');
  const request = { runIds, path: bundle, withData: false, isForced: false };
  await app.services.bundles.exportTo(request, quiet);
  const other = openApp({ home: place('bundle-home'), ...entries, queue: 'process' });
  try {
    await other.services.bundles.importFrom(bundle, quiet);
    const { reports } = other.services;
    // Another run of the same data, whose reviews a bundle did not bring.
    await exported('html', 'away.html');
    const named = read('away.html')
      .replaceAll(runIds[0] ?? '', 'zzzzzzzzzz')
      .replaceAll('"seed":1,', '"seed":99,');
    const text = /<script type="application\/json" id="[^"]*">([^<]*)/.exec(named)?.[1] ?? '';
    const hash = createHash('sha256').update(text).digest('hex');
    writeFileSync(
      place('away.html'),
      named.replace(/(<meta name="[^"]*" content=")[0-9a-f]{64}/, `$1${hash}`),
    );
    expect(
      (await reports.read({ path: place('away.html') })).runs.map(({ isHere, datasetId }) => [
        isHere,
        datasetId,
      ]),
    ).toContainEqual([false, null]);
    await expect(reports.queueRuns({ path: place('away.html') })).rejects.toThrow(
      /import "Synthetic reviews" \(content hash [0-9a-f]{64}\) first/,
    );
    const spec = reports.draft({ runIds });
    const html = reports.previewAt((await reports.preview({ spec })).address) ?? '';
    expect(html.match(/The (reviews|texts) of Synthetic reviews are not[^<]*/g)).toEqual([
      'The texts of Synthetic reviews are not in this data folder. The figures come from the labels that a bundle kept. Import the dataset to read its reviews.',
    ]);
    expect(html).not.toContain('Not comparable:');
    // Two seeds are too few for stable disagreements to be listed; those of one pair are.
    const ofPair = await reports.preview({
      spec: reports.draft({ runIds: [runIds[0] ?? '', runIds[2] ?? ''] }),
    });
    expect(reports.previewAt(ofPair.address)).toContain(
      'The text of this review is not in this data folder.',
    );
    for (const heading of [
      'Metrics',
      'Curves',
      'What differs',
      'Architecture',
      'Methods',
      'Data',
      'Training record',
    ])
      expect(html).toContain(`<h2>${heading}</h2>`);
    const { best } = app.services.runs.get({ runId: runIds[0] ?? '' });
    expect(html).toContain(`${((best?.testAccuracy ?? 0) * 100).toFixed(2)} %`);
    await reports.exportSpec({ spec, format: 'csv', path: place('away.csv'), isForced: false });
    expect(linesOf('away.csv')).toHaveLength(5);
  } finally {
    await other.close();
  }
});

test('every figure as a file, SVG or PNG, in their order', async () => {
  await exported('svg', 'figures-svg');
  const names = readdirSync(place('figures-svg')).filter((name) => !name.startsWith('.'));
  expect(names).toEqual([
    '01-interval.svg',
    '02-loss.svg',
    '03-accuracy.svg',
    '04-architecture-1.svg',
    '05-architecture-2.svg',
  ]);
  expect(read('figures-svg/02-loss.svg')).toMatch(/^<svg xmlns=[^]*<\/svg>$/);
  await exported('png', 'figures-png');
  const png = readFileSync(place('figures-png/02-loss.png'));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  // Its width in pixels: a column of a page at 300 dots an inch is 1,050.
  expect(png.readUInt32BE(16)).toBeGreaterThan(2000);
  await expect(exported('png', 'figures-png')).rejects.toThrow(/is there already/);

  const { reports } = app.services;
  const spec: ReportSpec = { ...reports.draft({ runIds }), blocks: [{ kind: 'metrics' }] };
  const request = { spec, format: 'svg', path: place('none'), isForced: false } as const;
  await expect(reports.exportSpec(request)).rejects.toThrow(/has no figures/);
});

test('a section that has nothing to tell is in the preview with what to do, and not in what is handed over', async () => {
  const { reports } = app.services;
  const usual = reports.draft({ runIds });
  const spec: ReportSpec = { ...usual, blocks: [{ kind: 'metrics' }, { kind: 'vocabulary' }] };
  const { address, leftOut } = await reports.preview({ spec });
  expect(reports.previewAt(address)).toMatch(/<h2>Embeddings<[^]*Compare them on the screen/);
  expect(leftOut).toEqual([expect.stringMatching(/^The section Embeddings is left out: /)]);
  for (const format of ['html', 'md', 'latex'] as const) {
    const path = place(`left.${format}`);
    const { notes } = await reports.exportSpec({ spec, format, path, isForced: false });
    expect(notes).toEqual(leftOut);
    expect(read(`left.${format}`)).not.toMatch(/Embeddings|Compare them/);
  }
});

test('one run alone: no verdict, its figures', async () => {
  await exported('html', 'one.html', false, runIds.slice(0, 1));
  const html = read('one.html');
  expect(html).not.toContain('<h2>Verdict</h2>');
  expect(html).toContain('<h2>Metrics</h2>');
  expect(shown(html)).not.toMatch(/\bNaN\b|undefined/);
});

/** The page and its data, without the script. */
async function speaking<T>(language: Language, work: () => Promise<T>): Promise<T> {
  setLanguage(language);
  try {
    return await work();
  } finally {
    setLanguage('en');
  }
}

const shown = (html: string): string => html.slice(0, html.lastIndexOf('<script>'));

/** Without the time at which it was made, and what is computed of it. */
const undated = (html = ''): string => html.replaceAll(/"createdAt":"[^"]*"|[0-9a-f]{64}/g, '');

const linesOf = (name: string): string[][] =>
  read(name)
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
