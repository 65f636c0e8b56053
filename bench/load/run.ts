import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Browser, Page } from '@playwright/test';

import { randomStream } from '#core/util/random.ts';

import { openDatabases } from '../../src-main/db/open.ts';
import { table } from '../speed/markdown.ts';
import { addManyRuns, addSteps, tellProgress } from '../../e2e/scenarios/many-runs.ts';
import { startServer } from '../../e2e/scenarios/server.ts';
import { openChromium } from './chromium.ts';
import { openRuns } from './open-runs.ts';
import { probe, untilShown, type Cost } from './probe.ts';
import { measureTelling } from './telling.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '7820' },
    live: { type: 'string', default: '50' },
    overlaid: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
  },
});
const size = {
  runs: Number(values.runs),
  steps: Number(values.steps),
  live: Number(values.live),
  overlaid: Number(values.overlaid),
  seconds: Number(values.seconds),
};

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
type Row = Readonly<{ what: string; ms: number | null; cost: Cost }>;

const browser = await openChromium();
try {
  const rows = [
    ...(await withHome(browser, null, async (page) => [await openedRuns(page, 'an empty list')])),
    ...(await withHome(browser, fill, async (page, home) => [
      await openedRuns(page, `a list of ${size.runs} runs`),
      ...(await sortAndFilter(page)),
      ...(await followLive(page, home)),
      ...(await overlay(page, home)),
    ])),
  ];
  process.stdout.write(report(rows));
  for (const { stepMs, tellMs } of await measureTelling())
    process.stdout.write(
      `Telling of a step of ${stepMs} ms: ${tellMs.toFixed(3)} ms of the training loop.\n`,
    );
} finally {
  await browser.close();
}

function fill(home: string): void {
  say(`Writing ${size.runs} runs, ${size.overlaid} of them with ${size.steps} steps ...`);
  addManyRuns(home, {
    runs: size.runs,
    withSteps: size.overlaid,
    steps: size.steps,
    running: size.live,
    epochs: 20,
  });
}

async function withHome(
  open: Browser,
  prepare: ((home: string) => void) | null,
  work: (page: Page, home: string) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'twofold-load-'));
  prepare?.(home);
  const server = await startServer(home, { isChecked: false });
  const page = await open.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(600_000);
  try {
    await page.goto(server.link);
    return await work(page, home);
  } finally {
    await page.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function openedRuns(page: Page, what: string): Promise<Row> {
  return {
    what: `Runs opened: ${what}`,
    ...(await openRuns(page, 'main tr[data-run], main .empty')),
  };
}

async function sortAndFilter(page: Page): Promise<readonly Row[]> {
  const { measure } = await probe(page);
  const rows: Row[] = [];
  await page.locator('tr[data-run]').first().waitFor();
  const sort = await measure(async () => {
    await page.getByRole('button', { name: 'Test accuracy' }).click();
    await page.locator('th[aria-sort="descending"]').waitFor();
  });
  rows.push({ what: 'sorted by a figure', ms: sort.wallMs, cost: sort });
  const filter = await measure(async () => {
    await page.getByRole('searchbox', { name: 'Filter runs' }).fill('maxLength:300 accuracy>80');
    await page
      .getByText(/is called|All runs|Grid|Pairs/)
      .first()
      .waitFor();
  });
  rows.push({ what: 'filtered', ms: filter.wallMs, cost: filter });
  await page.getByRole('searchbox', { name: 'Filter runs' }).fill('');
  return rows;
}

/** The running ones are drawn by themselves; charts by epoch and by step are shown. */
async function followLive(page: Page, home: string): Promise<readonly Row[]> {
  await page.getByRole('button', { name: 'Charts', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Show Training loss, by step' }).click();
  await settled(page);
  const { measure } = await probe(page);
  const quiet = await measure(() => sleep(size.seconds * 1000));
  const databases = openDatabases(home);
  const keys = databases.main
    .prepare(`SELECT run_key FROM runs WHERE state = 'running' ORDER BY run_key`)
    .pluck()
    .all()
    .map(Number);
  const { normal } = randomStream(1, 'live');
  let step = size.steps;
  const write = setInterval(() => {
    const from = step + 1;
    step += 3;
    databases.main
      .transaction(() => {
        for (const key of keys) {
          addSteps(databases.main, key, from, step, normal);
          tellProgress(databases.main, key, step);
        }
      })
      .immediate();
  }, 1000);
  const live = await measure(() => sleep(size.seconds * 1000));
  clearInterval(write);
  databases.close();
  const what = `${size.live} runs of ${size.steps} points in 3 charts`;
  return [
    { what: `${what}, nothing new for ${size.seconds} s`, ms: null, cost: quiet },
    { what: `${what}, live for ${size.seconds} s`, ms: null, cost: live },
  ];
}

/** As many as are asked for, of the newest. */
async function overlay(page: Page, home: string): Promise<readonly Row[]> {
  const drawn = Array.from(
    { length: size.overlaid },
    (_, at) => `load${String(size.runs - 1 - at).padStart(6, '0')}`,
  );
  await page.getByRole('link', { name: /^Settings/ }).click();
  // The window has written by then what it drew until now.
  await sleep(2000);
  const databases = openDatabases(home);
  databases.main
    .prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)')
    .run('runMarks', JSON.stringify({ drawn, pinned: null }));
  databases.close();
  await page.evaluate(() => {
    localStorage.setItem('twofold.runs', JSON.stringify({ charts: ['loss step'] }));
  });
  await page.reload();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  const { measure } = await probe(page);
  let ms = Number.NaN;
  const cost = await measure(async () => {
    ms = await untilShown(page, 'nav a[href="#/runs"]', 'main [aria-busy="false"]');
  });
  return [
    {
      what: `${size.overlaid} runs of ${size.steps} points overlaid, to the first whole picture`,
      ms,
      cost,
    },
  ];
}

async function settled(page: Page): Promise<void> {
  await page.locator('main [aria-busy="false"]').first().waitFor();
  await sleep(3000);
}

function report(rows: readonly Row[]): string {
  const whole = (ms: number): string => ms.toFixed(0);
  const lines = table(
    ['what', 'shown after, ms', 'task time, ms', 'script, ms', 'tasks over 50 ms', 'longest, ms'],
    rows.map(({ what, ms, cost }) => [
      what,
      ms === null ? '' : whole(ms),
      whole(cost.taskMs),
      whole(cost.scriptMs),
      String(cost.longTasks.length),
      cost.longTasks.length === 0 ? '' : whole(Math.max(...cost.longTasks)),
    ]),
  );
  return `${lines.join('\n')}\n`;
}
