import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { entriesOf } from '../../testing/archives.ts';
import { addRunWithWeights } from '../../testing/builders/run-with-weights.ts';
import { openTestApp, type TestApp } from '../../testing/test-app.ts';
import { openApp } from '../app.ts';

/** An import that was killed while a run that went on elsewhere came into its place: `npm run faults` kills real ones. */

let here: TestApp;
let further: TestApp;
let bundle: string;
const options = { signal: new AbortController().signal, onProgress: () => undefined };

beforeEach(async () => {
  here = openTestApp();
  further = openTestApp();
  addRunWithWeights(here, 'r1', 1);
  addRunWithWeights(further, 'r1', 2);
  bundle = path.join(further.home, 'runs.twofold');
  await further.services.bundles.exportTo(
    { runIds: ['r1'], path: bundle, withData: false, isForced: true },
    options,
  );
});
afterEach(async () => {
  await here.remove();
  await further.remove();
});

const checkpointOf = (app: TestApp): Buffer =>
  readFileSync(path.join(app.home, 'runs', 'r1', 'last.ckpt'));

/** What an import leaves that is killed when the new folder is in its place, or the old one out of it. */
async function leaveKilled(isNewInPlace: boolean): Promise<string> {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const folder = path.join(here.home, 'datasets', `.importing-${pid}-killed`);
  const run = path.join(here.home, 'runs', 'r1');
  mkdirSync(folder, { recursive: true });
  const record = (await entriesOf(bundle)).find(({ name }) => name === 'runs/r1/run.json');
  writeFileSync(path.join(folder, 'r1.json'), record?.text ?? '');
  cpSync(run, path.join(folder, 'r1.old'), { recursive: true });
  rmSync(run, { recursive: true });
  if (isNewInPlace) cpSync(path.join(further.home, 'runs', 'r1'), run, { recursive: true });
  return folder;
}

async function openAgain(): Promise<void> {
  await openApp({ home: here.home, trainerEntry: 'not used', queue: 'process' }).close();
}

test.each([true, false])(
  'before its rows were committed, leaves the run as it was (new folder in its place: %s)',
  async (isNewInPlace) => {
    const before = checkpointOf(here);
    const folder = await leaveKilled(isNewInPlace);
    await openAgain();
    expect(checkpointOf(here).equals(before)).toBe(true);
    expect(existsSync(folder)).toBe(false);
    expect((await here.services.bundles.importFrom(bundle, options)).updated).toEqual(['r1']);
    expect(checkpointOf(here).equals(checkpointOf(further))).toBe(true);
  },
);

test('after its rows were committed, leaves the run as the bundle has it', async () => {
  const old = await leaveKilled(true);
  rmSync(old, { recursive: true });
  await here.services.bundles.importFrom(bundle, options);
  const folder = await leaveKilled(true);
  await openAgain();
  expect(checkpointOf(here).equals(checkpointOf(further))).toBe(true);
  expect(existsSync(folder)).toBe(false);
});

test('while it clears up after its commit, leaves a home that opens', async () => {
  const old = await leaveKilled(true);
  rmSync(old, { recursive: true });
  await here.services.bundles.importFrom(bundle, options);
  const folder = await leaveKilled(true);
  rmSync(path.join(folder, 'r1.json'));
  await openAgain();
  expect(checkpointOf(here).equals(checkpointOf(further))).toBe(true);
  expect(existsSync(folder)).toBe(false);
});
