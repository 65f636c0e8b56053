import { existsSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { root } from './places.mjs';
import { answers, lastLine, run } from './run.mjs';
import { say as sayOnStderr } from './say.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const macPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const installLimitMs = 5 * 60_000;

/**
 * A Chromium for the tests: the one that is named, the system's, Playwright's own, the distribution's package.
 * @returns {Promise<string>} path of a program that starts
 */
export async function ensureChromium({ node, env, projectRoot = root, say = sayOnStderr }) {
  const found = systemChromium({ env });
  if (found !== null) return found;
  const own = await playwrightChromium({ node, env, projectRoot });
  if (own !== null && existsSync(own) && answers(own)) return own;

  const tried = [];
  say('Fetching a Chromium for the tests with Playwright (at most 5 minutes) ...');
  const cli = path.join(projectRoot, 'node_modules', '@playwright', 'test', 'cli.js');
  const fetched = await run(node, [cli, 'install', 'chromium'], {
    cwd: projectRoot,
    env,
    limitMs: installLimitMs,
  });
  if (own !== null && existsSync(own) && answers(own)) return own;
  tried.push(
    `Playwright could not bring one (${fetched.code === 0 ? 'it lacks system libraries' : errorOf(fetched)})`,
  );

  if (mayInstall()) {
    say("Installing the distribution's Chromium for the tests ...");
    const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, limitMs: 15 * 60_000 };
    const update = await run('apt-get', ['update', '-q'], quiet);
    const install = await run(
      'apt-get',
      ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'],
      quiet,
    );
    const installed = systemChromium({ env });
    if (installed !== null) return installed;
    tried.push(`apt-get could not install one (${errorOf(install.code === 0 ? update : install)})`);
  }
  throw new SetupFailure(
    `The tests need a Chromium: ${tried.join(', ')}; install Chromium or Chrome (Debian: "apt-get install chromium"), or name one in CHROME_PATH.`,
  );
}

/** The Chromium that the environment names or the system has, null if none starts. */
export function systemChromium({
  env = process.env,
  platform = process.platform,
  exists = existsSync,
  starts = startsUp,
} = {}) {
  for (const name of ['TWOFOLD_CHROMIUM', 'CHROME_PATH', 'PLAYWRIGHT_CHROMIUM']) {
    const named = env[name];
    if (named === undefined || named === '') continue;
    if (exists(named) && starts(named)) return named;
    throw new SetupFailure(`${name} names ${named}, which does not start; correct or unset it.`);
  }
  return candidates(env, platform).find((file) => exists(file) && starts(file)) ?? null;
}

/** Files that may be a browser, in the order in which they are tried. */
export function candidates(env, platform) {
  if (platform === 'darwin') return macPlaces;
  if (platform === 'win32')
    return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
      .filter(Boolean)
      .map((folder) => path.win32.join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'));
  const folders = (env.PATH ?? '').split(':').filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => path.posix.join(folder, name)));
}

// On Windows a browser asked for its version opens a window instead.
function startsUp(file) {
  return process.platform === 'win32' || answers(file);
}

async function playwrightChromium({ node, env, projectRoot }) {
  const script = "process.stdout.write(require('playwright').chromium.executablePath())";
  const result = await run(node, ['-e', script], { cwd: projectRoot, env });
  return result.code === 0 ? result.output.trim() : null;
}

function mayInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && answers('apt-get');
}

function errorOf(result) {
  if (result.timedOut) return 'no end within the time limit';
  return (
    result.output
      .split('\n')
      .find((line) => /\berror\b|^E:/i.test(line))
      ?.trim() ?? lastLine(result.output)
  );
}
