import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openBrowser } from './open-browser.ts';

let home: string;
const before = process.env['PATH'];
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'twofold-open-'));
});
afterEach(() => {
  process.env['PATH'] = before;
  rmSync(home, { recursive: true, force: true });
});

it.skipIf(process.platform === 'win32')(
  'gives the system no secret, but a page that only its user can read',
  async () => {
    const told = path.join(home, 'told');
    writeFileSync(
      path.join(home, 'xdg-open'),
      `#!/bin/sh\nprintf %s "$*" > "${told}.part"\nmv "${told}.part" "${told}"\n`,
    );
    chmodSync(path.join(home, 'xdg-open'), 0o755);
    process.env['PATH'] = `${home}:${before ?? ''}`;
    const old = path.join(home, '.shell-00.html');
    writeFileSync(old, 'of an earlier link');
    utimesSync(old, 1, 1);

    const link = `http://127.0.0.1:4321/open/${'s'.repeat(43)}`;
    openBrowser(link, home, 'linux');
    await expect.poll(() => readdirSync(home), { timeout: 20_000 }).toContain('told');
    const argument = readFileSync(told, 'utf8');
    expect(argument).toMatch(/^file:.*\.shell-[0-9a-f]{12}\.html$/);
    expect(argument).not.toContain('sss');
    const page = fileURLToPath(argument);
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(readFileSync(page, 'utf8')).toContain(`url=${link}`);
    expect(readdirSync(home)).not.toContain('.shell-00.html');
  },
);
