import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const portFile = (home: string): string => path.join(home, 'last-port');

/** The port that this home's browser shell had last: bookmarks and open tabs lead there. 0 where it is not known. */
export function readLastPort(home: string): number {
  try {
    const text = readFileSync(portFile(home), 'utf8').trim();
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    return port <= 65_535 ? port : 0;
  } catch {
    return 0;
  }
}

/** A full or read-only disk keeps nobody from working: the next start then takes any port. */
export function rememberPort(home: string, port: number): void {
  const own = path.join(home, `.last-port-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(own, String(port), { mode: 0o600, flag: 'wx' });
    renameSync(own, portFile(home));
  } catch {
    rmSync(own, { force: true });
  }
}
