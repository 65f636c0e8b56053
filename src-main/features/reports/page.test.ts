import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { chromium, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { sectionKinds } from '#contract/report.ts';
import type { Epoch } from '#contract/run.ts';
import type { ReportData } from '#core/reports/data.ts';

import { buildRun } from '../../testing/builders/build-run.ts';
import { chromiumPrinter, findChromium } from './write/chromium.ts';
import { reportPage } from './page.ts';
import { paperFonts } from './write/write-pdf.ts';

const resources = path.join(import.meta.dirname, '../../../resources');
const browserFile = findChromium();
let folder: string;
let browser: Browser;
let file: string;
let manyFile: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-page-'));
  file = path.join(folder, 'report.html');
  writeFileSync(file, reportPage(data(), resources));
  manyFile = path.join(folder, 'many.html');
  writeFileSync(manyFile, reportPage(manyData(), resources));
  browser = await chromium.launch({
    ...(browserFile === null ? {} : { executablePath: browserFile }),
    args: ['--no-sandbox', '--disable-gpu'],
  });
}, 120_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

test('from the disk, without a network: runs are chosen, curves zoomed and smoothed, tables sorted, the theme turned', async () => {
  const { page, complaints } = await open({ javaScriptEnabled: true });
  const line = page.locator('#loss .line.solid').first();
  const whole = await line.getAttribute('d');

  await page.getByRole('checkbox', { name: 'A seed 1' }).uncheck();
  expect(await line.evaluate((element) => getComputedStyle(element).visibility)).toBe('hidden');
  await page.getByRole('button', { name: 'None' }).click();
  expect(await page.locator('#loss .line:not(.hidden)').count()).toBe(0);
  await page.getByRole('button', { name: 'All runs' }).click();
  expect(await page.locator('#loss .line.hidden').count()).toBe(0);

  await page.getByRole('slider').fill('0.6');
  expect(await line.getAttribute('d')).not.toBe(whole);
  expect(await page.locator('#loss .raw').count()).toBe(3);
  await page.getByRole('slider').fill('0');
  expect(await line.getAttribute('d')).toBe(whole);

  await drag(page);
  expect(await line.getAttribute('d')).not.toBe(whole);
  const ticks = await page.locator('#loss .axes text.anew').allTextContents();
  expect(ticks).toContain('5');
  expect(ticks).not.toContain('1');
  await page.getByRole('button', { name: 'Whole range' }).click();
  expect(await line.getAttribute('d')).toBe(whole);
  expect(await page.locator('#loss .anew').count()).toBe(0);

  const accuracies = page.locator('#metrics td:nth-child(4)');
  const sort = page.locator('#metrics').getByRole('button', { name: /^Accuracy ↑/ });
  await sort.click();
  expect(await accuracies.allTextContents()).toEqual(['81.00 %', '82.00 %', '83.00 %']);
  await sort.click();
  expect(await accuracies.allTextContents()).toEqual(['83.00 %', '82.00 %', '81.00 %']);

  const background = () =>
    page.evaluate(() => getComputedStyle(document.body.parentElement!).backgroundColor);
  const light = await background();
  await page.getByRole('button', { name: 'Light or dark' }).click();
  expect(await background()).not.toBe(light);
  expect(complaints).toEqual([]);
});

test('of many runs a model has one colour and one entry of the legend, and the pointer names a run', async () => {
  const { page, complaints } = await open({ javaScriptEnabled: true }, manyFile);
  expect(await page.locator('.legend li').count()).toBe(4);
  const strokes = await page
    .locator('#loss .line.solid')
    .evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke')));
  expect([strokes.length, new Set(strokes).size]).toEqual([12, 4]);
  const names = await page.locator('#loss .labels text').allTextContents();
  expect(names).toHaveLength(4);
  expect(names.join()).not.toContain('seed');

  await page.locator('.legend input').first().uncheck();
  expect(await page.locator('#loss .line.solid.hidden').count()).toBe(3);
  await page.locator('.legend input').first().check();
  await page.locator('.legend li').first().hover();
  expect(await page.locator('#loss .line.solid.near').count()).toBe(3);

  const plot = page.locator('#loss .plot');
  await plot.scrollIntoViewIfNeeded();
  const at = await page
    .locator('#loss .line.solid')
    .nth(4)
    .evaluate((element) => {
      const line = element as unknown as SVGPathElement;
      const { x, y } = line.getPointAtLength(line.getTotalLength() / 3);
      const point = new DOMPoint(x, y).matrixTransform(line.getScreenCTM()!);
      return { x: point.x, y: point.y, name: line.getAttribute('data-name') };
    });
  await page.mouse.move(at.x, at.y);
  const told = page.locator('#loss .told');
  expect(await told.textContent()).toMatch(/^.+ seed \d · epoch \d · 0\.\d{4}$/);
  expect(await page.locator('#loss .line.solid.near').count()).toBe(1);
  await page.mouse.move(5, 5);
  expect(await told.textContent()).toBe('');
  expect(complaints).toEqual([]);
});

test('without a script everything is there to be read, on a narrow screen too', async () => {
  const { page } = await open({ javaScriptEnabled: false, viewport: { width: 480, height: 800 } });
  await expect(page.getByRole('heading').allTextContents()).resolves.toContain('Metrics');
  expect(await page.getByRole('img').count()).toBeGreaterThan(2);
  expect(await page.getByText('81.00 %').count()).toBeGreaterThan(0);
  expect(await page.getByRole('button').count()).toBe(0);
});

test('what a person keeps for themselves is not handed over', () => {
  const { runs, ...rest } = data();
  const html = reportPage(
    { ...rest, runs: runs.map((run) => ({ ...run, note: 'my secret', tags: ['my tag'] })) },
    resources,
  );
  expect(html).toContain('"runId":"run0"');
  expect(html).not.toMatch(/my secret|my tag|isFavourite/);
});

test('the model with the highest mean stands beside the bag of words with its interval, and all of them in a table', () => {
  const { metrics, runs, ...rest } = data();
  const pageWith = (bagOfWords: number): string => {
    const baseline = {
      ...metrics[0]!,
      key: 'k',
      reading: 'run' as const,
      accuracy: bagOfWords,
      accuracyInterval: [bagOfWords - 0.01, bagOfWords + 0.01] as [number, number],
      c: 4,
      isSublinear: true,
      loss: 0.4,
      valAccuracy: 0.8,
      valLoss: 0.4,
      trainAccuracy: 0.9,
      words: 100,
      seconds: 1,
    };
    const runIds = runs.map(({ runId }) => runId);
    const whole = {
      ...baseline,
      key: 'w',
      reading: 'whole' as const,
      accuracy: 0.5,
      isSublinear: false,
    };
    const beside = { runIds: ['run1'], seeds: 2, generalises: 'seedsAndReviews' } as const;
    const differences = [
      { ...beside, difference: -0.02, interval: [-0.03, -0.01] as const },
      { ...beside, runIds: ['run0', 'run2'], difference: 0.8 - bagOfWords, interval: null },
    ];
    const baselines = [
      { runIds, baseline, differences },
      { runIds, baseline: whole, differences: [] },
    ];
    return reportPage({ ...rest, metrics, runs, baselines }, resources);
  };
  const below = pageWith(0.85);
  expect(below).toContain(
    'B, the model with the highest mean, is less accurate than a bag of words that reads the same text: the difference is −2.00 points (95% CI −3.00 to −1.00).',
  );
  expect(below).toContain('new seeds and reviews');
  const beaten = pageWith(0.75);
  expect(beaten).toContain(
    'A, the model with the highest mean, cannot be told from a bag of words',
  );
  expect(beaten).toContain(
    'Bag of words, same text: accuracy 95% CI 74.00 to 76.00 % (Wilson 1927), C = 4, sublinear term frequency.',
  );
  expect(beaten).toMatch(
    /Bag of words, whole reviews: accuracy 95% CI .*, C = 4, plain term frequency\./,
  );
});

test.skipIf(browserFile === null)(
  'on paper it has bookmarks, is tagged, and its text is in fonts that every venue takes',
  async () => {
    const [page, pdf] = [path.join(folder, 'paper.html'), path.join(folder, 'paper.pdf')];
    writeFileSync(page, reportPage(data(), resources, { fonts: paperFonts() }));
    await chromiumPrinter(page, pdf, folder, new AbortController().signal);
    const written = readFileSync(pdf, 'latin1');
    expect(written).toMatch(/\/Outlines/);
    expect(written).toMatch(/\/StructTreeRoot/);
    expect(written).toMatch(/\/BaseFont \/\w+\+Pretendard-Regular/);
    expect(written).not.toMatch(/\/Type3\b/);
  },
  120_000,
);

async function open(options: Parameters<Browser['newContext']>[0], of = file) {
  const context = await browser.newContext({ offline: true, colorScheme: 'light', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(request.url());
  });
  await page.goto(pathToFileURL(of).href);
  return { page, complaints };
}

/** Over the middle of the plot. */
async function drag(page: Page): Promise<void> {
  const plot = page.locator('#loss .plot');
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 });
  await page.mouse.up();
}

/** Three runs of nine epochs; what is left out of a report of fewer sections is not asked for. */
function data(): ReportData {
  const runs = (['A', 'B', 'A'] as const).map((variant, index) => {
    const epochs = Array.from({ length: 9 }, (_, at) => epochOf(at + 1, index));
    const best = { ...epochs[3]!, trainAccuracy: 0.9 };
    const seed = index === 2 ? 2 : 1;
    return buildRun({
      runId: `run${index}`,
      name: `${variant} seed ${seed}`,
      variant,
      config: {
        ...buildRun().config,
        variant,
        seed,
        embedding: variant === 'A' ? 'separate' : 'shared',
      },
      epochs,
      best,
      last: { ...epochs[8]!, trainAccuracy: 0.95 },
    });
  });
  return {
    spec: {
      title: 'Three runs',
      runIds: runs.map(({ runId }) => runId),
      experimentId: null,
      weights: 'best',
      blocks: sectionKinds
        .filter((kind) =>
          ['question', 'metrics', 'curves', 'differences', 'architecture'].includes(kind),
        )
        .map((kind) => ({ kind })),
    },
    createdAt: '2026-01-01T00:00:00.000Z',
    twofoldVersion: '0.0.0',
    experimentName: null,
    runs,
    absent: [],
    outsideCurves: [],
    absentCurveCount: 0,
    datasets: [],
    metrics: runs.map(({ runId, best, parameters }, index) => ({
      runId,
      weights: 'best',
      accuracy: 0.82 + [0, 0.01, -0.01][index]!,
      loss: best?.testLoss ?? null,
      valAccuracy: best?.valAccuracy ?? null,
      valLoss: best?.valLoss ?? null,
      trainAccuracy: 0.9,
      brier: 0.1,
      calibrationError: 0.02,
      confidenceCalibrationError: 0.03,
      rocArea: 0.9,
      averagePrecision: 0.9,
      epoch: 4,
      secondsPerEpoch: 1,
      parameters,
      calibration: null,
      confusion: null,
      reason: null,
    })),
    concerns: [],
    pairs: [],
    judgement: null,
    comparable: { compared: runs, grid: [], leftOut: [], identical: [] },
    baselines: [],
    flips: null,
    embeddings: null,
  };
}

/** Four models that no variant tells apart, three seeds each. */
function manyData(): ReportData {
  const { runs: few, ...rest } = data();
  const [first] = few;
  const runs = [32, 64].flatMap((embeddingDim) =>
    (['separate', 'shared'] as const).flatMap((embedding) =>
      [1, 2, 3].map((seed, index) => {
        const runId = `${embedding}${embeddingDim}${seed}`;
        const config = { ...first!.config, variant: null, embedding, embeddingDim, seed };
        const epochs = first!.epochs.map(({ epoch }) => epochOf(epoch, index + embeddingDim));
        return buildRun({
          ...first!,
          runId,
          name: `${embedding} ${embeddingDim} seed ${seed}`,
          variant: null,
          config,
          epochs,
        });
      }),
    ),
  );
  const metrics = runs.map(({ runId }) => ({ ...rest.metrics[0]!, runId }));
  return { ...rest, spec: { ...rest.spec, runIds: runs.map(({ runId }) => runId) }, runs, metrics };
}

const epochOf = (epoch: number, index: number): Epoch => ({
  epoch,
  loss: 0.7 / epoch,
  accuracy: 0.6 + epoch / 30,
  valLoss: 0.5 - 0.05 * Math.sin(epoch * 2 + index),
  valAccuracy: 0.8 + epoch / 100,
  testLoss: 0.5,
  testAccuracy: 0.8,
  trainSeconds: 1,
  evalSeconds: 1,
  trainSamplesPerSecond: 100,
  evalSamplesPerSecond: 100,
});
