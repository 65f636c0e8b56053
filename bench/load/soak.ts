import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

import type { CDPSession } from '@playwright/test';

import { openDatabases } from '../../src-main/db/open.ts';
import { table } from '../speed/markdown.ts';
import { startServer } from '../../e2e/scenarios/server.ts';
import { openChromium } from './chromium.ts';
import { twofold } from './command.ts';

const { values } = parseArgs({
  options: { soak: { type: 'boolean' }, minutes: { type: 'string', default: '60' } },
});
const minutes = Number(values.minutes);
const sampleMs = Math.max(5_000, (minutes * 60_000) / 60);
const runsAtATime = 20;

type Sample = Readonly<{
  minute: number;
  /** Runs that ended so far. */
  runs: number;
  /** Resident memory of the server. */
  serverMb: number;
  /** Open files, sockets and pipes of the server. */
  handles: number;
  children: number;
  /** Of the page, after a collection. */
  heapMb: number;
  nodes: number;
}>;

const home = mkdtempSync(path.join(tmpdir(), 'twofold-soak-'));
const browser = await openChromium();
const { datasetId } = JSON.parse(await twofold(home, ['data', 'sample', '--json'])) as {
  datasetId: string;
};
const server = await startServer(home, { isChecked: false });
const databases = openDatabases(home);
const countOf = (states: string): number =>
  Number(
    databases.main.prepare(`SELECT count(*) FROM runs WHERE state IN (${states})`).pluck().get(),
  );
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(server.link);
  await page.evaluate(() => (window.location.hash = '#/runs'));
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const samples: Sample[] = [];
  const startMs = performance.now();
  const minute = () => (performance.now() - startMs) / 60_000;
  let seed = 1;
  while (minute() < minutes) {
    if (countOf(`'queued'`) < runsAtATime / 2) seed = await queueRuns(seed);
    await sleep(sampleMs);
    samples.push({
      minute: minute(),
      runs: countOf(`'finished'`),
      ...ofServer(server.pid),
      ...(await ofPage(session)),
    });
    process.stderr.write(`${JSON.stringify(samples.at(-1))}\n`);
  }
  const bad = countOf(`'failed', 'diverged', 'interrupted'`);
  process.stdout.write(`${report(samples)}\nRuns that failed: ${bad}\n`);
} finally {
  await browser.close();
  await server.stop();
  databases.close();
  rmSync(home, { recursive: true, force: true });
}

/** Small runs of every variant, each with a seed of its own; returns the next seed. */
async function queueRuns(from: number): Promise<number> {
  const file = path.join(home, 'soak.json');
  const seeds = Array.from({ length: runsAtATime / 2 }, (_, index) => from + index);
  const base = {
    ...{ numWords: 400, maxLength: 48, embeddingDim: 8, hiddenUnits: 8, filters: 8 },
    ...{ batchSize: 64, epochs: 2, limit: 600 },
  };
  const sweep = { dataset: datasetId, base, grid: { variant: ['A', 'B'] }, seeds };
  writeFileSync(file, JSON.stringify(sweep));
  await twofold(home, ['sweep', file]);
  return from + seeds.length;
}

function ofServer(pid: number): Pick<Sample, 'serverMb' | 'handles' | 'children'> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    serverMb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1000,
    handles: readdirSync(`/proc/${pid}/fd`).length,
    children: readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter((one) => one !== '').length,
  };
}

async function ofPage(session: CDPSession): Promise<Pick<Sample, 'heapMb' | 'nodes'>> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { heapMb: of('JSHeapUsedSize') / 1_000_000, nodes: of('Nodes') };
}

/** Means of the tenths of the time: what grows is seen from one to the next. */
function report(samples: readonly Sample[]): string {
  const tenths = Array.from({ length: 10 }, (_, tenth) =>
    samples.filter((_sample, index) => Math.floor((index / samples.length) * 10) === tenth),
  ).filter((part) => part.length > 0);
  const mean = (part: readonly Sample[], of: keyof Sample): string =>
    (part.reduce((sum, sample) => sum + sample[of], 0) / part.length).toFixed(1);
  const columns = ['minute', 'runs', 'serverMb', 'handles', 'children', 'heapMb', 'nodes'] as const;
  const lines = table(
    ['minute', 'runs ended', 'server, MB', 'handles', 'children', 'page heap, MB', 'nodes'],
    tenths.map((part) => columns.map((column) => mean(part, column))),
  );
  return `${lines.join('\n')}\n`;
}
