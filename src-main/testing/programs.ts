import path from 'node:path';

const sources = {
  main: '../main.ts',
  cli: '../cli/main.ts',
  trainer: '../trainer/entry.ts',
  analysis: '../analysis/entry.ts',
  backup: '../features/backups/child/entry.ts',
} as const;

/** The file of a program: of the bundle that `npm test` and `npm run e2e` build, whose processes start much faster, else of the sources. */
export function programFile(name: keyof typeof sources): string {
  const bundle = process.env['TWOFOLD_PROGRAMS'];
  return bundle === undefined
    ? path.join(import.meta.dirname, sources[name])
    : path.join(bundle, `${name}.js`);
}

/** What an app starts, for `openApp`. */
export const entries = {
  trainerEntry: programFile('trainer'),
  analysisEntry: programFile('analysis'),
  backupEntry: programFile('backup'),
} as const;
