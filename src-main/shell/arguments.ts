import { parseArgs } from 'node:util';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

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
    throw new AppError('invalid', m.shell_known_here({ message }));
  }
  return {
    port: values.port === undefined ? 0 : readPort(values.port),
    isOpening: values['no-open'] !== true,
    isHelp: values.help === true,
  };
}

export const serveUsage = (command: string): string =>
  [
    m.shell_usage_options({ command }),
    '',
    m.shell_usage_what(),
    '',
    `  --port P    ${m.shell_usage_port()}`,
    `  --no-open   ${m.shell_usage_no_open()}`,
  ].join('\n');

function readPort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 0 && port <= 65_535)) {
    throw new AppError('invalid', m.shell_port_bounds(), {
      field: 'port',
    });
  }
  return port;
}

/** node:util adds hints about `--` after its first sentence. */
export const firstSentence = (message: string): string =>
  message.split(/(?<=\.)\s|(?<=')\.\s/)[0]?.replace(/([^.])$/, '$1.') ?? message;
