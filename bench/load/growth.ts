import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { Locator, Page } from '@playwright/test';

import { randomStream } from '#core/random.ts';

import { putBlob } from '../../src-main/db/blobs.ts';
import { openDatabases } from '../../src-main/db/open.ts';
import { table } from '../speed/markdown.ts';
import { addManyRuns, addSteps } from '../../e2e/scenarios/many-runs.ts';
import { startServer, type Server } from '../../e2e/scenarios/server.ts';
import { openChromium } from './chromium.ts';
import { twofold } from './command.ts';
import { untilShown } from './probe.ts';

const { values } = parseArgs({
  options: {
    growth: { type: 'boolean' },
    runs: { type: 'string', default: '10000' },
    steps: { type: 'string', default: '1000' },
  },
});
const large = Number(values.runs);
const small = Math.max(1, Math.round(large / 10));
const steps = Number(values.steps);
const exported = Math.min(200, small);
const turns = 5;

/** A home that is measured. */
type Place = Readonly<{ home: string; runs: number }>;
/** The middle of what was measured, in ms, a place each. */
type Figures = Readonly<Record<string, readonly number[]>>;

const browser = await openChromium();
const places = [small, large].map((runs): Place => ({
  home: mkdtempSync(path.join(tmpdir(), 'twofold-growth-')),
  runs,
}));
try {
  for (const place of places) await fill(place);
  process.stdout.write(
    report({
      ...(await startUp()),
      ...(await onScreen()),
      ...(await append()),
      ...(await exportRuns()),
    }),
  );
  const slow = places.at(-1)?.home ?? '';
  process.stdout.write(
    `\nQueries over 40 ms with ${large} runs:\n${slowQueries(slow) || 'none'}\n`,
  );
} finally {
  await browser.close();
  for (const { home } of places) rmSync(home, { recursive: true, force: true });
}

async function fill({ home, runs }: Place): Promise<void> {
  process.stderr.write(`Writing ${runs} runs of ${steps} points ...\n`);
  const { datasetId } = JSON.parse(await twofold(home, ['data', 'sample', '--json'])) as {
    datasetId: string;
  };
  addManyRuns(home, { runs, withSteps: runs, steps, running: 0, epochs: 20, datasetId });
  addPredictions(home);
}

/** Takes turns, so that whatever else the machine does meanwhile is in the figures of all places. */
async function inTurns<T>(
  all: readonly T[],
  measure: (of: T) => number | Promise<number>,
): Promise<readonly number[]> {
  const found = all.map((): number[] => []);
  for (let turn = 0; turn < turns; turn += 1)
    for (const [index, of] of all.entries()) found[index]?.push(await measure(of));
  return found.map(median);
}

/** What the two newest runs say of the test reviews: enough to evaluate one and to compare both. */
function addPredictions(home: string): void {
  const { main, blobs, close } = openDatabases(home);
  const { uniform } = randomStream(1, 'growth predictions');
  const splits = JSON.parse(
    String(main.prepare('SELECT splits FROM datasets').pluck().get()),
  ) as Readonly<{ test: Readonly<{ count: number }> }>;
  const { count } = splits.test;
  const newest = main
    .prepare(
      'SELECT run_key AS runKey, best_epoch AS epoch FROM runs ORDER BY run_key DESC LIMIT 2',
    )
    .all() as { runKey: number; epoch: number }[];
  for (const { runKey, epoch } of newest) {
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    const probabilities = Float32Array.from(rows, () => uniform());
    const bytes = Buffer.concat([
      new Uint8Array(rows.buffer),
      new Uint8Array(probabilities.buffer),
    ]);
    const blobHash = putBlob(blobs, bytes, new Date());
    main
      .prepare('INSERT INTO predictions VALUES (?, ?, ?, ?, ?)')
      .run(runKey, epoch, 'test', count, blobHash);
  }
  close();
}

async function startUp(): Promise<Figures> {
  return {
    'start-up, to the link': await inTurns(places, async ({ home }) => {
      const startMs = performance.now();
      const server = await startServer(home, { isChecked: false });
      const ms = performance.now() - startMs;
      await server.stop();
      return ms;
    }),
  };
}

async function onScreen(): Promise<Figures> {
  const windows = await Promise.all(places.map(openWindow));
  try {
    const go = (hash: (runs: number) => string, shown: string) =>
      inTurns(windows, ({ page, runs }) => goTo(page, hash(runs), shown));
    return {
      'window opened, to the first runs': await inTurns(windows, (window) =>
        openRuns(window, (page) => page.locator('main tr[data-run]').first()),
      ),
      'window opened, until all runs are there': await inTurns(windows, (window) =>
        openRuns(window, (page) =>
          page.getByText(new RegExp(`^${window.runs.toLocaleString('en')} runs, `)),
        ),
      ),
      'list of runs': await go(() => '#/runs', 'main tr[data-run]'),
      'filter, a key': await inTurns(windows, ({ page }) => filter(page)),
      'a run opened': await go(
        (runs) => `#/run?id=${idOf(runs - 1)}`,
        'main [aria-label="Reviews"]',
      ),
      'two runs compared': await go(
        (runs) => `#/compare?runs=${idOf(runs - 1)},${idOf(runs - 2)}`,
        'main section[aria-label="Verdict"]',
      ),
    };
  } finally {
    for (const { page, server } of windows) {
      await page.close();
      await server.stop();
    }
  }
}

type Window = Readonly<{ page: Page; server: Server; runs: number }>;

async function openWindow({ home, runs }: Place): Promise<Window> {
  const server = await startServer(home, { isChecked: false });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(600_000);
  await page.goto(server.link);
  return { page, server, runs };
}

/** A new window on the Runs screen, until `shown` is there. */
async function openRuns({ page, server }: Window, shown: (page: Page) => Locator): Promise<number> {
  await page.goto('about:blank');
  const startMs = performance.now();
  await page.goto(`${server.origin}/#/runs`);
  await shown(page).waitFor();
  return performance.now() - startMs;
}

/** Of the run that was written at this place. */
function idOf(index: number): string {
  return `load${String(index).padStart(6, '0')}`;
}

/** From Settings to another screen by its address. */
async function goTo(page: Page, hash: string, shown: string): Promise<number> {
  await page.evaluate(() => (window.location.hash = '#/settings'));
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await page.evaluate((to) => {
    document.querySelector('#load-link')?.remove();
    const link = Object.assign(document.createElement('a'), { id: 'load-link', href: to });
    document.body.append(link);
  }, hash);
  return untilShown(page, '#load-link', shown);
}

/** A letter more in the filter, to the frame that shows what is left. */
async function filter(page: Page): Promise<number> {
  await page.evaluate(() => (window.location.hash = '#/runs'));
  const field = page.getByRole('searchbox', { name: 'Filter runs' });
  await field.fill('maxLength:30');
  const ms = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const input = document.querySelector<HTMLInputElement>('input[type="search"]');
        if (input === null) throw new Error('There is no filter.');
        const startMs = performance.now();
        input.value += '0';
        input.dispatchEvent(new Event('input', { bubbles: true }));
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - startMs)));
      }),
  );
  await field.fill('');
  return ms;
}

/** Twenty thousand rows of one more second of training of 50 runs, in transactions as the supervisor makes them. */
async function append(): Promise<Figures> {
  const { normal } = randomStream(1, 'growth');
  const open = places.map(({ home }) => {
    const databases = openDatabases(home);
    const keys = databases.main
      .prepare('SELECT run_key FROM runs ORDER BY run_key DESC LIMIT 50')
      .pluck()
      .all()
      .map(Number);
    return { ...databases, keys, from: steps };
  });
  const found = await inTurns(open, (of) => {
    const startMs = performance.now();
    of.main
      .transaction(() => {
        for (const key of of.keys) addSteps(of.main, key, of.from + 1, of.from + 400, normal);
      })
      .immediate();
    of.from += 400;
    return performance.now() - startMs;
  });
  for (const { close } of open) close();
  return { '20,000 rows of steps written': found };
}

async function exportRuns(): Promise<Figures> {
  return {
    [`${exported} runs exported as CSV`]: await inTurns(places, async ({ home, runs }) => {
      const ids = Array.from({ length: exported }, (_, index) => idOf(runs - 1 - index));
      const file = path.join(home, 'growth-csv');
      const startMs = performance.now();
      await twofold(home, [
        'export',
        'report',
        ...ids,
        '--format',
        'csv',
        '--out',
        file,
        '--force',
      ]);
      return performance.now() - startMs;
    }),
  };
}

/** By name: how often, and the longest. */
function slowQueries(home: string): string {
  let text: string;
  try {
    text = readFileSync(path.join(home, 'slow-queries.log'), 'utf8');
  } catch {
    return '';
  }
  const byName = new Map<string, number[]>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, ms = '', name = ''] = line.split('\t');
    byName.set(name, [...(byName.get(name) ?? []), Number.parseFloat(ms)]);
  }
  return [...byName]
    .map(([name, ms]) => `${name}: ${ms.length} times, at most ${Math.max(...ms)} ms`)
    .join('\n');
}

function median(found: readonly number[]): number {
  return found.toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ?? Number.NaN;
}

function report(figures: Figures): string {
  const lines = table(
    [`what, ms (median of ${turns})`, `${small} runs`, `${large} runs`, 'growth'],
    Object.entries(figures).map(([what, [few = Number.NaN, many = Number.NaN]]) => [
      what,
      few.toFixed(0),
      many.toFixed(0),
      `x ${(many / few).toFixed(1)}`,
    ]),
  );
  return `${lines.join('\n')}\n`;
}
