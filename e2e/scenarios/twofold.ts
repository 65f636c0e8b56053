import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** One command of the command line on a home folder; returns the JSON documents it printed, one a line. */
export async function twofold(home: string, ...args: readonly string[]): Promise<unknown[]> {
  const { stdout } = await run(process.execPath, ['src-main/cli/main.ts', ...args, '--json'], {
    cwd: root,
    env: { ...process.env, TWOFOLD_HOME: home },
    maxBuffer: 64 * 1024 * 1024,
  });
  const text = stdout.trim();
  try {
    return [JSON.parse(text)];
  } catch {
    return text.split('\n').map((line): unknown => JSON.parse(line));
  }
}
