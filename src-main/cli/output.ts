import { printable, withControls } from '#contract/name.ts';
import { startOf } from '#core/display-width.ts';

/** Where results go: text for people, or JSON for programs. Messages for people go to stderr in both cases. */
export type Output = Readonly<{
  isJson: boolean;
  /** Characters in a line of the terminal; null where the output goes elsewhere. */
  width: number | null;
  /** One JSON document, or one a line for `train` and `resume`; nothing without `--json`. */
  json: (value: unknown) => void;
  /** A line for people; nothing with `--json`. */
  line: (text?: string) => void;
  /** A line that the next one overwrites, on a terminal only. */
  status: (text: string) => void;
  /** On stderr, in both cases. */
  note: (text: string) => void;
}>;

export function createOutput(isJson: boolean): Output {
  const { stdout, stderr } = process;
  let hasStatus = false;
  let isGone = false;
  // The reader went away (`| head`): what is asked for is still done, its output is dropped.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isGone = true;
  });
  stderr.on('error', () => {});
  const write = (text: string) => {
    if (!isGone) stdout.write(text);
  };
  const clear = () => {
    if (hasStatus) write('\r\u001B[K');
    hasStatus = false;
  };
  return {
    isJson,
    width: stdout.isTTY ? stdout.columns : null,
    json: (value) => {
      if (isJson) write(`${withControls(JSON.stringify(value), escaped)}\n`);
    },
    line: (text = '') => {
      if (isJson) return;
      clear();
      write(`${printable(text)}\n`);
    },
    status: (text) => {
      if (isJson || !stdout.isTTY) return;
      clear();
      write(startOf(printable(text), (stdout.columns || 80) - 1));
      hasStatus = true;
    },
    note: (text) => {
      clear();
      stderr.write(`${printable(text)}\n`);
    },
  };
}

/** The same character in JSON: it can only stand within a string. */
const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Resolves when all that was written has left. */
export function flushOutput(): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.destroyed || !process.stdout.writable) resolve();
    else process.stdout.write('', () => resolve());
  });
}
