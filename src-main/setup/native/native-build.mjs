import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from '../failure.mjs';
import { beginWork, sealInstall, sha256Of } from './native-install.mjs';
import { isNeededHeader, noticesName, tensorflowVersion } from './native-pins.mjs';
import { answers, lastLine, run } from '../run.mjs';
import { extractEntry, zipEntries } from '../zip.mjs';

const downloadLimitMs = 30 * 60_000;

/** The commands that reach pip, the first that works. */
export function findPip(env = process.env, works = answers) {
  const candidates = [
    ['python3', ['-m', 'pip']],
    ['python', ['-m', 'pip']],
    ['pip3', []],
    ['pip', []],
  ];
  return candidates.find(([command, args]) => works(command, [...args, '--version'], env)) ?? null;
}

/** A C++ compiler: CXX where it is set, else the usual names. */
export function findCompiler(env = process.env, works = answers) {
  const named = env.CXX ? [env.CXX] : [];
  return (
    [...named, 'g++', 'c++', 'clang++'].find((command) => works(command, ['--version'], env)) ??
    null
  );
}

/**
 * Makes the native backend from a wheel: fetch, verify, unpack, compile, try, and only then rename to `folder`.
 * The caller holds the lock; whatever an interrupted build left behind is removed first.
 */
export async function buildFromWheel({ folder, wheel, pip, compiler, projectRoot, node, say }) {
  const parent = path.dirname(folder);
  mkdirSync(parent, { recursive: true });
  const work = beginWork(parent);
  try {
    say(`Fetching TensorFlow ${tensorflowVersion} with pip (${wheel.megabytes} MB, once) ...`);
    const archive = await fetchWheel({ wheel, pip, target: path.join(work, 'download') });
    say('Unpacking TensorFlow ...');
    const hashes = await unpack(archive, wheel, work);
    rmSync(path.dirname(archive), { recursive: true });
    say('Compiling the native binding (about 10 seconds) ...');
    await compile({ work, folder, wheel, compiler, projectRoot });
    rmSync(path.join(work, 'include'), { recursive: true });
    await tryOut(path.join(work, 'tfjs_binding.node'), node);
    await sealInstall(work, {
      names: ['tfjs_binding.node', ...hashes.keys()],
      hashes,
      facts: { source: 'wheel', tensorflow: tensorflowVersion, wheelSha256: wheel.sha256 },
    });
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fetchWheel({ wheel, pip: [command, args], target }) {
  mkdirSync(target);
  const result = await run(
    command,
    [
      ...args,
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary=:all:',
      '--python-version',
      '3.11',
      '--platform',
      wheel.pipPlatform,
      '--dest',
      target,
      `${wheel.project}==${tensorflowVersion}`,
    ],
    { limitMs: downloadLimitMs },
  );
  const name = existsSync(target)
    ? readdirSync(target).find((file) => file.endsWith('.whl'))
    : undefined;
  if (result.code !== 0 || name === undefined) {
    const why = result.timedOut ? 'it took longer than 30 minutes' : lastLine(result.output);
    throw new SetupFailure(
      `pip could not fetch ${wheel.project} ${tensorflowVersion} (${why}); check that a Python package index can be reached.`,
    );
  }
  const archive = path.join(target, name);
  const found = await sha256Of(archive);
  if (found !== wheel.sha256)
    throw new SetupFailure(
      `The fetched ${name} is not the pinned one (sha256 ${found.slice(0, 12)}... instead of ${wheel.sha256.slice(0, 12)}...), so it was thrown away; check the package index that pip uses.`,
    );
  return archive;
}

async function unpack(archive, wheel, work) {
  const entries = await zipEntries(archive);
  const hashes = new Map();
  for (const library of wheel.libraries) {
    const entry = entries.find(({ name }) => name === `tensorflow/${library}`);
    if (entry === undefined) throw new SetupFailure(`The TensorFlow wheel holds no ${library}.`);
    hashes.set(
      `lib/${library}`,
      await extractEntry(archive, entry, path.join(work, 'lib', library)),
    );
  }
  const notices = entries.find(({ name }) => name === `tensorflow/${noticesName}`);
  if (notices !== undefined)
    hashes.set(noticesName, await extractEntry(archive, notices, path.join(work, noticesName)));
  const prefix = 'tensorflow/include/';
  for (const entry of entries)
    if (isNeededHeader(entry.name))
      await extractEntry(
        archive,
        entry,
        path.join(work, 'include', entry.name.slice(prefix.length)),
      );
  return hashes;
}

async function compile({ work, folder, wheel, compiler, projectRoot }) {
  const modules = path.join(projectRoot, 'node_modules');
  const tfjsNode = path.join(modules, '@tensorflow', 'tfjs-node');
  const isMac = process.platform === 'darwin';
  const origin = isMac ? '@loader_path' : '$ORIGIN';
  const result = await run(compiler, [
    '-O2',
    '-std=c++17',
    '-shared',
    '-fPIC',
    '-DNAPI_VERSION=8',
    `-I${path.join(modules, 'node-api-headers', 'include')}`,
    `-I${path.join(work, 'include')}`,
    `-I${tfjsNode}`,
    path.join(tfjsNode, 'binding', 'tfjs_backend.cc'),
    path.join(tfjsNode, 'binding', 'tfjs_binding.cc'),
    '-o',
    path.join(work, 'tfjs_binding.node'),
    // Node brings the N-API symbols; macOS has to be told that they come later.
    ...(isMac ? ['-undefined', 'dynamic_lookup'] : []),
    ...wheel.libraries.map((name) => path.join(work, 'lib', name)),
    // Found beside the binding, whatever the folder is called then; the absolute path is for whoever loads it through a link.
    `-Wl,-rpath,${origin}/lib`,
    `-Wl,-rpath,${path.join(folder, 'lib')}`,
  ]);
  if (result.code !== 0) {
    const error =
      result.output.split('\n').find((line) => line.includes('error')) ?? lastLine(result.output);
    throw new SetupFailure(
      `${compiler} could not compile the native binding (${error.trim()}); a C++17 compiler such as g++ 9 or newer is needed.`,
    );
  }
}

async function tryOut(binding, node) {
  const script =
    'const b = require(process.argv[1]); if (!b.TF_Version) process.exit(3); process.stdout.write(b.TF_Version);';
  const result = await run(node, ['-e', script, binding], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    limitMs: 120_000,
  });
  if (result.code === 0) return;
  const why = result.signal === null ? lastLine(result.output) : `ended by ${result.signal}`;
  throw new SetupFailure(`The compiled native binding does not load on this machine (${why}).`);
}
