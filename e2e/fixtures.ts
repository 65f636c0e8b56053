import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { _electron, expect, test as base, type Page } from '@playwright/test';

import { comparePage, type ComparePage } from './pages/compare-page.ts';
import { dataPage, type DataPage } from './pages/data-page.ts';
import { embeddingsPage, type EmbeddingsPage } from './pages/embeddings-page.ts';
import { frame, type Frame } from './pages/frame.ts';
import { newRunPage, type NewRunPage } from './pages/new-run-page.ts';
import { queuePage, type QueuePage } from './pages/queue-page.ts';
import { reportsPage, type ReportsPage } from './pages/reports-page.ts';
import { runPage, type RunPage } from './pages/run-page.ts';
import { runsPage, type RunsPage } from './pages/runs-page.ts';
import { startServer, type Server } from './scenarios/server.ts';
import { seedHome, type ScenarioName } from './scenarios/seed.ts';

export type ShellOptions = {
  shell: 'browser' | 'electron';
  /** Why the shell of this project cannot run here. */
  missingRuntime: string | null;
  /** What the home folder holds before the workbench opens. */
  scenario: ScenarioName;
  /** The address that the window goes to, beyond `#/`; null: where it opens. */
  place: string | null;
};

/** An open window and the process behind it. */
type Shell = Readonly<{ page: Page; pid: number }>;

type Fixtures = {
  runtime: undefined;
  /** The data folder of this test alone. */
  home: string;
  /** The loopback server of the browser shell; Electron has none. */
  server: Server;
  openShell: Shell;
  /** The process that serves the window and starts the training. */
  mainPid: number;
  /** The workbench, open on its first screen, over a real server, database and training. */
  workbench: Page;
  chrome: Frame;
  data: DataPage;
  newRun: NewRunPage;
  runs: RunsPage;
  queue: QueuePage;
  run: RunPage;
  compare: ComparePage;
  embeddings: EmbeddingsPage;
  reports: ReportsPage;
};

/** The same specs run over both shells; Electron's are skipped with the reason where its runtime is missing. */
export const test = base.extend<ShellOptions & Fixtures>({
  shell: ['browser', { option: true }],
  missingRuntime: [null, { option: true }],
  scenario: ['empty', { option: true }],
  place: ['data', { option: true }],

  // Automatic, hence before all others: a skipped test starts nothing.
  runtime: [
    async ({ missingRuntime }, use) => {
      base.skip(missingRuntime !== null, missingRuntime ?? '');
      await use(undefined);
    },
    { auto: true },
  ],

  // The first test of a scenario also makes it: time of its own.
  home: [
    async ({ scenario }, use) => {
      const home = mkdtempSync(path.join(tmpdir(), 'twofold-e2e-'));
      await seedHome(scenario, home);
      await use(home);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
    { timeout: 180_000 },
  ],

  server: async ({ home, shell }, use) => {
    base.skip(shell === 'electron', 'The loopback server belongs to the browser shell');
    const server = await startServer(home);
    await use(server);
    await server.stop();
  },

  openShell: async ({ shell, home, page }, use) => {
    if (shell === 'electron') {
      const app = await _electron.launch({
        args: ['.'],
        env: { ...process.env, TWOFOLD_HOME: home, TWOFOLD_CHECK: '1' },
      });
      await use({ page: await app.firstWindow(), pid: app.process().pid ?? 0 });
      await app.close();
      return;
    }
    const server = await startServer(home);
    await page.goto(server.link);
    await use({ page, pid: server.pid });
    await page.close();
    await server.stop();
  },

  mainPid: async ({ openShell }, use) => {
    await use(openShell.pid);
  },

  workbench: async ({ openShell, place }, use) => {
    const { page } = openShell;
    // A page that logs an error or breaks the content security policy fails its test.
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
    if (place !== null) await page.evaluate((hash) => (location.hash = hash), `#/${place}`);
    await use(page);
    expect(problems).toEqual([]);
  },

  chrome: async ({ workbench }, use) => use(frame(workbench)),
  data: async ({ workbench }, use) => use(dataPage(workbench)),
  newRun: async ({ workbench }, use) => use(newRunPage(workbench)),
  runs: async ({ workbench }, use) => use(runsPage(workbench)),
  queue: async ({ workbench }, use) => use(queuePage(workbench)),
  run: async ({ workbench }, use) => use(runPage(workbench)),
  compare: async ({ workbench }, use) => use(comparePage(workbench)),
  embeddings: async ({ workbench }, use) => use(embeddingsPage(workbench)),
  reports: async ({ workbench }, use) => use(reportsPage(workbench)),
});

export { expect };

/** Fails with the rules that are broken and where, in the theme that is shown and, for colours, in the other. */
export async function expectAccessible(
  page: Page,
  what: string,
  /** An open menu hangs from the body, outside of every landmark, as is usual. */
  { isMenuOpen = false } = {},
): Promise<void> {
  // Brings axe into the document, once: from then on it is asked in place, which takes half the time.
  if (!(await page.evaluate(() => 'axe' in window)))
    await new AxeBuilder({ page }).setLegacyMode(true).withRules('document-title').analyze();
  const options = isMenuOpen ? { rules: { region: { enabled: false } } } : {};
  expect.soft(await violations(page, options), what).toEqual([]);
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  // Colours that are on their way from one theme to the other would be measured in between.
  await page.emulateMedia({ colorScheme: isDark ? 'light' : 'dark', reducedMotion: 'reduce' });
  await expect(page.locator('html')).toHaveCSS('color-scheme', isDark ? 'light' : 'dark');
  expect
    .soft(await violations(page, { runOnly: ['color-contrast'] }), `${what}, other theme`)
    .toEqual([]);
  await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light', reducedMotion: null });
}

type Axe = Readonly<{ run: (context: Document, options: object) => Promise<AxeResults> }>;
type AxeResults = Awaited<ReturnType<AxeBuilder['analyze']>>;

async function violations(page: Page, options: object) {
  const found = await page.evaluate(async (asked) => {
    const { axe } = window as unknown as { axe: Axe };
    // What is still fading in would be measured half transparent.
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
    const all = await axe.run(document, { resultTypes: ['violations'], iframes: false, ...asked });
    return all.violations;
  }, options);
  return found.map(({ id, nodes }) => ({
    id,
    where: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  }));
}
