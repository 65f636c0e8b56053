import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { programFile } from '../../src-main/testing/programs.ts';

/** What a command of the command line prints; rejects where it fails. */
export async function twofold(home: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [programFile('cli'), ...args], {
    env: { ...process.env, TWOFOLD_HOME: home },
  });
  return stdout;
}
