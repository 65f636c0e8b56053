import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Interrupted, SetupFailure } from '../failure.mjs';
import { withLock } from '../lock.mjs';
import { buildFromWheel, findCompiler, findPip } from './native-build.mjs';
import { inspectInstall, linkTo, linkedFolder, unlink } from './native-install.mjs';
import { installOfficial, officialTensorflow } from './native-official.mjs';
import { hasOfficialPrebuilt, nativeKey, wheelFor } from './native-pins.mjs';
import { cacheFolder, root, tfjsNodeFolder } from '../places.mjs';
import { say as sayOnStderr } from '../say.mjs';
import { readStamp, writeStamp } from '../stamp.mjs';

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
  if (isOfficialInPlace(link))
    return { backend: 'native', tensorflow: officialTensorflow, reason: null };
  const wheel = wheelFor(platform, arch);
  const key = nativeKey(platform, arch);
  const folder = path.join(cacheFolder({ env, platform }), 'native', key);
  // Set-up for a cluster has led it to where the nodes see it, and there it stays (native-shared.mjs).
  const shared = env.TWOFOLD_CACHE ? null : linkedFolder(link);
  const ready =
    (shared !== null && path.basename(shared) === key ? await useInstall(shared, link) : null) ??
    (await useInstall(folder, link));
  if (ready !== null) return ready;

  unlink(link);
  const failures = `${folder}.failed.json`;
  const tools = wheel === null ? null : { pip: findPip(env), compiler: findCompiler(env) };
  const hasTools = tools !== null && tools.pip !== null && tools.compiler !== null;
  const remembered = isRetry
    ? null
    : rememberedFailure(readStamp(failures), { hasTools, nowMs: Date.now() });
  if (remembered !== null)
    return wasm(`${remembered} (tried within the last hour; TWOFOLD_RETRY=1 tries again)`, say);

  return await withLock(
    `${folder}.lock`,
    async () => {
      const byOther = await useInstall(folder, link);
      if (byOther !== null) return byOther;
      const found = await inspectInstall(folder);
      if (found.state === 'damaged') {
        say(`The native backend in the cache is damaged (${found.why}): making it again.`);
        rmSync(folder, { recursive: true, force: true });
      }
      const reasons = [];
      const attempt = async (work) => {
        try {
          return await work();
        } catch (error) {
          reasons.push(reasonOf(error));
          return null;
        }
      };
      if (hasTools) {
        const built = await attempt(async () => {
          await buildFromWheel({ folder, wheel, ...tools, projectRoot, node, say });
          rmSync(failures, { force: true });
          return await useInstall(folder, link);
        });
        if (built !== null) return built;
      } else
        reasons.push(
          tools === null
            ? `there is no TensorFlow wheel for ${platform} on ${arch}`
            : missingTools(tools, platform),
        );
      if (hasOfficialPrebuilt(platform, arch)) {
        const official = await attempt(async () => {
          await installOfficial({ projectRoot, node, env, say });
          return { backend: 'native', tensorflow: officialTensorflow, reason: null };
        });
        if (official !== null) return official;
      }
      const reason = reasons.join('; ');
      writeStamp(failures, { at: Date.now(), hasTools, reason });
      return wasm(reason, say);
    },
    {
      onWait: (pid) =>
        say(
          `Waiting for another set-up of the native backend${pid === undefined ? '' : ` (process ${pid})`} ...`,
        ),
    },
  );
}

/** What is missing for a build from the wheel, and how to get it. */
export function missingTools({ pip, compiler }, platform) {
  const missing = [
    pip === null ? { name: 'pip for Python 3', debian: 'python3-pip' } : null,
    compiler === null ? { name: 'a C++ compiler', debian: 'g++' } : null,
  ].filter(Boolean);
  const cure =
    platform === 'darwin'
      ? 'xcode-select --install'
      : `apt-get install ${missing.map(({ debian }) => debian).join(' ')}`;
  return `building the native backend needs ${missing.map(({ name }) => name).join(' and ')}, not found here (get it with "${cure}" or your system's equivalent)`;
}

/** Whether the processor has AVX; true where the system does not tell. */
export function hasAvx(cpuInfo) {
  const flags = /^flags\s*:(.*)$/m.exec(cpuInfo ?? '');
  return flags === null || /\savx(\s|$)/.test(flags[1]);
}

/** The reason of a noted failure, null where it is old or where the tools that were missing have come since. */
export function rememberedFailure(failure, { hasTools, nowMs }) {
  if (typeof failure?.reason !== 'string' || failure.hasTools !== hasTools) return null;
  const ageMs = nowMs - failure.at;
  return ageMs >= 0 && ageMs < rememberFailureMs ? failure.reason : null;
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

function reasonOf(error) {
  if (error instanceof Interrupted) throw error;
  return error instanceof SetupFailure
    ? error.message.replace(/\.$/, '')
    : `an unexpected error (${error.message.split('\n')[0]})`;
}

function readCpuInfo() {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return null;
  }
}
