import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entries, ensurePrograms } from './programs.mjs';

let projectRoot;
const said = [];
const ensure = () =>
  ensurePrograms({
    projectRoot,
    env: { TWOFOLD_CACHE: path.join(projectRoot, 'cache') },
    say: (line) => said.push(line),
  });
const write = (file, text) => {
  mkdirSync(path.dirname(path.join(projectRoot, file)), { recursive: true });
  writeFileSync(path.join(projectRoot, file), text);
};

beforeEach(() => {
  projectRoot = mkdtempSync(path.join(tmpdir(), 'twofold-programs-'));
  said.length = 0;
  for (const file of Object.values(entries)) write(file, `console.log(${JSON.stringify(file)});`);
});
afterEach(() => {
  rmSync(projectRoot, { recursive: true, force: true });
});

test('are built once for a state of the sources, and what runs from an older state keeps its files', async () => {
  const first = await ensure();
  expect(readFileSync(path.join(first, 'cli.js'), 'utf8')).toContain(entries.cli);
  expect(await ensure()).toBe(first);
  expect(said).toHaveLength(1);

  write(entries.cli, 'console.log("changed");');
  const second = await ensure();
  expect(second).not.toBe(first);
  expect(readFileSync(path.join(second, 'cli.js'), 'utf8')).toContain('changed');
  expect(existsSync(path.join(first, 'cli.js'))).toBe(true);

  write(entries.cli, `console.log(${JSON.stringify(entries.cli)});`);
  expect(await ensure()).toBe(first);
  expect(said).toHaveLength(2);
});

test('are built by one of several who need them at once, and what does not build leaves nothing', async () => {
  expect(new Set(await Promise.all([ensure(), ensure(), ensure()])).size).toBe(1);
  expect(said.filter((line) => line.startsWith('Building'))).toHaveLength(1);

  write(entries.cli, 'import "./nothing.ts";');
  await expect(ensure()).rejects.toThrow(/nothing/);
  write(entries.cli, 'console.log("whole");');
  expect(readFileSync(path.join(await ensure(), 'cli.js'), 'utf8')).toContain('whole');
});
