import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openDatabases, type Databases } from '../db/open.ts';

export type TempHome = Readonly<{ home: string; databases: Databases; remove: () => void }>;

/** Both databases in a temporary home; `remove` closes and deletes it. */
export function openTempDb(): TempHome {
  const home = mkdtempSync(path.join(tmpdir(), 'twofold-test-'));
  const databases = openDatabases(home);
  return {
    home,
    databases,
    remove: () => {
      databases.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
