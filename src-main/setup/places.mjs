import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where downloads and builds are kept: TWOFOLD_CACHE, or the platform's own cache folder. */
export function cacheFolder({
  env = process.env,
  platform = process.platform,
  home = homedir(),
} = {}) {
  const join = (platform === 'win32' ? path.win32 : path.posix).join;
  if (env.TWOFOLD_CACHE) return path.resolve(env.TWOFOLD_CACHE);
  if (platform === 'win32')
    return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'twofold', 'Cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'twofold');
  // The XDG rule: a relative XDG_CACHE_HOME is to be ignored.
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg && path.posix.isAbsolute(xdg) ? xdg : join(home, '.cache'), 'twofold');
}

/** The folder of tfjs-node inside the project. */
export function tfjsNodeFolder(projectRoot = root) {
  return path.join(projectRoot, 'node_modules', '@tensorflow', 'tfjs-node');
}

/** A lock file of this checkout. It lies in the cache: node_modules goes away as a whole while packages are installed. */
export function lockFile(name, { env = process.env, projectRoot = root } = {}) {
  const checkout = createHash('sha256').update(projectRoot).digest('hex').slice(0, 12);
  return path.join(cacheFolder({ env }), 'locks', `${name}-${checkout}.lock`);
}
