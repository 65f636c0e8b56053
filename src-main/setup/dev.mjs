import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { ensureBundle } from './programs/bundle.mjs';
import { electronProgram, hasDisplay } from './programs/electron.mjs';
import { SetupFailure } from './failure.mjs';
import { root } from './places.mjs';
import { entry, prepare } from './prepare.mjs';
import { handOver, watchShell } from './run.mjs';
import { say } from './say.mjs';

// An editor writes a file in several steps.
const settleMs = 300;

await entry(async () => {
  const args = process.argv.slice(2);
  const { node, env } = await prepare({ native: true, messages: true });
  if (hasDisplay(env) && electronProgram() !== null) {
    const script = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    await handOver(node, [script, 'dev', '--watch', ...args], { cwd: root, env });
  } else await serveAndWatch({ node, env, args });
});

/** The browser shell, built and started again after every change of the sources. */
async function serveAndWatch({ node, env, args }) {
  let server = null;
  let isEnding = false;
  const restart = async () => {
    try {
      await ensureBundle({ node, env });
    } catch (error) {
      if (!(error instanceof SetupFailure)) throw error;
      say(error.message);
      return;
    }
    const old = server;
    if (old !== null && old.exitCode === null && old.signalCode === null) {
      const gone = new Promise((resolve) => old.once('exit', resolve));
      old.kill('SIGTERM');
      await gone;
    }
    if (!isEnding)
      server = spawn(node, [path.join(root, 'src-main', 'main.ts'), '--no-open', ...args], {
        stdio: 'inherit',
        cwd: root,
        env,
      });
  };
  let turn = restart();
  let timer;
  for (const folder of ['src-main', 'src-renderer'])
    watch(path.join(root, folder), { recursive: true }, (_event, name) => {
      if (name === null || /(^|[\\/])compiled[\\/]|\.test\.(ts|mjs)$/.test(name)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        turn = turn.then(restart);
      }, settleMs);
    });
  const end = (signal) => {
    isEnding = true;
    server?.kill(signal);
    process.exit(0);
  };
  watchShell(() => end('SIGTERM'));
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  await turn;
}
