import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensurePeers } from '../bench/bench-peers.mjs';
import { runCheck } from './check-parts.mjs';
import { ensureChromium } from '../chromium.mjs';
import {
  closingLine,
  noCounts,
  playwrightCounts,
  runnerCounts,
  sum,
  vitestCounts,
} from './counts.mjs';
import { Interrupted, SetupFailure } from '../failure.mjs';
import { root } from '../places.mjs';
import { entry, prepare } from '../prepare.mjs';
import { ensureBundle } from '../programs/bundle.mjs';
import { run } from '../run.mjs';
import { say } from '../say.mjs';
import { readStamp } from '../stamp.mjs';

const runners = { check, unit, e2e };
/** Only where it is asked for: it installs Keras, TensorBoard and pandas. */
const runnersByName = { ...runners, python };

await entry(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in runnersByName));
  if (unknown !== undefined)
    throw new SetupFailure(
      `There is no test part "${unknown}"; the parts are ${Object.keys(runnersByName).join(', ')}.`,
    );
  const reports = mkdtempSync(path.join(tmpdir(), 'twofold-test-'));
  const counts = [];
  try {
    let ready = null;
    counts.push(
      await guarded(async () => {
        ready = await prepare({
          native: true,
          messages: true,
          programs: true,
        });
        return noCounts();
      }),
    );
    for (const name of ready === null ? [] : asked.length > 0 ? asked : Object.keys(runners)) {
      process.stdout.write(`\n== ${name} ==\n`);
      counts.push(await guarded(() => runnersByName[name]({ ...ready, reports })));
    }
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
  const total = sum(counts);
  process.exitCode = total.failed === 0 ? 0 : 1;
  process.stdout.write(`\n${closingLine(total)}\n`);
});

async function check({ node, env }) {
  return await runCheck({ node, env });
}

/** Tests that read in Python what Twofold exports; without that Python they are skipped as part of `unit`. */
async function python({ node, env, reports }) {
  const interpreter = await ensurePeers({ env });
  const files = readdirSync(path.join(root, 'src-main'), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join('src-main', file))
    .filter((file) => readFileSync(path.join(root, file), 'utf8').includes('testPython('));
  return await vitest(['--project', 'node', ...files], {
    node,
    env: { ...env, TWOFOLD_TEST_PYTHON: interpreter },
    report: path.join(reports, 'python.json'),
  });
}

async function unit({ node, env, reports }) {
  // Without a browser its tests are one failure, and the others still run.
  let browser;
  const noBrowser = await guarded(async () => {
    browser = await ensureChromium({ node, env, say });
    return noCounts();
  });
  const counts = await vitest(browser === undefined ? ['--project', 'node'] : [], {
    node,
    env: browser === undefined ? env : { ...env, TWOFOLD_CHROMIUM: browser },
    report: path.join(reports, 'unit.json'),
  });
  return sum([noBrowser, counts]);
}

async function vitest(scope, { node, env, report }) {
  const script = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await run(node, [script, ...args, ...scope], {
    stdio: 'inherit',
    cwd: root,
    env,
  });
  return runnerCounts({ exitCode: code, report: readStamp(report), countsOf: vitestCounts });
}

async function e2e({ node, env, reports }) {
  const report = path.join(reports, 'e2e.json');
  const script = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  await ensureBundle({ node, env });
  const browser = await ensureChromium({ node, env, say });
  const testEnv = { ...env, TWOFOLD_CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const { code } = await run(node, [script, 'test', '--reporter=list,json'], {
    stdio: 'inherit',
    cwd: root,
    env: testEnv,
  });
  return runnerCounts({ exitCode: code, report: readStamp(report), countsOf: playwrightCounts });
}

/** What cannot start is one failure; the rest still runs and the closing line is still printed. */
async function guarded(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    say(error instanceof SetupFailure ? error.message : String(error.stack));
    return { ...noCounts(), failed: 1 };
  }
}
