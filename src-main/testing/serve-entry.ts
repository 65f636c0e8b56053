import { openWorkbench } from '../features/workbench.ts';
import { serve } from '../shell/browser/serve.ts';
import { programFile } from './programs.ts';

/** `node serve-entry.ts HOME RENDERER`: the browser shell as the entry files start it, over screens of a test's own. */
const [home = '', rendererFolder = ''] = process.argv.slice(2);
const trainerEntry = programFile('trainer');
await serve({
  home,
  port: 0,
  isOpening: false,
  rendererFolder,
  isChecking: true,
  openWorkbench: () => openWorkbench({ home, trainerEntry }),
});
