import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { inhibitor, keepAwakeWhile } from './keep-awake.ts';

describe.runIf(process.platform === 'linux')('on Linux', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'twofold-awake-'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks logind for as long as the process lives', async () => {
    const said = path.join(folder, 'said');
    const script = `#!/bin/sh\necho "asked $*" >> ${said}\nshift 3\n"$@"\necho over >> ${said}\n`;
    writeFileSync(path.join(folder, 'systemd-inhibit'), script);
    chmodSync(path.join(folder, 'systemd-inhibit'), 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
    const process_ = spawn('sleep', ['60']);
    const read = () => readFileSync(said, 'utf8');

    keepAwakeWhile(process_.pid ?? 0);
    await vi.waitFor(() => expect(read()).toMatch(/^asked --what=idle:sleep --who=Twofold/));
    expect(read()).not.toContain('over');
    process_.kill();
    await vi.waitFor(() => expect(read()).toContain('over'), { timeout: 20_000 });
  });

  it('lets the machine sleep where there is no logind', async () => {
    vi.stubEnv('PATH', folder);
    keepAwakeWhile(process.pid);
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
});

it('knows a command that ends with the process, or none', () => {
  expect(inhibitor(7, 'darwin')).toEqual(['caffeinate', '-i', '-w', '7']);
  expect(inhibitor(7, 'win32')).toBeNull();
});
