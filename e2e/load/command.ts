import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** What a command of the command line prints; rejects where it fails. */
export async function twofold(home: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['src-main/cli/main.ts', ...args],
    {
      cwd: path.resolve(import.meta.dirname, '../..'),
      env: { ...process.env, TWOFOLD_HOME: home },
    },
  );
  return stdout;
}
