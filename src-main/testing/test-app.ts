import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll } from 'vitest';

import { openApp, type App } from '../features/app.ts';
import { entries } from './programs.ts';

export type TestApp = App & Readonly<{ home: string; remove: () => Promise<void> }>;

/** Everything over an empty home of its own, with real training processes for what it is asked to train. */
export function openTestApp(): TestApp {
  const home = mkdtempSync(path.join(tmpdir(), 'twofold-app-'));
  const app = openApp({
    home,
    ...entries,
    queue: 'process',
  });
  return {
    ...app,
    home,
    async remove() {
      await app.close({ active: 'stop' });
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Opens as many as the tests of a file ask for, and removes them after the last of these tests. */
export function testApps(): () => TestApp {
  const opened: TestApp[] = [];
  afterAll(async () => {
    for (const app of opened) await app.remove();
  });
  return () => {
    const app = openTestApp();
    opened.push(app);
    return app;
  };
}
