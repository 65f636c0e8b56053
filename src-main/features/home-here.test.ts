import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { entries } from '../testing/programs.ts';
import { tinyConfig } from '../testing/test-runs.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

let folder: string;
let home: string;
let bench: Workbench;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-here-'));
  home = path.join(folder, 'home');
  bench = openWorkbench({ home, ...entries });
});
afterEach(async () => {
  await bench.close({ active: 'stop' });
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(process.platform === 'win32')(
  'a home that is moved away takes nothing more, and what waits in it waits on',
  async () => {
    const { handlers } = bench;
    await handlers['datasets.startSample']({});
    await expect
      .poll(async () => (await handlers['datasets.list']({ isTrash: false })).length, {
        timeout: 60_000,
      })
      .toBe(1);
    const [dataset] = await handlers['datasets.list']({ isTrash: false });
    const config = { ...tinyConfig, variant: 'A', epochs: 10_000, patience: 'none' } as const;
    const runs = await handlers['runs.start']({
      datasetId: dataset?.datasetId ?? '',
      configs: [config, { ...config, seed: 2 }],
    });
    const [first = '', second = ''] = runs.map(({ runId }) => runId);
    const stateOf = async (runId: string) => (await handlers['runs.get']({ runId })).state;
    await expect.poll(() => stateOf(first), { timeout: 60_000 }).toBe('running');

    const moved = path.join(folder, 'moved');
    renameSync(home, moved);
    const sentence = `The data folder ${home} was moved or deleted while Twofold had it open.`;
    await expect(handlers['runs.rename']({ runId: first, name: 'lost' })).rejects.toThrow(sentence);
    await expect.poll(() => bench.underway().length, { timeout: 60_000 }).toBe(1);
    expect(existsSync(home)).toBe(false);

    renameSync(moved, home);
    expect(await handlers['runs.get']({ runId: first })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining(sentence) as string,
    });
    expect(['queued', 'running']).toContain(await stateOf(second));
  },
  180_000,
);
