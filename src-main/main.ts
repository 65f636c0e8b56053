import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { openWorkbench } from './features/workbench.ts';
import { homeFolder } from './features/system/home.ts';
import { keepFilesPrivate } from './features/system/private-home.ts';
import { readServeArguments, serveUsage } from './shell/arguments.ts';
import { isChecking } from './shell/dispatch.ts';
import { exitCodeOf, sayFailure } from './shell/exit.ts';

keepFilesPrivate();
// Paths are computed here: in the bundle, code of other files lies in chunks elsewhere.
const here = path.dirname(fileURLToPath(import.meta.url));
const isSource = import.meta.url.endsWith('.ts');
const places = {
  trainerEntry: path.join(here, isSource ? 'trainer/child/entry.ts' : 'trainer.js'),
  analysisEntry: path.join(here, isSource ? 'analysis/child/entry.ts' : 'analysis.js'),
  backupEntry: path.join(here, isSource ? 'features/backups/child/entry.ts' : 'backup.js'),
  cliEntry: path.join(here, isSource ? 'cli/main.ts' : '../../src-main/cli/main.ts'),
  resources: path.join(here, isSource ? '../resources' : '../../resources'),
  rendererFolder: path.join(here, isSource ? '../out/renderer' : '../renderer'),
  preload: path.join(here, isSource ? '../out/preload/preload.cjs' : '../preload/preload.cjs'),
};

try {
  const home = homeFolder();
  if (!('electron' in process.versions)) {
    const options = readServeArguments(process.argv.slice(2));
    if (options.isHelp) process.stdout.write(`${serveUsage('npm start --')}\n`);
    else {
      const { serve } = await import('./shell/browser/serve.ts');
      await serve({
        ...options,
        ...places,
        home,
        isChecking,
        openWorkbench: () => openWorkbench({ home, ...places }),
      });
    }
  } else {
    // Awaited up to the registration of scheme and sandbox, which must come before Electron is ready; no further.
    const { openElectron } = await import('./shell/electron/shell.ts');
    openElectron({ ...places, home, isChecking });
  }
} catch (error) {
  process.exitCode = exitCodeOf(error);
  sayFailure(error);
}
