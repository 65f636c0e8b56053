import { parseArgs } from 'node:util';

import { AppError } from '#contract/failure.ts';

export type ServeArguments = Readonly<{ port: number; isOpening: boolean; isHelp: boolean }>;

/** Arguments of `npm start` and `serve`. */
export function readServeArguments(args: readonly string[]): ServeArguments {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    const message = error instanceof Error ? firstSentence(error.message) : String(error);
    throw new AppError('invalid', `${message} Known here: --port P, --no-open.`);
  }
  return {
    port: values.port === undefined ? 0 : readPort(values.port),
    isOpening: values['no-open'] !== true,
    isHelp: values.help === true,
  };
}

export const serveUsage = (command: string): string =>
  [
    `${command} [--port P] [--no-open]`,
    '',
    'Opens the workbench in a browser on this machine. Prints one line, a link that is good once; again on the same data',
    'folder: a fresh link to the workbench that runs already.',
    '',
    '  --port P    listen on this port of 127.0.0.1 (default: a free one)',
    '  --no-open   print the link only, open no browser',
  ].join('\n');

function readPort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 0 && port <= 65_535)) {
    throw new AppError('invalid', 'Use a port from 1 to 65,535, or leave it out for a free one.', {
      field: 'port',
    });
  }
  return port;
}

/** node:util adds hints about `--` after its first sentence. */
export const firstSentence = (message: string): string =>
  message.split(/(?<=\.)\s|(?<=')\.\s/)[0]?.replace(/([^.])$/, '$1.') ?? message;
