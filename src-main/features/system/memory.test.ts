import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { memoryNow } from './memory.ts';

const gigabyte = 1e9;
const machine = { totalBytes: 16 * gigabyte, freeBytes: 12 * gigabyte };
const noLimit = { ...machine, limitBytes: null };

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'twofold-memory-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Files of a system, by their paths. */
function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), `${text}\n`);
  }
}

test('without control groups, or without a limit, it is that of the machine', () => {
  expect(memoryNow(root, machine)).toEqual(noLimit);
  write({ 'proc/self/cgroup': '0::/user', 'sys/fs/cgroup/user/memory.max': 'max' });
  expect(memoryNow(root, machine)).toEqual(noLimit);
  // Version 1 says "no limit" with a number.
  write({
    'proc/self/cgroup': '4:memory:/\n0::/',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    'sys/fs/cgroup/memory/memory.usage_in_bytes': '30000000000',
  });
  expect(memoryNow(root, machine)).toEqual(noLimit);
});

test('version 2: the smallest limit up the hierarchy, and the cache counts as free', () => {
  write({
    'proc/self/cgroup': '0::/slice/job/step',
    'sys/fs/cgroup/slice/memory.max': String(8 * gigabyte),
    'sys/fs/cgroup/slice/memory.current': String(7 * gigabyte),
    'sys/fs/cgroup/slice/memory.stat': `anon 1\ninactive_file ${2 * gigabyte}`,
    'sys/fs/cgroup/slice/job/memory.max': String(4 * gigabyte),
    'sys/fs/cgroup/slice/job/memory.current': String(gigabyte),
    'sys/fs/cgroup/slice/job/step/memory.max': 'max',
  });
  expect(memoryNow(root, machine)).toEqual({
    totalBytes: 4 * gigabyte,
    freeBytes: 3 * gigabyte,
    limitBytes: 4 * gigabyte,
  });
});

test('version 1: the group of the memory controller, also where its path is that outside of the container', () => {
  write({
    'proc/self/cgroup': '9:name=systemd:/x\n4:cpu,memory:/docker/abc\n0::/',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': String(2 * gigabyte),
    'sys/fs/cgroup/memory/memory.usage_in_bytes': String(1.5 * gigabyte),
    'sys/fs/cgroup/memory/memory.stat': `total_inactive_file ${gigabyte / 2}`,
  });
  expect(memoryNow(root, machine)).toEqual({
    totalBytes: 2 * gigabyte,
    freeBytes: gigabyte,
    limitBytes: 2 * gigabyte,
  });
});
