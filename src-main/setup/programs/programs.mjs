import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { isGenerated } from './bundle.mjs';
import { SetupFailure } from '../failure.mjs';
import { withLock } from '../lock.mjs';
import { lockFile, root } from '../places.mjs';
import { say as sayOnStderr } from '../say.mjs';
import { fingerprint, readStamp, writeStamp } from '../stamp.mjs';

const inputs = ['package-lock.json', 'src-main', 'resources/sample-corpus'];
/** Where the code of each process begins. */
export const entries = {
  main: 'src-main/main.ts',
  cli: 'src-main/cli/main.ts',
  trainer: 'src-main/trainer/entry.ts',
  analysis: 'src-main/analysis/entry.ts',
  backup: 'src-main/features/backups/child/entry.ts',
};
/** They bring files that they find beside their own code. */
const external = /^(?:electron$|better-sqlite3|@tensorflow\/|@resvg\/|pretendard)/;
/** A process that runs from older files may load more of them at any time. */
const keptFolders = 8;

/**
 * The programs as a few files of JavaScript, which start in a fifth of the time that the sources take; built where those have changed.
 * Every state of the sources has a folder of its own.
 * @returns {Promise<string>} that folder
 */
export async function ensurePrograms({ env, projectRoot = root, say = sayOnStderr }) {
  const known = current(projectRoot);
  if (known !== null) return known;
  return await withLock(
    lockFile('programs', { env, projectRoot }),
    async () => current(projectRoot) ?? (await build({ projectRoot, say })),
    { onWait: () => say('Waiting for another set-up that builds the programs ...') },
  );
}

/** The folder of these sources: by names, sizes and times, or, where those changed, by content. */
function current(projectRoot) {
  const now = sources(projectRoot);
  const stamp = readStamp(stampOf(projectRoot));
  if (stamp?.quick === now.quick) return existing(projectRoot, stamp.content);
  const content = now.content();
  const folder = existing(projectRoot, content);
  if (folder !== null) writeStamp(stampOf(projectRoot), { quick: now.quick, content });
  return folder;
}

async function build({ projectRoot, say }) {
  const now = sources(projectRoot);
  const content = now.content();
  say('Building the programs (about 2 seconds) ...');
  const { rolldown } = await import('rolldown');
  mkdirSync(parent(projectRoot), { recursive: true });
  const folder = mkdtempSync(path.join(parent(projectRoot), 'new-'));
  try {
    const bundle = await rolldown({
      cwd: projectRoot,
      input: entries,
      platform: 'node',
      external,
    });
    await bundle.write({ dir: folder, format: 'esm' });
    await bundle.close();
    renameSync(folder, folderOf(projectRoot, content));
  } catch (error) {
    throw new SetupFailure(`The programs do not build: ${error.message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  writeStamp(stampOf(projectRoot), { quick: now.quick, content });
  removeOld(projectRoot);
  return existing(projectRoot, content);
}

function removeOld(projectRoot) {
  const folders = readdirSync(parent(projectRoot), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('new-'))
    .map(({ name }) => path.join(parent(projectRoot), name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const folder of folders.slice(keptFolders)) rmSync(folder, { recursive: true, force: true });
}

const sources = (projectRoot) => fingerprint(projectRoot, inputs, isGenerated);
const parent = (projectRoot) => path.join(projectRoot, 'out', 'programs');
const folderOf = (projectRoot, content) => path.join(parent(projectRoot), content.slice(0, 16));
const stampOf = (projectRoot) => path.join(parent(projectRoot), '.current.json');

function existing(projectRoot, content) {
  const folder = folderOf(projectRoot, content);
  return existsSync(folder) ? folder : null;
}
