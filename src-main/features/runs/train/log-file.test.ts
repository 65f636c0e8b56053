import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { createLogFile } from './log-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('rotates at its limit and keeps the part before', () => {
  const file = path.join(folder, 'logs', 'run.log');
  const log = createLogFile(file, 20);
  log.write('first line is long enough\n');
  log.write('second\n');
  expect(readFileSync(file, 'utf8')).toBe('second\n');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('first line is long enough\n');
  expect(() => createLogFile(path.join(file, 'below a file')).write('x')).not.toThrow();
});

test('cuts a flood', () => {
  const file = path.join(folder, 'run.log');
  const log = createLogFile(file);
  for (let i = 0; i < 1000; i += 1) log.write('x'.repeat(1000));
  // One second's worth, two where the loop crosses the turn of one.
  expect(statSync(file).size).toBeLessThanOrEqual(200_000);
});
