import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The file in a finished build that lists what belongs to it; it is written last. */
const manifestName = 'manifest.json';

/**
 * Looks at a build in the cache. Size and time of change of every file are compared with what was noted; only where they
 * differ is the file read and its hash compared (700 MB take seconds).
 * @returns {Promise<{state: 'ready', manifest: object} | {state: 'absent'} | {state: 'damaged', why: string}>}
 */
export async function inspectInstall(folder) {
  if (!existsSync(folder)) return { state: 'absent' };
  let manifest;
  try {
    manifest = JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8'));
  } catch {
    return { state: 'damaged', why: `${manifestName} is missing or unreadable` };
  }
  let isRestamped = false;
  for (const file of manifest.files) {
    const full = path.join(folder, file.name);
    const verdict = stampVerdict(file, statOrNull(full));
    if (verdict === 'differs')
      return { state: 'damaged', why: `${file.name} is missing or has another size` };
    if (verdict === 'same') continue;
    if ((await sha256Of(full)) !== file.sha256)
      return { state: 'damaged', why: `${file.name} has another content` };
    file.mtimeMs = statSync(full).mtimeMs;
    isRestamped = true;
  }
  if (isRestamped) writeManifest(folder, manifest);
  return { state: 'ready', manifest };
}

/** What size and time say about a file: the same, another one, or to be read in full ("unsure"). */
export function stampVerdict(noted, found) {
  if (found === null || found.size !== noted.size) return 'differs';
  return found.mtimeMs === noted.mtimeMs ? 'same' : 'unsure';
}

/** Notes what a build holds, with hashes that are known already or are taken now. */
export async function sealInstall(folder, { names, hashes, facts }) {
  const files = [];
  for (const name of names) {
    const full = path.join(folder, name);
    const { size, mtimeMs } = statSync(full);
    files.push({ name, size, mtimeMs, sha256: hashes.get(name) ?? (await sha256Of(full)) });
  }
  writeManifest(folder, { ...facts, files });
}

/** Makes `link` a symbolic link to `target`; nothing is touched where it is one already. */
export function linkTo(link, target) {
  try {
    if (lstatSync(link).isSymbolicLink() && readlinkSync(link) === target) return;
  } catch {
    // not there yet
  }
  mkdirSync(path.dirname(link), { recursive: true });
  const temporary = `${link}.${process.pid}`;
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, link);
}

/** The folder of the file that a link leads to; null where it is no link. */
export function linkedFolder(link) {
  try {
    return path.dirname(readlinkSync(link));
  } catch {
    return null;
  }
}

/** Removes the link if it is one, so that a process that looks finds nothing instead of something unusable. */
export function unlink(link) {
  try {
    if (lstatSync(link).isSymbolicLink()) rmSync(link);
  } catch {
    // not there
  }
}

/** sha256 of a file as hex. */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

function writeManifest(folder, manifest) {
  const file = path.join(folder, manifestName);
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(manifest, null, 1)}\n`);
  renameSync(temporary, file);
}

function statOrNull(file) {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

/** A new folder in `parent` for an install that is not whole yet. What killed set-ups have left there goes: whoever holds the lock is alone. */
export function beginWork(parent) {
  for (const name of readdirSync(parent))
    if (name.startsWith('.building-'))
      rmSync(path.join(parent, name), { recursive: true, force: true });
  const work = path.join(parent, `.building-${process.pid}`);
  mkdirSync(work);
  return work;
}
