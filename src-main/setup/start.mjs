import path from 'node:path';
import { ensureBundle } from './bundle.mjs';
import { ensureElectron, hasDisplay } from './electron.mjs';
import { root } from './places.mjs';
import { entry, isRetry, prepare } from './prepare.mjs';
import { handOver } from './run.mjs';
import { say } from './say.mjs';

await entry(async () => {
  const args = process.argv.slice(2);
  const { node, env } = await prepare({ native: true, bundle: ['renderer'] });
  const electron = await chooseShell({ args, node, env });
  if (electron === null) await handOver(node, [path.join(root, 'src-main', 'main.ts'), ...args], { cwd: root, env });
  else await handOver(electron, [root, ...args], { cwd: root, env });
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
