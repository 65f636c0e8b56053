import { spawnSync } from 'node:child_process';

/** Runs SQL over a file; each row is a line. */
type Shell = (file: string, sql: string) => string;

const program: Shell = (file, sql) => output('sqlite3', ['-batch', file, sql]);
const python =
  (command: string): Shell =>
  (file, sql) =>
    output(command, ['-c', script, file, ...sql.split(';')]);
const script = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for sql in sys.argv[2:]:
    for row in db.execute(sql): print(row[0])`;

function output(command: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

/**
 * A SQLite of this machine for which `json_valid(NULL)` is false, as before 3.42 (Debian 12 has 3.40.1): its program, or Python's. Null
 * where there is none.
 */
export const oldSqlite = find();

function find(): Readonly<{ version: string; check: (file: string) => string[] }> | null {
  for (const shell of [program, python('python3'), python('/usr/bin/python3')]) {
    try {
      const [version = '', isValid] = lines(
        shell(':memory:', 'SELECT sqlite_version(); SELECT json_valid(NULL)'),
      );
      if (isValid !== '0') continue;
      return {
        version,
        check: (file) => lines(shell(file, 'PRAGMA integrity_check; PRAGMA quick_check')),
      };
    } catch {
      // It is not on this machine.
    }
  }
  return null;
}

function lines(text: string): string[] {
  return text.split(/\r?\n/);
}
