import { afterEach, beforeEach, expect, test } from 'vitest';

import { openTestRuns, tinyConfig, type TestRuns } from '../../../testing/test-runs.ts';
import { programFile } from '../../../testing/programs.ts';
import { engineVersion } from '../../../core/model/engine-version.ts';
import { forkHost } from '../../../processes/host.ts';

/** Two versions of our numeric code must not train one run without a word. Real training processes. */

let runs: TestRuns;
let runId: string;
beforeEach(async () => {
  const trainerEntry = programFile('trainer');
  const timing = { trainerEntry, host: forkHost, checkpointSeconds: 0.05 };
  runs = openTestRuns({}, timing, { trainCount: 64, testCount: 16 });
  const config = { ...tinyConfig, variant: 'A', epochs: 12, patience: 'none' } as const;
  const [run] = runs.service.start({ datasetId: 'd1', configs: [config] });
  runId = run?.runId ?? '';
  await runs.service.follow(runId, (line) => {
    if (line.event === 'epoch' && line.epoch === 1) runs.service.pause({ runId });
  });
});
afterEach(async () => {
  await runs.remove();
});

const engineOf = (): number | undefined => runs.service.get({ runId }).versions?.engine;

/** As if another version, or one that stored none, had trained it so far. */
function pretend(engine: number | null): void {
  const { versions } = runs.service.get({ runId });
  const { engine: _, ...rest } = versions ?? {};
  runs.databases.main
    .prepare('UPDATE runs SET versions = ? WHERE run_id = ?')
    .run(JSON.stringify(engine === null ? rest : { ...rest, engine }), runId);
}

test('a run stores the engine that trains it, and goes on with that one', async () => {
  expect([runs.service.get({ runId }).state, engineOf()]).toEqual(['paused', engineVersion]);
  expect((await runs.service.verify(runId)).engine).toEqual({
    trained: engineVersion,
    here: engineVersion,
  });
  runs.service.resume({ runId });
  expect((await runs.service.follow(runId, () => undefined)).state).toBe('finished');
  expect(engineOf()).toBe(engineVersion);
}, 60_000);

test('a run of another engine is neither resumed nor queued, and verify says of which it is', async () => {
  pretend(engineVersion + 1);
  expect(() => runs.service.resume({ runId })).toThrow(
    `was trained by engine ${engineVersion + 1} of Twofold, and this is engine ${engineVersion}`,
  );
  expect(() => runs.queue.add({ runIds: [runId] })).toThrow(/was trained by engine/);
  expect(runs.service.get({ runId }).state).toBe('paused');
  const { identical, reason, engine } = await runs.service.verify(runId);
  expect({ identical, engine }).toEqual({
    identical: true,
    engine: { trained: engineVersion + 1, here: engineVersion },
  });
  expect(reason).toMatch(/Start a new run with the same settings instead/);
}, 60_000);

test('of a run whose engine was not stored nothing is said, before and after it goes on', async () => {
  pretend(null);
  expect(await runs.service.verify(runId)).toMatchObject({
    reason: null,
    engine: { trained: null },
  });
  runs.service.resume({ runId });
  expect((await runs.service.follow(runId, () => undefined)).state).toBe('finished');
  expect(engineOf()).toBeUndefined();
}, 60_000);
