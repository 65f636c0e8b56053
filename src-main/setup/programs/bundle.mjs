import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from '../failure.mjs';
import { withLock } from '../lock.mjs';
import { lockFile, root } from '../places.mjs';
import { lastLine, run } from '../run.mjs';
import { say as sayOnStderr } from '../say.mjs';
import { fingerprint, readStamp, writeStamp } from '../stamp.mjs';

/** The catalogue becomes few files, which load fast, and knows no cookies. */
const messageOptions = [
  ...['--output-structure', 'locale-modules'],
  ...['--strategy', 'globalVariable', 'baseLocale'],
];
const messagesStamp = 'messages/compiled/.twofold-messages.json';
const compiledMessages = 'messages/compiled/messages.js';
const shared = [
  'package-lock.json',
  'electron.vite.config.ts',
  'svelte.config.js',
  'src-main/contract',
  'src-main/core',
  'messages',
];

/** What each part of the build is made of. The browser shell runs from source and needs the first one only. */
const parts = {
  renderer: { inputs: ['src-renderer', ...shared], result: 'out/renderer/index.html' },
  electron: { inputs: ['src-main', 'src-renderer', ...shared], result: 'out/main/main.js' },
};

/** Builds what is not built from the sources as they are. */
export async function ensureBundle({
  node,
  env,
  wanted = ['renderer'],
  isForced = false,
  projectRoot = root,
  say = sayOnStderr,
}) {
  const stale = () => wanted.filter((part) => isForced || !isBuilt(projectRoot, part));
  if (stale().length === 0) return;
  await withLock(
    lockFile('bundle', { env, projectRoot }),
    async () => {
      if (stale().length > 0) await build({ node, env, projectRoot, say });
    },
    { onWait: () => say('Waiting for another set-up that builds the screens ...') },
  );
}

/** Compiles the message catalogue, without which nothing runs from source. */
export async function ensureMessages({ node, env, projectRoot = root, say = sayOnStderr }) {
  if (isCompiled(projectRoot)) return;
  await withLock(
    lockFile('messages', { env, projectRoot }),
    async () => {
      if (!isCompiled(projectRoot)) await compile({ node, env, projectRoot, say });
    },
    { onWait: () => say('Waiting for another set-up that compiles the messages ...') },
  );
}

/** Whether stamp and fingerprint agree: by names, sizes and times, or, where those changed, by content. */
export function isCurrent(stampFile, now, projectRoot, result) {
  const stamp = readStamp(stampFile);
  if (stamp === null || !existsSync(path.join(projectRoot, result))) return false;
  if (stamp.quick === now.quick) return true;
  if (stamp.content !== now.content()) return false;
  writeStamp(stampFile, { quick: now.quick, content: stamp.content });
  return true;
}

/** Files that are made, or that no build reads. */
export function isGenerated(name) {
  return (
    /^messages\/(compiled$|project\.inlang\/(?!settings\.json$).)/.test(name) ||
    name.startsWith('src-main/setup') ||
    name.startsWith('src-main/testing') ||
    name.startsWith('src-renderer/testing') ||
    /\.test\.(ts|mjs)$/.test(name)
  );
}

async function compile({ node, env, projectRoot, say }) {
  const now = messagesNow(projectRoot);
  say('Compiling the message catalogue ...');
  const script = path.join(projectRoot, 'node_modules', '@inlang', 'paraglide-js', 'bin', 'run.js');
  const args = [
    ...['--project', 'messages/project.inlang'],
    ...['--outdir', 'messages/compiled'],
    '--emit-ts-declarations',
    '--silent',
    ...messageOptions,
  ];
  const result = await run(node, [script, 'compile', ...args], {
    cwd: projectRoot,
    env,
    limitMs: 180_000,
  });
  if (result.code !== 0 || !existsSync(path.join(projectRoot, compiledMessages)))
    throw new SetupFailure(`The message catalogue does not compile: ${lastLine(result.output)}`);
  writeStamp(path.join(projectRoot, messagesStamp), { quick: now.quick, content: now.content() });
}

function isCompiled(projectRoot) {
  return isCurrent(
    path.join(projectRoot, messagesStamp),
    messagesNow(projectRoot),
    projectRoot,
    compiledMessages,
  );
}

function messagesNow(projectRoot) {
  return fingerprint(projectRoot, ['messages', 'package-lock.json'], isGenerated);
}

async function build({ node, env, projectRoot, say }) {
  await ensureMessages({ node, env, projectRoot, say });
  for (const part of Object.keys(parts)) rmSync(stampOf(projectRoot, part), { force: true });
  // Taken before the build: what changes while it runs makes it stale again.
  const before = Object.entries(parts).map(([part, { inputs }]) => {
    const now = fingerprint(projectRoot, inputs, isGenerated);
    return [part, { quick: now.quick, content: now.content() }];
  });
  say('Building the screens (about 10 seconds) ...');
  const script = path.join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const result = await run(node, [script, 'build', '--logLevel', 'warn'], {
    cwd: projectRoot,
    env: { ...env, NODE_ENV: 'production' },
    limitMs: 10 * 60_000,
  });
  if (result.code !== 0) {
    process.stderr.write(result.output);
    throw new SetupFailure('The screens do not build; the messages above say why.');
  }
  for (const [part, stamp] of before) writeStamp(stampOf(projectRoot, part), stamp);
}

function isBuilt(projectRoot, part) {
  const { inputs, result } = parts[part];
  return isCurrent(
    stampOf(projectRoot, part),
    fingerprint(projectRoot, inputs, isGenerated),
    projectRoot,
    result,
  );
}

function stampOf(projectRoot, part) {
  return path.join(projectRoot, 'out', `.${part}.json`);
}
