import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import type { Rolldown } from 'vite';

import { notices } from './src-main/setup/programs/notices.mjs';

/** electron-vite exits 0 on a name that no module exports; the build must not. */
const onLog: Rolldown.InputOptions['onLog'] = (level, log, handle) => {
  if (log.code === 'IMPORT_IS_UNDEFINED' || log.code === 'MISSING_EXPORT')
    throw new Error(log.message);
  handle(level, log);
};

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        onLog,
        input: {
          main: 'src-main/main.ts',
          trainer: 'src-main/trainer/entry.ts',
          analysis: 'src-main/analysis/entry.ts',
          backup: 'src-main/features/backups/child/entry.ts',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        onLog,
        input: 'src-main/preload.ts',
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [svelte({ configFile: '../svelte.config.js' }), notices(import.meta.dirname)],
    build: {
      outDir: 'out/renderer',
      assetsInlineLimit: 0,
      rolldownOptions: { onLog, input: 'src-renderer/index.html' },
    },
  },
});
