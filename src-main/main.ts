import { openWorkbench } from './features/workbench.ts';
import { homeFolder } from './features/system/home.ts';
import { keepFilesPrivate } from './features/system/private-home.ts';
import { readServeArguments, serveUsage } from './shell/arguments.ts';
import { isChecking } from './shell/dispatch.ts';
import { exitCodeOf, sayFailure } from './shell/exit.ts';
import { placesOf } from './shell/places.ts';

keepFilesPrivate();
const places = placesOf(import.meta.filename);

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
