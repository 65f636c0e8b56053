import { afterEach, beforeEach, expect, test } from 'vitest';

import { openDatabases } from '../db/open.ts';
import { openTestRuns, tinyConfig, type TestRuns } from '../testing/test-runs.ts';
import { watchChanges } from './changes.ts';

let runs: TestRuns;
beforeEach(() => {
  runs = openTestRuns();
});
afterEach(async () => {
  await runs.remove();
});

test('what another connection writes becomes events, and only that', async () => {
  // The runs' service writes through its own connection: another process to this one.
  const other = openDatabases(runs.home);
  const heard: string[] = [];
  const stop = watchChanges(
    other.main,
    (name, payload) => heard.push([name, ...Object.values(payload)].join(' ')),
    20,
  );
  const [started] = runs.service.start({ datasetId: 'd1', configs: [tinyConfig] });
  const runId = started?.runId ?? '';
  await runs.service.follow(runId, () => undefined);
  await expect.poll(() => heard).toContain(`runs.changed ${runId}`);
  runs.databases.main.prepare(`INSERT INTO settings VALUES ('theme', '"dark"')`).run();
  runs.databases.main.prepare(`UPDATE datasets SET name = 'renamed'`).run();
  await expect.poll(() => heard).toContain('settings.changed');
  await expect.poll(() => heard).toContain('datasets.changed d1');
  const count = heard.length;
  other.main.prepare(`UPDATE datasets SET name = 'by this process'`).run();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(heard).toHaveLength(count);
  stop();
  other.close();
});
