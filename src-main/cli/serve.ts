import * as m from '#messages';

import { openWorkbench } from '../features/workbench.ts';
import { isChecking } from '../shell/dispatch.ts';
import { numberOption } from './arguments.ts';
import { noOperands, type Command } from './command.ts';

export const serveCommand: Command = {
  name: 'serve',
  ...noOperands,
  summary: m.cli_serve,
  options: {
    port: { value: 'P', text: m.shell_usage_port },
    'no-open': { text: m.shell_usage_no_open },
  },
  async run(args, { home, places }) {
    // The server's libraries cost every other command its start.
    const { serve } = await import('../shell/browser/serve.ts');
    await serve({
      home,
      port: numberOption(args, 'port', { min: 0, max: 65_535 }) ?? 0,
      isOpening: !args.switches.has('no-open'),
      rendererFolder: places.rendererFolder,
      isChecking,
      openWorkbench: () => openWorkbench({ home, ...places }),
    });
  },
};
