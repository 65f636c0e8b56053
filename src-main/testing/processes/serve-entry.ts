import { openWorkbench } from '../../features/workbench.ts';
import { serve } from '../../shell/browser/serve.ts';
import { entries } from '../programs.ts';

/** `node serve-entry.ts HOME RENDERER`: the browser shell as the entry files start it, over screens of a test's own. */
const [home = '', rendererFolder = ''] = process.argv.slice(2);
await serve({
  home,
  port: 0,
  isOpening: false,
  rendererFolder,
  isChecking: true,
  openWorkbench: () => openWorkbench({ home, ...entries }),
});
