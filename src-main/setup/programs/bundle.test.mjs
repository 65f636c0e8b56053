import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureMessages } from './bundle.mjs';
import { SetupFailure } from '../failure.mjs';

// Stands in for the compiler: notes how it was called, and fails on a catalogue that says so.
const compiler = `
  const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
  const args = process.argv.slice(2);
  appendFileSync('calls.txt', args.join(' ') + '\\n');
  const outdir = args[args.indexOf('--outdir') + 1];
  if (readFileSync(outdir.replace('compiled', 'en/app.json'), 'utf8') === 'broken') {
    console.error('A message has no end.');
    process.exit(1);
  }
  mkdirSync(outdir, { recursive: true });
  writeFileSync(outdir + '/messages.js', '');
`;

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twofold-bundle-'));
  put('node_modules/@inlang/paraglide-js/bin/run.js', compiler);
  put('package-lock.json', '{}');
  put('messages/en/app.json', 'one');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name, text) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const ensure = () =>
  ensureMessages({
    node: process.execPath,
    env: { ...process.env, TWOFOLD_CACHE: path.join(folder, 'cache') },
    projectRoot: folder,
    say: () => {},
  });

/** What the compiler was called with since the last look. */
function compiled() {
  const file = path.join(folder, 'calls.txt');
  if (!existsSync(file)) return [];
  const calls = readFileSync(file, 'utf8').trim().split('\n');
  rmSync(file);
  return calls;
}

test('the catalogue is compiled when it is not compiled as it is', async () => {
  await ensure();
  expect(compiled()).toHaveLength(1);
  await ensure();
  expect(compiled()).toEqual([]);
  put('messages/en/runs.json', 'two');
  put('messages/project.inlang/README.md', 'written by the compiler');
  await ensure();
  expect(compiled()).toHaveLength(1);
  utimesSync(path.join(folder, 'messages/en/app.json'), 1, 1);
  await ensure();
  expect(compiled()).toEqual([]);
  rmSync(path.join(folder, 'messages/compiled/messages.js'));
  await ensure();
  expect(compiled()).toHaveLength(1);
});

test('the catalogue becomes few files and knows no cookies', async () => {
  await ensure();
  expect(compiled()[0]).toContain(
    '--output-structure locale-modules --strategy globalVariable baseLocale',
  );
});

test('a catalogue that does not compile says why, and is tried again', async () => {
  put('messages/en/app.json', 'broken');
  await expect(ensure()).rejects.toThrow(
    new SetupFailure('The message catalogue does not compile: A message has no end.'),
  );
  put('messages/en/app.json', 'mended');
  await ensure();
  expect(compiled()).toHaveLength(2);
});
