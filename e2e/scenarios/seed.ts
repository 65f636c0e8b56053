import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { RunConfigInput } from '#contract/run-config.ts';

import { withLock } from '../../src-main/setup/lock.mjs';
import { connect, type Bridge } from './bridge.ts';
import { addManyRuns } from './many-runs.ts';
import { startServer } from './server.ts';

/** `empty`: a new home. `sample`: the built-in corpus. `pair`: A and B trained on it as one experiment. `pairs3`: three seeds of each. `many`: 300 runs in the database, which were never trained. */
export type ScenarioName = 'empty' | 'sample' | 'pair' | 'pairs3' | 'many';

/** Small enough for seconds, large enough that the curves and the heatmaps look like something. */
const pairSettings = {
  numWords: 400,
  maxLength: 48,
  embeddingDim: 32,
  hiddenUnits: 32,
  filters: 64,
  batchSize: 64,
  epochs: 10,
} as const;

/** Six runs in the time of a pair. */
const pairs3Settings = { ...pairSettings, hiddenUnits: 8, filters: 16, epochs: 3 } as const;

const folderVariable = 'TWOFOLD_E2E_SCENARIOS';

/** Fills a home folder. A scenario is made once a test run, through a real server, and copied from then on. */
export async function seedHome(scenario: ScenarioName, home: string): Promise<void> {
  if (scenario === 'empty') return;
  cpSync(await madeOnce(scenario), home, { recursive: true });
}

/** The folder of this test run's scenarios, known to its workers; returns how to take it away. */
export function makeScenarioFolder(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-scenarios-'));
  process.env[folderVariable] = folder;
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}

async function madeOnce(scenario: Exclude<ScenarioName, 'empty'>): Promise<string> {
  const folder = process.env[folderVariable];
  if (folder === undefined) throw new Error('The scenarios need the global set-up of e2e.');
  const ready = path.join(folder, scenario);
  // Training takes both cores: what two workers need at once, one makes and the other waits for.
  await withLock(`${ready}.lock`, async () => {
    if (existsSync(ready)) return;
    const draft = mkdtempSync(path.join(folder, 'draft-'));
    if (scenario === 'many')
      addManyRuns(draft, { runs: 300, withSteps: 4, steps: 2000, running: 0, epochs: 12 });
    else await train(scenario, draft);
    renameSync(draft, ready);
  });
  return ready;
}

async function train(scenario: 'sample' | 'pair' | 'pairs3', home: string): Promise<void> {
  const server = await startServer(home);
  const bridge = await connect(server);
  const datasetId = await importSample(bridge);
  if (scenario === 'pair') await trainPairs(bridge, datasetId, pairSettings, [1]);
  if (scenario === 'pairs3') await trainPairs(bridge, datasetId, pairs3Settings, [1, 2, 3]);
  bridge.close();
  await server.stop();
}

async function importSample(bridge: Bridge): Promise<string> {
  await bridge.call('datasets.startSample', {});
  await bridge.until(async () => (await bridge.call('datasets.list', {})).length > 0);
  const [dataset] = await bridge.call('datasets.list', {});
  if (dataset === undefined) throw new Error('The sample was not imported.');
  return dataset.datasetId;
}

async function trainPairs(
  bridge: Bridge,
  datasetId: string,
  settings: RunConfigInput,
  seeds: readonly number[],
): Promise<void> {
  await bridge.call('runs.start', {
    datasetId,
    configs: seeds.flatMap((seed) => [
      { ...settings, seed, variant: 'A' as const },
      { ...settings, seed, variant: 'B' as const },
    ]),
  });
  await bridge.until(async () => {
    const runs = await bridge.call('runs.list', {});
    const bad = runs.find(({ state }) => state === 'failed' || state === 'diverged');
    if (bad !== undefined) throw new Error(`${bad.name} is ${bad.state}: ${bad.reason ?? ''}`);
    return runs.length === 2 * seeds.length && runs.every(({ state }) => state === 'finished');
  });
}
