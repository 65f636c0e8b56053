import { ensureBundle, ensureMessages } from './programs/bundle.mjs';
import { ensureChromium } from './chromium.mjs';
import { Interrupted, SetupFailure } from './failure.mjs';
import { ensureNative } from './native/native.mjs';
import { ensurePackages } from './packages.mjs';
import { pinnedEnv, pinnedNode } from './pinned-node.mjs';
import { ensurePrograms } from './programs/programs.mjs';
import { endBy } from './run.mjs';
import { say } from './say.mjs';

/**
 * Makes ready what a command needs, in order; what is ready already costs a few file look-ups.
 * @param {{native?: boolean, messages?: boolean, programs?: boolean, bundle?: string[], chromium?: boolean, isAsked?: boolean}} needs
 *   `programs`: the environment then names their folder; `isAsked`: what failed lately is tried again
 * @returns {Promise<{node: string, env: Record<string, string>, native: object | null}>} the Node and the environment to go on with
 */
export async function prepare({
  native = false,
  messages = false,
  programs = false,
  bundle = [],
  chromium = false,
  isAsked = false,
} = {}) {
  await ensurePackages();
  const node = pinnedNode();
  const env = pinnedEnv(node);
  const backend = native ? await ensureNative({ node, isRetry: isAsked || isRetry(env) }) : null;
  if (messages) await ensureMessages({ node, env });
  if (programs) env.TWOFOLD_PROGRAMS = await ensurePrograms({ env });
  if (bundle.length > 0) await ensureBundle({ node, env, wanted: bundle });
  if (chromium) env.TWOFOLD_CHROMIUM = await ensureChromium({ node, env });
  return { node, env, native: backend };
}

/** Whether remembered failures are to be forgotten. */
export function isRetry(env = process.env) {
  return Boolean(env.TWOFOLD_RETRY) && env.TWOFOLD_RETRY !== '0';
}

/** Runs an entry script: a failure is one sentence and exit code 1, an interruption ends by its signal. */
export async function entry(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof Interrupted) endBy(error.signal);
    else {
      say(
        error instanceof SetupFailure
          ? error.message
          : `The set-up failed unexpectedly: ${error.stack}`,
      );
      process.exitCode = 1;
    }
  }
}
