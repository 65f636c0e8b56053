import { openApp } from '../features/app.ts';
import { isChecking } from '../shell/dispatch.ts';
import { numberOption } from './arguments.ts';
import { noOperands, type Command } from './command.ts';

export const serveCommand: Command = {
  name: 'serve',
  ...noOperands,
  summary: 'Opens the workbench in a browser on this machine; prints a link that is good once',
  options: {
    port: { value: 'P', text: 'listen on this port of 127.0.0.1 (default: a free one)' },
    'no-open': { text: 'print the link only, open no browser' },
  },
  async run(args, { home, entries }) {
    // The server's libraries cost every other command its start.
    const { serve } = await import('../shell/browser/serve.ts');
    await serve({
      home,
      port: numberOption(args, 'port', { min: 0, max: 65_535 }) ?? 0,
      isOpening: !args.switches.has('no-open'),
      rendererFolder: entries.rendererFolder,
      isChecking,
      openApp: () => openApp({ home, trainerEntry: entries.trainer }),
    });
  },
};
