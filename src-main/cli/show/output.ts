import { fstatSync } from 'node:fs';

import { AppError, toFailure } from '#contract/failure.ts';
import { printable, withControls } from '#contract/name.ts';
import { startOf } from '#core/wording/display-width.ts';
import * as m from '#messages';

import { writeAll } from '../../features/files/write-file.ts';

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
  /** Throws where what was written did not arrive whole, because a disk is full or the like; a reader that went away is no failure. */
  assertWhole: () => void;
}>;

export function createOutput(isJson: boolean): Output {
  const { stdout, stderr } = process;
  let hasStatus = false;
  // The reader went away (`| head`), or a disk is full: what is asked for is still done, its output is dropped.
  let lost: NodeJS.ErrnoException | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => (lost ??= error));
  stderr.on('error', () => {});
  const isFile = !stdout.isTTY && isFileOrDevice(stdout.fd);
  const write = (text: string) => {
    if (lost !== undefined) return;
    if (!isFile) stdout.write(text);
    else {
      // Node's own stream for a file takes the part that fitted on a full disk for the whole.
      try {
        writeAll(stdout.fd, Buffer.from(text));
      } catch (error) {
        lost = error as NodeJS.ErrnoException;
      }
    }
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
    assertWhole: () => {
      if (lost === undefined || lost.code === 'EPIPE') return;
      const reason = toFailure(lost).message;
      throw new AppError('storage', m.cli_output_cut({ reason }), { cause: lost });
    },
  };
}

/** No terminal, pipe or socket. */
function isFileOrDevice(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFile() || stat.isCharacterDevice();
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
