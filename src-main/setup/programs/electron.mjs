import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { withLock } from '../lock.mjs';
import { cacheFolder, lockFile, root } from '../places.mjs';
import { lastLine, run } from '../run.mjs';
import { say as sayOnStderr } from '../say.mjs';
import { readStamp, writeStamp } from '../stamp.mjs';

const limitMs = 3 * 60_000;
// A network that refused is not asked again at every start.
const rememberMs = 24 * 60 * 60_000;

/** Whether a window can be shown at all. */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
}

/** The program of Electron's runtime, null if it is not there. Looks at files only: importing the package starts a download. */
export function electronProgram(projectRoot = root) {
  const folder = path.join(projectRoot, 'node_modules', 'electron');
  try {
    const program = path.join(
      folder,
      'dist',
      readFileSync(path.join(folder, 'path.txt'), 'utf8').trim(),
    );
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

/**
 * Electron's program, downloaded where it is missing and the network gives it.
 * @returns {Promise<{program: string, why: null} | {program: null, why: string}>}
 */
export async function ensureElectron({
  node,
  env,
  projectRoot = root,
  isRetry = false,
  say = sayOnStderr,
}) {
  const program = electronProgram(projectRoot);
  if (program !== null) return { program, why: null };
  const folder = path.join(projectRoot, 'node_modules', 'electron');
  const version = readStamp(path.join(folder, 'package.json'))?.version ?? 'unknown';
  const memory = path.join(cacheFolder({ env }), `electron-${version}.failed.json`);
  const remembered = readStamp(memory);
  if (!isRetry && isRecent(remembered, Date.now()))
    return {
      program: null,
      why: `${remembered.reason} (tried within the last day; TWOFOLD_RETRY=1 tries again)`,
    };
  return await withLock(lockFile('electron', { env, projectRoot }), () =>
    fetchElectron({ node, env, projectRoot, folder, memory, say }),
  );
}

/** Whether a noted failure is recent enough to count. */
export function isRecent(failure, nowMs) {
  const ageMs = nowMs - (failure?.at ?? -Infinity);
  return ageMs >= 0 && ageMs < rememberMs;
}

async function fetchElectron({ node, env, projectRoot, folder, memory, say }) {
  const byOther = electronProgram(projectRoot);
  if (byOther !== null) return { program: byOther, why: null };
  say('Fetching the Electron runtime (about 110 MB, once) ...');
  const result = await run(node, [path.join(folder, 'install.js')], { cwd: folder, env, limitMs });
  const fetched = result.code === 0 ? electronProgram(projectRoot) : null;
  if (fetched !== null) {
    rmSync(memory, { force: true });
    return { program: fetched, why: null };
  }
  const reason = `its runtime could not be downloaded: ${result.timedOut ? 'no answer within 3 minutes' : errorOf(result.output)}`;
  writeStamp(memory, { at: Date.now(), reason });
  return { program: null, why: reason };
}

function errorOf(output) {
  const line = output.split('\n').find((text) => /error/i.test(text) && !text.startsWith(' '));
  return (line?.trim() ?? lastLine(output)).replace(/^\w*Error: /, '');
}
