import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { _electron, expect, test as base, type Page } from '@playwright/test';

import { startServer } from './scenarios/server.ts';
import { seedHome, type ScenarioName } from './scenarios/seed.ts';

export type ShellOptions = {
  shell: 'browser' | 'electron';
  missingRuntime: string | null;
  /** What the home folder holds before the workbench opens. */
  scenario: ScenarioName;
};

type Fixtures = {
  /** The data folder of this test alone. */
  home: string;
  /** The workbench, open on its first screen, over a real server, database and training. */
  workbench: Page;
};

/** The same specs run over both shells; Electron's are skipped with the reason where its runtime is missing. */
export const test = base.extend<ShellOptions & Fixtures>({
  shell: ['browser', { option: true }],
  missingRuntime: [null, { option: true }],
  scenario: ['empty', { option: true }],

  home: async ({ scenario, missingRuntime }, use) => {
    base.skip(missingRuntime !== null, missingRuntime ?? '');
    const home = mkdtempSync(path.join(tmpdir(), 'twofold-e2e-'));
    await seedHome(scenario, home);
    await use(home);
    rmSync(home, { recursive: true, force: true });
  },

  workbench: async ({ shell, home, page }, use) => {
    const problems: string[] = [];
    if (shell === 'electron') {
      const app = await _electron.launch({
        args: ['.'],
        env: { ...process.env, TWOFOLD_HOME: home },
      });
      const window = await app.firstWindow();
      await use(window);
      await app.close();
      return;
    }
    // A page that logs an error or breaks the content security policy fails its test.
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    const server = await startServer(home);
    await page.goto(server.link);
    await expect(page.getByRole('navigation')).toBeVisible();
    await use(page);
    await page.close();
    await server.stop();
    expect(problems).toEqual([]);
  },
});

export { expect };

/** Fails with the rules that are broken and where. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => ({ id, where: nodes.map((node) => node.target.join(' ')) })),
  ).toEqual([]);
}
