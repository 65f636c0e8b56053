import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { defineConfig } from '@playwright/test';

import type { ShellOptions } from './e2e/fixtures.ts';

const chromium = process.env['TWOFOLD_CHROMIUM'];

/** Why the Electron project cannot run here, null where it can. */
function missingElectron(): string | null {
  const record = path.join('node_modules', 'electron', 'path.txt');
  if (!existsSync(record)) return 'Electron’s runtime is not downloaded on this machine';
  const binary = path.join('node_modules', 'electron', 'dist', readFileSync(record, 'utf8').trim());
  return existsSync(binary) ? null : 'Electron’s runtime is not downloaded on this machine';
}

export default defineConfig<ShellOptions>({
  testDir: 'e2e',
  globalSetup: './e2e/global-setup.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 40_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    actionTimeout: 40_000,
    // A trace of every action doubles the time of a test: `npm run e2e -- FILE --trace on` writes one.
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'browser', use: { shell: 'browser' } },
    { name: 'electron', use: { shell: 'electron', missingRuntime: missingElectron() } },
  ],
});
