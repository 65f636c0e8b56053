import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { metricsRowSchema } from '#contract/comparison.ts';

import { openDatabases } from '../../db/open.ts';
import { entries } from '../../testing/programs.ts';
import { addStoredRun, judging } from '../../testing/builders/stored-runs.ts';
import { openApp, type App } from '../app.ts';

/** Predictions that are no longer what was stored: the report has what is sound, and says what is missing and why. */

let folder: string;
let app: App;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-damaged-'));
  const home = path.join(folder, 'home');
  app = openApp({
    home,
    ...entries,
    queue: 'process',
    printPage: async (page, target) => {
      writeFileSync(target, await Promise.resolve(readFileSync(page)));
    },
  });
  const { dataset } = await app.services.datasets.importSample({
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const { datasetId, splits } = dataset;
  const databases = openDatabases(home);
  for (const [seed, variant] of (['A', 'B'] as const).entries()) {
    addStoredRun(databases, {
      runId: variant,
      config: { variant, seed: 1 },
      probabilities: [judging(splits.test.count, (row) => row % 5 > seed, seed)],
      datasetId,
    });
  }
  const hash = databases.main
    .prepare(
      `SELECT blob_hash FROM predictions JOIN runs USING (run_key) WHERE run_id = 'A' AND split = 'test'`,
    )
    .pluck()
    .get();
  databases.close();
  const blobs = new Database(path.join(home, 'blobs.sqlite'));
  expect(
    blobs.prepare('UPDATE blobs SET bytes = zeroblob(LENGTH(bytes)) WHERE hash = ?').run(hash)
      .changes,
  ).toBe(1);
  blobs.close();
}, 120_000);

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const why = /some figures are missing\. blobs\.sqlite is damaged: .*?Set the damaged file aside/;
const wrongReason = 'No two of these runs have judged the same test reviews';
const draft = (runIds: readonly string[]) => app.services.reports.draft({ runIds });

async function exported(
  format: 'html' | 'pdf' | 'md' | 'latex' | 'csv' | 'json',
  runIds: readonly string[] = ['A', 'B'],
) {
  const file = path.join(folder, `report.${format}`);
  const spec = draft(runIds);
  const request = { spec, format, path: file, isForced: true };
  const { notes } = await app.services.reports.exportSpec(request);
  return { notes: notes.join('\n'), text: readFileSync(file, 'utf8') };
}

test.each(['html', 'pdf', 'md', 'latex'] as const)(
  'a report as %s says at its head and in its notes which run lacks figures, and why',
  async (format) => {
    const { text, notes } = await exported(format);
    expect(notes).toMatch(new RegExp(`^run A: ${why.source}`));
    expect(notes).toMatch(/The section Reviews that flip is left out: blobs.sqlite is damaged/);
    expect(notes).not.toContain(wrongReason);
    expect(text.replaceAll('\\', '').replaceAll(/\s+/g, ' ')).toMatch(why);
    expect((await exported(format, ['B'])).notes).not.toMatch(/damaged/);
  },
);

test.each(['html', 'md', 'json'] as const)(
  'a report of that run alone as %s says so too',
  async (format) => {
    const { text, notes } = await exported(format, ['A']);
    expect(notes).toMatch(why);
    expect(text.replaceAll('\\', '')).toMatch(/blobs\.sqlite is damaged/);
  },
);

test('the preview says it before anything is written', async () => {
  const { address, leftOut } = await app.services.reports.preview({ spec: draft(['A', 'B']) });
  expect(app.services.reports.previewAt(address)).toMatch(why);
  expect(leftOut.join('\n')).not.toContain(wrongReason);
});

test('what does not come from the predictions is kept', async () => {
  const [run] = app.services.runs.get({ runId: 'A' }).epochs;
  const known = {
    epoch: 1,
    valLoss: run?.valLoss,
    valAccuracy: run?.valAccuracy,
    accuracy: run?.testAccuracy,
    loss: run?.testLoss,
    brier: null,
    rocArea: null,
    confusion: null,
  };
  const json = await exported('json');
  expect(json.notes).toMatch(why);
  const { metrics } = z.object({ metrics: z.array(metricsRowSchema) }).parse(JSON.parse(json.text));
  expect(metrics).toMatchObject([
    { runId: 'A', ...known, reason: expect.stringMatching(/^blobs\.sqlite is damaged/) },
    { runId: 'B', reason: null },
  ]);
  expect(metrics[1]?.brier).not.toBeNull();
  const csv = await exported('csv');
  expect(csv.notes).toMatch(why);
  const [line, sound] = parse<Record<string, string>>(csv.text, { bom: true, columns: true });
  expect(line).toMatchObject({
    epoch: '1',
    valLoss: String(run?.valLoss),
    brier: '',
    reason: expect.stringMatching(/^blobs\.sqlite is damaged/),
  });
  expect(sound?.['reason']).toBe('');
});
