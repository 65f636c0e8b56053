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
import { SetupFailure } from './failure.mjs';

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
  put('src-main/messages/en/app.json', 'one');
  put('src-renderer/messages/en/app.json', 'one');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name, text) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const ensure = (wanted) =>
  ensureMessages({
    node: process.execPath,
    env: { ...process.env, TWOFOLD_CACHE: path.join(folder, 'cache') },
    projectRoot: folder,
    say: () => {},
    ...(wanted === undefined ? {} : { wanted }),
  });

/** What was compiled since the last look. */
function compiled() {
  const file = path.join(folder, 'calls.txt');
  if (!existsSync(file)) return [];
  const calls = readFileSync(file, 'utf8').trim().split('\n');
  rmSync(file);
  return calls;
}

const outdirs = (calls) => calls.map((call) => /--outdir (\S+)/.exec(call)[1]);

test('a catalogue is compiled when it is wanted and not compiled as it is', async () => {
  await ensure(['main']);
  expect(outdirs(compiled())).toEqual(['src-main/messages/compiled']);
  await ensure();
  expect(outdirs(compiled())).toEqual(['src-renderer/messages/compiled']);
  await ensure();
  expect(compiled()).toEqual([]);
  put('src-main/messages/en/runs.json', 'two');
  put('src-main/messages/project.inlang/README.md', 'written by the compiler');
  await ensure();
  expect(outdirs(compiled())).toEqual(['src-main/messages/compiled']);
  utimesSync(path.join(folder, 'src-renderer/messages/en/app.json'), 1, 1);
  rmSync(path.join(folder, 'src-main/messages/compiled/messages.js'));
  await ensure();
  expect(outdirs(compiled())).toEqual(['src-main/messages/compiled']);
});

test("main's is few files and knows no cookies; the renderer's is a module a message", async () => {
  await ensure();
  const [main, renderer] = compiled();
  expect(main).toContain('--output-structure locale-modules --strategy globalVariable baseLocale');
  expect(renderer).not.toContain('--output-structure');
});

test('a catalogue that does not compile is named, and is tried again', async () => {
  put('src-main/messages/en/app.json', 'broken');
  await expect(ensure()).rejects.toThrow(
    new SetupFailure(
      'The message catalogue of src-main/messages does not compile: A message has no end.',
    ),
  );
  put('src-main/messages/en/app.json', 'mended');
  await ensure();
  expect(outdirs(compiled())).toEqual([
    'src-main/messages/compiled',
    'src-main/messages/compiled',
    'src-renderer/messages/compiled',
  ]);
});
