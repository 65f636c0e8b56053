import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isStale, withLock } from './lock.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const holder = (fields) => JSON.stringify({ pid: 7, start: '100', host: 'here', ...fields });
const probes = { host: 'here', startOf: () => '100', isAlive: () => true };

describe('isStale', () => {
  test('a living holder is not', () => {
    expect(isStale(holder(), 10 * 3_600_000, probes)).toBe(false);
  });
  test('a dead holder, a reused process number and an unreadable file are', () => {
    expect(isStale(holder(), 0, { ...probes, isAlive: () => false })).toBe(true);
    expect(isStale(holder(), 0, { ...probes, startOf: () => '200' })).toBe(true);
    expect(isStale('{"pid":', 0, probes)).toBe(true);
  });
  test('a holder on another machine counts until it is old', () => {
    expect(isStale(holder({ host: 'there' }), 60_000, { ...probes, isAlive: () => false })).toBe(
      false,
    );
    expect(isStale(holder({ host: 'there' }), 46 * 60_000, probes)).toBe(true);
  });
  test('a system that tells no start times goes by the number', () => {
    expect(isStale(holder({ start: null }), 0, { ...probes, startOf: () => null })).toBe(false);
  });
});

describe('withLock', () => {
  test('two never work at the same time, and nothing is left behind', async () => {
    const file = path.join(folder, 'deep', 'a.lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
      return 'done';
    };
    const results = await Promise.all(
      Array.from({ length: 5 }, () => withLock(file, work, { pollMs: 5 })),
    );
    expect(results).toEqual(Array(5).fill('done'));
    expect(most).toBe(1);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  test('is released when the work fails', async () => {
    const file = path.join(folder, 'a.lock');
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  test('breaks the lock of a process that is gone, without a word', async () => {
    const file = path.join(folder, 'a.lock');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(file, JSON.stringify({ pid, start: null, host: hostname() }));
    const waits = [];
    await withLock(file, () => undefined, { onWait: (by) => waits.push(by), pollMs: 5 });
    expect(waits).toEqual([]);
  });

  test('breaks the lock of a process that was killed while it held it', async () => {
    const file = path.join(folder, 'a.lock');
    const script = `import { withLock } from ${JSON.stringify(path.join(import.meta.dirname, 'lock.mjs'))};
      await withLock(${JSON.stringify(file)}, () => new Promise(() => { setInterval(() => {}, 1000); process.stdout.write('held'); }));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const waits = [];
    const second = withLock(file, () => JSON.parse(readFileSync(file, 'utf8')).pid, {
      onWait: (pid) => waits.push(pid),
      pollMs: 5,
    });
    while (waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(waits).toEqual([child.pid]);
    child.kill('SIGKILL');
    expect(await second).toBe(process.pid);
  });

  test('many who find the same stale lock still go one by one', async () => {
    const file = path.join(folder, 'a.lock');
    const log = path.join(folder, 'log');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(file, JSON.stringify({ pid, start: null, host: hostname() }));
    const script = `import { appendFileSync } from 'node:fs';
      import { withLock } from ${JSON.stringify(path.join(import.meta.dirname, 'lock.mjs'))};
      const note = (text) => appendFileSync(${JSON.stringify(log)}, text);
      await withLock(${JSON.stringify(file)}, async () => { note('('); await new Promise((r) => setTimeout(r, 10)); note(')'); }, { pollMs: 2 });`;
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }),
    );
    await Promise.all(
      children.map((child) => new Promise((resolve) => child.once('exit', resolve))),
    );
    expect(readFileSync(log, 'utf8')).toBe('()'.repeat(6));
  });
});
