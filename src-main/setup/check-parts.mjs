import path from 'node:path';
import { root } from './places.mjs';
import { run } from './run.mjs';

const modules = (...parts) => path.join(root, 'node_modules', ...parts);
const tsc = (project) => [
  modules('typescript', 'bin', 'tsc'),
  '-p',
  project,
  '--noEmit',
  '--pretty',
  'false',
];

/** The parts of `npm run check`, the longest first. */
export const checkParts = [
  {
    name: 'lint and layers',
    args: [modules('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'],
  },
  {
    name: 'svelte-check',
    args: [
      modules('svelte-check', 'bin', 'svelte-check'),
      '--tsconfig',
      './tsconfig.web.json',
      '--fail-on-warnings',
      '--output',
      'human',
    ],
  },
  { name: 'types, tests', args: tsc('tsconfig.test.json') },
  { name: 'types, node', args: tsc('tsconfig.node.json') },
  { name: 'types, web', args: tsc('tsconfig.web.json') },
  { name: 'unused code', args: [modules('knip', 'bin', 'knip.js'), '--no-progress'] },
];

/**
 * Runs the parts two at a time; each one's output is printed when it has ended, under its name.
 * @returns {Promise<import('./counts.mjs').Counts>} each part counts as one
 */
export async function runCheck({
  node,
  env,
  parts = checkParts,
  print = (text) => process.stdout.write(text),
}) {
  const waiting = [...parts];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const worker = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const startMs = performance.now();
      const { code, output } = await run(node, part.args, { cwd: root, env });
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
      counts[code === 0 ? 'passed' : 'failed'] += 1;
      print(
        `${code === 0 ? 'ok    ' : 'FAILED'} ${part.name} (${seconds} s)\n${code === 0 ? '' : `${output.trimEnd()}\n`}`,
      );
    }
  };
  await Promise.all([worker(), worker()]);
  return counts;
}
