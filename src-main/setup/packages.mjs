import { existsSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { lockFile, root } from './places.mjs';
import { lastLine, run } from './run.mjs';
import { say as sayOnStderr } from './say.mjs';
import { contentHash, readStamp, writeStamp } from './stamp.mjs';

/** Installs the packages of package-lock.json where node_modules does not hold exactly them. */
export async function ensurePackages({
  projectRoot = root,
  env = process.env,
  say = sayOnStderr,
} = {}) {
  const lock = path.join(projectRoot, 'package-lock.json');
  const stamp = path.join(projectRoot, 'node_modules', '.twofold-packages.json');
  const isCurrent = () => readStamp(stamp)?.lock === contentHash(lock);
  if (isCurrent()) return;
  await withLock(
    lockFile('packages', { env, projectRoot }),
    async () => {
      if (isCurrent()) return;
      const wanted = readStamp(lock);
      if (wanted === null)
        throw new SetupFailure(
          'package-lock.json is missing or unreadable; get it back with "git checkout package-lock.json".',
        );
      // npm's own record of what it installed; an interrupted install has none.
      const found = readStamp(path.join(projectRoot, 'node_modules', '.package-lock.json'));
      if (found === null || !holdsExactly(wanted.packages, found.packages))
        await install(projectRoot, env, say);
      writeStamp(stamp, { lock: contentHash(lock) });
    },
    { onWait: () => say('Waiting for another set-up that installs the packages ...') },
  );
}

/**
 * Whether the installed packages are those of the lock file. Optional ones may be missing (those of other platforms are).
 * @param {Record<string, {version?: string, integrity?: string, optional?: boolean}>} wanted
 * @param {Record<string, {version?: string, integrity?: string}>} found
 */
export function holdsExactly(wanted, found) {
  const isSame = (a, b) => a.version === b.version && a.integrity === b.integrity;
  const isThere = ([name, entry]) => {
    const other = found[name];
    return other === undefined ? entry.optional === true : isSame(entry, other);
  };
  return (
    Object.entries(wanted).every((pair) => pair[0] === '' || isThere(pair)) &&
    Object.keys(found).every((name) => name in wanted)
  );
}

async function install(projectRoot, env, say) {
  say('Installing the packages of package-lock.json (about 500 MB, once) ...');
  const npm = npmCommand(env);
  let result;
  try {
    // No package of the set needs an install script, and npm would run an implicit node-gyp for better-sqlite3.
    result = await run(
      npm.command,
      [
        ...npm.args,
        'ci',
        '--ignore-scripts',
        '--include=dev',
        '--include=optional',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ],
      {
        cwd: projectRoot,
        env: withoutNpmSettings(env),
        shell: npm.shell,
      },
    );
  } catch (error) {
    if (error.code === 'ENOENT')
      throw new SetupFailure(
        'npm was not found; it comes with Node: install Node 20 or newer with npm and start again.',
      );
    throw error;
  }
  if (result.code === 0) return;
  const why = result.output
    .split('\n')
    .find(
      (line) =>
        line.startsWith('npm error') && !/^npm error (code|errno|syscall|path)\b/.test(line),
    );
  throw new SetupFailure(
    `npm could not install the packages (${(why ?? lastLine(result.output)).replace(/^npm error\s*/, '')}); check that the npm registry can be reached and that 1 GB is free, then start again.`,
  );
}

/** The npm that runs us, under the Node it runs under itself (the pinned Node goes away with node_modules meanwhile). */
export function npmCommand(env, exists = existsSync) {
  const { npm_execpath: script, npm_node_execpath: node } = env;
  if (
    script !== undefined &&
    node !== undefined &&
    /npm-cli\.c?js$/.test(script) &&
    exists(script) &&
    exists(node)
  )
    return { command: node, args: [script], shell: false };
  return process.platform === 'win32'
    ? { command: 'npm.cmd', args: [], shell: true }
    : { command: 'npm', args: [], shell: false };
}

// `npm run --silent x` hands its own settings on to every npm below it as npm_config_*: those that say how to print or
// what to omit would change the install. Registry, cache, proxy and certificates are the user's and stay.
function withoutNpmSettings(env) {
  const dropped =
    /^npm_config_(loglevel|omit|include|only|production|global|prefix|local_prefix|dry_run|ignore_scripts|json|silent)$/i;
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !dropped.test(name) && name !== 'NODE_ENV'),
  );
}
