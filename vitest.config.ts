import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const chromium = process.env['TWOFOLD_CHROMIUM'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: [
            'messages/*.test.ts',
            'src-main/**/*.test.{ts,mjs}',
            'src-renderer/**/*.test.ts',
          ],
          exclude: ['src-renderer/**/*.browser.test.ts'],
          environment: 'node',
          pool: 'forks',
          // Loading the sources anew for every file took more than half of the processor's time.
          isolate: false,
          setupFiles: ['src-main/testing/afresh.ts'],
          // All cores: much of these tests is waiting for a process that they started.
          maxWorkers: '100%',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [svelte()],
        // Bundled before the first test: a late discovery would reload the page under it.
        optimizeDeps: { include: ['vitest-browser-svelte', 'bits-ui', 'zod'] },
        test: {
          name: 'browser',
          include: ['src-renderer/**/*.browser.test.ts'],
          setupFiles: ['src-renderer/testing/pointer-away.ts'],
          // One after the other, behind the rest: they share the keyboard's focus.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands: { pointerAway: (context) => context.page.mouse.move(0, 0) },
            provider: playwright({
              launchOptions: {
                ...(chromium === undefined ? {} : { executablePath: chromium }),
                args: [
                  '--no-sandbox',
                  '--disable-gpu',
                  '--disable-quic',
                  '--no-first-run',
                  '--disable-background-networking',
                  '--disable-component-update',
                  '--disable-sync',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
