import { existsSync } from 'node:fs';
import path from 'node:path';

/** Files and folders that are opened by their path: of the sources, or of the bundle, in which the code of other files lies in chunks. */
export type Places = Readonly<{
  trainerEntry: string;
  analysisEntry: string;
  backupEntry: string;
  /** The command line, which the nodes of a cluster start from its source. */
  cliEntry: string;
  resources: string;
  rendererFolder: string;
  preload: string;
}>;

/** @param file what this process was started with; beside it lies the rest of a bundle, and above it the checkout or the package. */
export function placesOf(file: string): Places {
  const folder = path.dirname(file);
  let root = folder;
  while (!existsSync(path.join(root, 'package.json'))) root = path.dirname(root);
  const isSource = file.endsWith('.ts');
  const entry = (source: string, built: string): string =>
    isSource ? path.join(root, 'src-main', source) : path.join(folder, built);
  return {
    trainerEntry: entry('trainer/entry.ts', 'trainer.js'),
    analysisEntry: entry('analysis/entry.ts', 'analysis.js'),
    backupEntry: entry('features/backups/child/entry.ts', 'backup.js'),
    cliEntry: path.join(root, 'src-main/cli/main.ts'),
    resources: path.join(root, 'resources'),
    rendererFolder: path.join(root, 'out/renderer'),
    preload: path.join(root, 'out/preload/preload.cjs'),
  };
}
