import path from 'node:path';
import { ensureBundle } from './programs/bundle.mjs';
import { ensureElectron, hasDisplay } from './programs/electron.mjs';
import { root } from './places.mjs';
import { entry, isRetry, prepare } from './prepare.mjs';
import { endAs, handOver, passThrough } from './run.mjs';
import { say } from './say.mjs';

// An Electron that ends with an error this soon lacks system libraries, a sandbox or a real display.
const brokenWithinMs = 10_000;

await entry(async () => {
  const args = process.argv.slice(2);
  const { node, env } = await prepare({
    native: true,
    messages: true,
    programs: true,
    bundle: ['renderer'],
  });
  const electron = await chooseShell({ args, node, env });
  const browserShell = () =>
    handOver(node, [path.join(env.TWOFOLD_PROGRAMS, 'main.js'), ...args], { cwd: root, env });
  if (electron === null) return await browserShell();
  const startMs = performance.now();
  const end = await passThrough(electron, [root, ...args], { cwd: root, env });
  const isBroken =
    end.received === null && end.code !== 0 && performance.now() - startMs < brokenWithinMs;
  if (!isBroken) return endAs(end);
  say(
    'Electron does not start on this machine (its own message is above): opening the browser shell instead.',
  );
  await browserShell();
});

/** Electron's program, or null for the browser shell; why not Electron is said in one line. */
async function chooseShell({ args, node, env }) {
  if (args.includes('--no-open')) return null;
  if (!hasDisplay(env)) {
    say('No display here: opening the browser shell instead of Electron.');
    return null;
  }
  const { program, why } = await ensureElectron({ node, env, isRetry: isRetry(env), say });
  if (program === null) {
    say(`Opening the browser shell instead of Electron: ${why}.`);
    return null;
  }
  await ensureBundle({ node, env, wanted: ['electron'] });
  return program;
}
