import { spawn, spawnSync } from 'node:child_process';

import { findPeers } from '../setup/bench/bench-peers.mjs';

export type TestPython = Readonly<{
  /** Why tests that need it are skipped, to stand behind their name; empty where it is there. */
  reason: string;
  /** What it printed; throws what it complained of. */
  run: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<string>;
}>;

/** A Python that has these modules: TWOFOLD_TEST_PYTHON, that of `npm test python`, or the machine's own. */
export function testPython(modules: readonly string[]): TestPython {
  const candidates = [process.env['TWOFOLD_TEST_PYTHON'], findPeers(), 'python3'];
  const python = candidates.find(
    (candidate): candidate is string =>
      typeof candidate === 'string' && candidate !== '' && hasModules(candidate, modules),
  );
  return {
    reason:
      python === undefined
        ? ` (skipped: no Python here has ${modules.join(', ')}; npm test python makes one)`
        : '',
    run: (args, env = {}) => {
      if (python === undefined) throw new Error('There is no Python for this test.');
      return runPython(python, args, env);
    },
  };
}

function hasModules(python: string, modules: readonly string[]): boolean {
  const script = `import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, sys.argv[1:])))`;
  return spawnSync(python, ['-c', script, ...modules], { timeout: 20_000 }).status === 0;
}

function runPython(
  python: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, {
      env: {
        ...process.env,
        TF_CPP_MIN_LOG_LEVEL: '3',
        CUDA_VISIBLE_DEVICES: '-1',
        PYTHONDONTWRITEBYTECODE: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`Python ended with ${code ?? 'a signal'}: ${stderr || stdout}`));
    });
  });
}
