import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { cacheFolder, root } from './places.mjs';

const oldestMajor = 24;

/**
 * The Node that everything after the set-up runs under: the pinned package where the platform has one, else a Node 24 or
 * newer of the machine.
 */
export function pinnedNode({
  projectRoot = root,
  platform = process.platform,
  arch = process.arch,
  env = process.env,
  ownVersion = process.versions.node,
  ownPath = process.execPath,
} = {}) {
  const packaged = path.join(projectRoot, 'node_modules', ...packagedPath(platform, arch));
  if (existsSync(packaged)) return packaged;
  if (majorOf(ownVersion) >= oldestMajor) return ownPath;
  const found = nodesOnPath(env, platform).find((file) => majorOf(versionOf(file)) >= oldestMajor);
  if (found !== undefined) return found;
  throw new SetupFailure(
    platform === 'darwin'
      ? 'Twofold needs Node 24 or newer on macOS (npm has no Node package for it); install it, for example with "brew install node@24", put it first on the PATH and start again.'
      : `Twofold needs Node 24 or newer and npm brought none for ${platform} on ${arch}; install Node 24, put it first on the PATH and start again.`,
  );
}

/** Where the package of the pinned Node keeps its program, below node_modules. */
export function packagedPath(platform, arch) {
  return platform === 'win32'
    ? [`node-win-${arch}`, 'bin', 'node.exe']
    : [`node-${platform}-${arch}`, 'bin', 'node'];
}

/**
 * The environment for everything that runs under the pinned Node: it is first on the PATH, then the packages' programs. What Node
 * made of the sources is kept, which halves the time that a command needs to begin.
 */
export function pinnedEnv(
  node,
  { projectRoot = root, env = process.env, cwd = process.cwd(), cache = cacheFolder({ env }) } = {},
) {
  // Windows calls it Path, and a copied environment knows upper from lower case.
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const front = [path.dirname(node), path.join(projectRoot, 'node_modules', '.bin')];
  const rest = (env[name] ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '' && !front.includes(folder));
  return {
    NODE_COMPILE_CACHE: path.join(cache, 'compiled'),
    ...env,
    [name]: [...front, ...rest].join(path.delimiter),
    INIT_CWD: env.INIT_CWD ?? cwd,
  };
}

function nodesOnPath(env, platform) {
  const program = platform === 'win32' ? 'node.exe' : 'node';
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, program)).filter((file) => existsSync(file));
}

function versionOf(file) {
  const result = spawnSync(file, ['--version'], {
    encoding: 'utf8',
    timeout: 20_000,
    windowsHide: true,
  });
  return result.status === 0 ? result.stdout.trim().replace(/^v/, '') : '0';
}

function majorOf(version) {
  return Number.parseInt(version, 10);
}
