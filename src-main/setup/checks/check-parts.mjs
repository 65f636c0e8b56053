import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../places.mjs';
import { run } from '../run.mjs';

const modules = (...parts) => path.join(root, 'node_modules', ...parts);
const oxlint = modules('oxlint', 'bin', 'oxlint');
/** Rules that need types, for what svelte-check makes of the components; the other rules would find fault with how that is written. */
const typedRules = [
  'await-thenable',
  'no-base-to-string',
  'no-floating-promises',
  'no-misused-promises',
  'only-throw-error',
  'restrict-plus-operands',
  'restrict-template-expressions',
  'return-await',
  'unbound-method',
].flatMap((rule) => ['-D', `typescript/${rule}`]);

/** Named one by one: git ignores their folder, and so does the linter. */
const writtenComponents = () =>
  readdirSync(path.join(root, '.svelte-check'), { recursive: true })
    .filter((name) => path.basename(name).startsWith('++'))
    .map((name) => path.join('.svelte-check', name));

/** The parts of `npm run check`, the longest first; the steps of a part follow one another. */
export const checkParts = [
  { name: 'types and rules', steps: [[oxlint]] },
  {
    name: 'layers and templates',
    steps: [
      [modules('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', 'src-main', 'src-renderer'],
    ],
  },
  {
    name: 'format',
    steps: [[modules('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  },
  {
    name: 'components',
    steps: [
      [
        modules('svelte-check', 'bin', 'svelte-check'),
        ...['--tsconfig', './tsconfig.web.json', '--tsgo'],
        ...['--fail-on-warnings', '--output', 'human'],
      ],
      () => [oxlint, '-A', 'all', ...typedRules, ...writtenComponents()],
    ],
  },
  {
    name: 'messages',
    steps: [
      [modules('vitest', 'vitest.mjs'), 'run', '--project', 'node', 'messages/messages.test.ts'],
    ],
  },
  { name: 'unused code', steps: [[modules('knip', 'bin', 'knip.js'), '--no-progress']] },
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
  // svelte-check would find fault with what it once wrote of components that are gone.
  rmSync(path.join(root, '.svelte-check'), { recursive: true, force: true });
  const waiting = [...parts];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const worker = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const startMs = performance.now();
      let [code, output] = [0, ''];
      for (const step of part.steps) {
        if (code !== 0) break;
        const args = typeof step === 'function' ? step() : step;
        ({ code, output } = await run(node, args, { cwd: root, env }));
      }
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
