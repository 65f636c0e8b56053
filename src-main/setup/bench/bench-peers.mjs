import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from '../failure.mjs';
import { withLock } from '../lock.mjs';
import { tensorflowVersion, wheelFor } from '../native/native-pins.mjs';
import { cacheFolder } from '../places.mjs';
import { lastLine, run } from '../run.mjs';
import { say as sayOnStderr } from '../say.mjs';
import { readStamp, writeStamp } from '../stamp.mjs';

export const kerasVersion = '3.15.1';
export const pytorchVersion = '2.10.0';
/** With what Keras brings (TensorBoard among it) this reads back what Twofold exports, in tests. */
export const pandasVersion = '2.3.3';
/** Pythons for which both this TensorFlow and this Keras are published. */
const pythons = ['3.12', '3.11'];
const installLimitMs = 60 * 60_000;

/**
 * The Python of a virtual environment with the peers of the benchmark, made first where the cache does not have it.
 * @returns {Promise<string>} path of its interpreter
 */
export async function ensurePeers({
  env = process.env,
  withPytorch = false,
  platform = process.platform,
  arch = process.arch,
  say = sayOnStderr,
} = {}) {
  const packages = peerPackages({ withPytorch, platform, arch });
  const { folder, interpreter, stamp } = peersPlace({ env, withPytorch, platform });
  const isReady = () => readStamp(stamp) !== null && existsSync(interpreter);
  if (isReady()) return interpreter;
  return await withLock(
    `${folder}.lock`,
    async () => {
      if (isReady()) return interpreter;
      const python = findPython(env);
      if (python === null)
        throw new SetupFailure(
          `The benchmark runs Keras in a Python of its own and needs Python ${pythons.toReversed().join(' or ')} with its venv module, which TensorFlow ${tensorflowVersion} supports; none was found here (on Debian: apt-get install python3-venv).`,
        );
      // An interrupted one starts over.
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(path.dirname(folder), { recursive: true });
      say('Making a Python environment for the benchmark ...');
      await step(python, ['-m', 'venv', folder], 'A virtual environment could not be made', env);
      const size = withPytorch ? '; PyTorch may bring 6 GB of libraries' : '';
      say(`Installing ${packages.join(', ')} with pip (once${size}) ...`);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
      await step(interpreter, [...pip, ...packages], 'The peers could not be installed', env);
      writeStamp(stamp, { packages });
      return interpreter;
    },
    { onWait: () => say('Waiting for another set-up of the benchmark ...') },
  );
}

/** The interpreter of the environment without PyTorch where it has been made, else null. */
export function findPeers({ env = process.env, platform = process.platform } = {}) {
  const { interpreter, stamp } = peersPlace({ env, withPytorch: false, platform });
  return readStamp(stamp) !== null && existsSync(interpreter) ? interpreter : null;
}

function peersPlace({ env, withPytorch, platform }) {
  const torch = withPytorch ? `-torch${pytorchVersion}` : '';
  const name = `peers-tf${tensorflowVersion}-keras${kerasVersion}-pandas${pandasVersion}${torch}`;
  const folder = path.join(cacheFolder({ env, platform }), 'bench', name);
  return {
    folder,
    interpreter:
      platform === 'win32'
        ? path.join(folder, 'Scripts', 'python.exe')
        : path.join(folder, 'bin', 'python'),
    stamp: path.join(folder, '.complete.json'),
  };
}

/** What pip installs; the same TensorFlow as the native backend's. */
export function peerPackages({ withPytorch, platform, arch }) {
  const project = wheelFor(platform, arch)?.project ?? 'tensorflow';
  return [
    `${project}==${tensorflowVersion}`,
    `keras==${kerasVersion}`,
    `pandas==${pandasVersion}`,
    ...(withPytorch ? [`torch==${pytorchVersion}`] : []),
  ];
}

/** The first command that is a Python which the peers support, null without one. */
export function findPython(env = process.env, versionOf = pythonVersion) {
  const candidates = [...pythons.map((version) => `python${version}`), 'python3', 'python'];
  return candidates.find((command) => pythons.includes(versionOf(command, env))) ?? null;
}

/** `3.11`, null where it does not start or cannot make environments. */
function pythonVersion(command, env) {
  const script = 'import ensurepip, venv, sys; print("%d.%d" % sys.version_info[:2])';
  const result = spawnSync(command, ['-c', script], { env, encoding: 'utf8', timeout: 20_000 });
  return result.status === 0 ? result.stdout.trim() : null;
}

async function step(command, args, complaint, env) {
  const result = await run(command, args, { env, limitMs: installLimitMs });
  if (result.code !== 0) throw new SetupFailure(`${complaint}: ${lastLine(result.output)}`);
}
