import { existsSync, mkdirSync, readFileSync, rmSync, lstatSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { buildFromWheel, findCompiler, findPip } from './native-build.mjs';
import { inspectInstall, linkTo, unlink } from './native-install.mjs';
import { installOfficial, officialTensorflow } from './native-official.mjs';
import { hasOfficialPrebuilt, nativeKey, wheelFor } from './native-pins.mjs';
import { cacheFolder, root, tfjsNodeFolder } from './places.mjs';
import { say as sayOnStderr } from './say.mjs';

// A network that refused is not asked again at every start.
const rememberFailureMs = 60 * 60_000;

/** Where tfjs-node's own path logic looks for the binding (N-API 8). */
export function bindingPath(projectRoot = root) {
  return path.join(tfjsNodeFolder(projectRoot), 'lib', 'napi-v8', 'tfjs_binding.node');
}

/**
 * Makes the native backend available: already there, else built from the wheel, else the official prebuilt, else wasm.
 * Never throws for what is missing: the answer says which backend it is, and the reason is said in one line.
 * @returns {Promise<{backend: 'native' | 'wasm', tensorflow: string | null, reason: string | null}>}
 */
export async function ensureNative({
  env = process.env,
  platform = process.platform,
  arch = process.arch,
  projectRoot = root,
  node = process.execPath,
  isRetry = false,
  say = sayOnStderr,
} = {}) {
  const link = bindingPath(projectRoot);
  if (platform === 'linux' && arch === 'x64' && !hasAvx(readCpuInfo())) {
    unlink(link);
    return wasm('this processor has no AVX, which TensorFlow needs', say);
  }
  if (isOfficialInPlace(link)) return { backend: 'native', tensorflow: officialTensorflow, reason: null };
  const wheel = wheelFor(platform, arch);
  const key = nativeKey(platform, arch);
  const folder = path.join(cacheFolder({ env, platform }), 'native', key);
  const ready = await useInstall(folder, link);
  if (ready !== null) return ready;

  unlink(link);
  const failures = `${folder}.failed.json`;
  const remembered = isRetry ? null : rememberedFailure(failures, Date.now());
  if (remembered !== null) return wasm(`${remembered} (tried within the last hour; TWOFOLD_RETRY=1 tries again)`, say);

  mkdirSync(path.dirname(folder), { recursive: true });
  return await withLock(
    `${folder}.lock`,
    async () => {
      const byOther = await useInstall(folder, link);
      if (byOther !== null) return byOther;
      const found = await inspectInstall(folder);
      if (found.state === 'damaged') {
        say(`The native backend in the cache is damaged (${found.why}): building it again.`);
        rmSync(folder, { recursive: true, force: true });
      }
      const reasons = [];
      if (wheel !== null) {
        const pip = findPip(env);
        const compiler = findCompiler(env);
        if (pip === null || compiler === null) reasons.push(missingTools(pip, compiler, platform));
        else
          try {
            await buildFromWheel({ folder, wheel, pip, compiler, projectRoot, node, say });
            rmSync(failures, { force: true });
            const built = await useInstall(folder, link);
            if (built !== null) return built;
            reasons.push('the build in the cache was changed by somebody else meanwhile');
          } catch (error) {
            reasons.push(sentence(error));
          }
      }
      if (hasOfficialPrebuilt(platform, arch)) {
        try {
          await installOfficial({ projectRoot, node, env, say });
          return { backend: 'native', tensorflow: officialTensorflow, reason: null };
        } catch (error) {
          reasons.push(sentence(error));
        }
      }
      if (reasons.length === 0) reasons.push(`there is no native backend for ${platform} on ${arch}`);
      const reason = reasons.join('; ');
      writeFileSync(failures, JSON.stringify({ at: Date.now(), reason }));
      return wasm(reason, say);
    },
    { onWait: (pid) => say(`Waiting for another set-up of the native backend${pid === undefined ? '' : ` (process ${pid})`} ...`) },
  );
}

/** What is missing for a build from the wheel, and how to get it. */
export function missingTools(pip, compiler, platform) {
  const missing = [pip === null ? 'pip for Python 3' : null, compiler === null ? 'a C++ compiler' : null].filter(Boolean).join(' and ');
  const packages = [pip === null ? 'python3-pip' : null, compiler === null ? 'g++' : null].filter(Boolean).join(' ');
  const cure = platform === 'darwin' ? 'xcode-select --install' : `apt-get install ${packages}`;
  return `the native backend is built with ${missing}, not found here (get it with "${cure}" or your system's equivalent)`;
}

/** Whether the processor has AVX; true where the system does not tell. */
export function hasAvx(cpuInfo) {
  const flags = /^flags\s*:(.*)$/m.exec(cpuInfo ?? '');
  return flags === null || /\savx(\s|$)/.test(flags[1]);
}

/** The reason of a failure that is recent enough to count, else null. */
export function rememberedFailure(file, nowMs) {
  try {
    const { at, reason } = JSON.parse(readFileSync(file, 'utf8'));
    return typeof reason === 'string' && nowMs - at >= 0 && nowMs - at < rememberFailureMs ? reason : null;
  } catch {
    return null;
  }
}

async function useInstall(folder, link) {
  const found = await inspectInstall(folder);
  if (found.state !== 'ready') return null;
  linkTo(link, path.join(folder, 'tfjs_binding.node'));
  return { backend: 'native', tensorflow: found.manifest.tensorflow, reason: null };
}

function isOfficialInPlace(link) {
  try {
    return lstatSync(link).isFile() && existsSync(path.join(link, '..', '..', '..', 'deps', 'lib'));
  } catch {
    return false;
  }
}

function wasm(reason, say) {
  say(`Training uses the slower wasm backend: ${reason.replace(/\.$/, '')}.`);
  return { backend: 'wasm', tensorflow: null, reason };
}

function sentence(error) {
  if (error instanceof SetupFailure) return error.message.replace(/\.$/, '');
  return `an unexpected error (${error.message.split('\n')[0]})`;
}

function readCpuInfo() {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return null;
  }
}
