import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { openTestCli } from '../testing/test-cli.ts';
import { readTextFile } from './text-file.ts';

const cli = openTestCli();
afterAll(cli.remove);

test('a file is read without its byte order mark', () => {
  const file = path.join(cli.folder, 'texts.txt');
  writeFileSync(file, '\uFEFFgood\nbad\n');
  expect(readTextFile(file)).toBe('good\nbad\n');
  expect(() => readTextFile(file, 5)).toThrow(/texts\.txt has more than/);
});

test.skipIf(process.platform === 'win32')('a pipe is read to its end', () => {
  const pipe = path.join(cli.folder, 'pipe');
  spawnSync('mkfifo', [pipe]);
  // A shell in the background writes when the reader has opened it.
  spawnSync('sh', ['-c', `(printf 'good\\nbad' > "${pipe}") >/dev/null 2>&1 &`]);
  expect(readTextFile(pipe)).toBe('good\nbad');
});

test.skipIf(process.platform === 'win32').each([
  ['sweep', '/dev/zero'],
  ['predict', 'none', '--file', '/dev/random'],
])('%s refuses a device that has no end: %s %s', async (...args) => {
  const { code, stdout, stderr } = await cli.twofold(...args);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`${args.at(-1)} has more than 50 MB, or no end. Name a smaller file.\n`);
});
