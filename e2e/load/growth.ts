import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { Browser, Page } from '@playwright/test';

import { randomStream } from '#core/random.ts';

import { putBlob } from '../../src-main/db/blobs.ts';
import { openDatabases } from '../../src-main/db/open.ts';
import { table } from '../bench/markdown.ts';
import { addManyRuns, addSteps } from '../scenarios/many-runs.ts';
import { startServer } from '../scenarios/server.ts';
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

type Figures = Readonly<Record<string, number>>;

const browser = await openChromium();
try {
  const [few, many] = [await figuresAt(browser, small), await figuresAt(browser, large)];
  process.stdout.write(report(few.figures, many.figures));
  process.stdout.write(`\nQueries over 40 ms with ${large} runs:\n${many.slow || 'none'}\n`);
} finally {
  await browser.close();
}

/** The same acts in a home of `runs` runs with `steps` points each. */
async function figuresAt(
  open: Browser,
  runs: number,
): Promise<Readonly<{ figures: Figures; slow: string }>> {
  const home = mkdtempSync(path.join(tmpdir(), 'twofold-growth-'));
  try {
    process.stderr.write(`Writing ${runs} runs of ${steps} points ...\n`);
    const { datasetId } = JSON.parse(await twofold(home, ['data', 'sample', '--json'])) as {
      datasetId: string;
    };
    addManyRuns(home, { runs, withSteps: runs, steps, running: 0, epochs: 20, datasetId });
    addPredictions(home);
    const figures = {
      ...(await startUp(home)),
      ...(await onScreen(open, home, runs)),
      ...append(home),
      ...(await exportRuns(home, runs)),
    };
    return { figures, slow: slowQueries(home) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
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

async function startUp(home: string): Promise<Figures> {
  return {
    'start-up, to the link': await medianOf(async () => {
      const startMs = performance.now();
      const server = await startServer(home, { isChecked: false });
      const ms = performance.now() - startMs;
      await server.stop();
      return ms;
    }),
  };
}

async function onScreen(open: Browser, home: string, runs: number): Promise<Figures> {
  const server = await startServer(home, { isChecked: false });
  const page = await open.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(600_000);
  try {
    await page.goto(server.link);
    const newest = `load${String(runs - 1).padStart(6, '0')}`;
    const other = `load${String(runs - 2).padStart(6, '0')}`;
    const go = (hash: string, shown: string) => medianOf(() => goTo(page, hash, shown));
    return {
      'window opened, to the first runs': await medianOf(async () => {
        await page.goto('about:blank');
        const startMs = performance.now();
        await page.goto(`${server.origin}/#/runs`);
        await page.locator('main tr[data-run]').first().waitFor();
        return performance.now() - startMs;
      }),
      'list of runs': await go('#/runs', 'main tr[data-run]'),
      'filter, a key': await medianOf(() => filter(page)),
      'a run opened': await go(`#/run?id=${newest}`, 'main [aria-label="Reviews"]'),
      'two runs compared': await go(
        `#/compare?runs=${newest},${other}`,
        'main section[aria-label="Verdict"]',
      ),
    };
  } finally {
    await page.close();
    await server.stop();
  }
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
function append(home: string): Figures {
  const databases = openDatabases(home);
  const { normal } = randomStream(1, 'growth');
  const keys = databases.main
    .prepare('SELECT run_key FROM runs ORDER BY run_key DESC LIMIT 50')
    .pluck()
    .all()
    .map(Number);
  let from = steps;
  const turnMs = Array.from({ length: turns }, () => {
    const startMs = performance.now();
    databases.main
      .transaction(() => {
        for (const key of keys) addSteps(databases.main, key, from + 1, from + 400, normal);
      })
      .immediate();
    from += 400;
    return performance.now() - startMs;
  });
  databases.close();
  return { '20,000 rows of steps written': median(turnMs) };
}

async function exportRuns(home: string, runs: number): Promise<Figures> {
  const ids = Array.from(
    { length: exported },
    (_, index) => `load${String(runs - 1 - index).padStart(6, '0')}`,
  );
  return {
    [`${exported} runs exported as CSV`]: await medianOf(async () => {
      const startMs = performance.now();
      const place = path.join(home, 'growth-csv');
      await twofold(home, [
        'export',
        'report',
        ...ids,
        '--format',
        'csv',
        '--out',
        place,
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

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const found: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) found.push(await measure());
  return median(found);
}

function median(found: readonly number[]): number {
  return found.toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ?? Number.NaN;
}

function report(few: Figures, many: Figures): string {
  const lines = table(
    ['what, ms (median of 5)', `${small} runs`, `${large} runs`, 'growth'],
    Object.entries(many).map(([what, ms]) => {
      const before = few[what] ?? Number.NaN;
      return [what, before.toFixed(0), ms.toFixed(0), `x ${(ms / before).toFixed(1)}`];
    }),
  );
  return `${lines.join('\n')}\n`;
}
