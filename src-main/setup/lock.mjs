import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

// A lock of another machine (a shared folder) cannot be asked whether its process lives: it is broken after this time.
const foreignLimitMs = 45 * 60_000;

/**
 * Runs `work` while holding the lock file. A second set-up waits; a lock whose process is gone is broken.
 * The file appears with its whole content at once (a hard link), so a reader never sees half of it.
 */
export async function withLock(file, work, { onWait = () => {}, pollMs = 200 } = {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  const own = `${file}.${process.pid}.${Math.floor(Math.random() * 1e9).toString(36)}`;
  const content = JSON.stringify(identity());
  writeFileSync(own, content);
  let held = false;
  const release = () => {
    if (held && readOrNull(file) === content) remove(file);
    held = false;
    remove(own);
  };
  process.on('exit', release);
  try {
    let told = false;
    while (!(held = takes(own, file))) {
      const holder = readOrNull(file);
      if (holder !== null && isStale(holder, ageMs(file))) {
        breakLock(file, own);
        continue;
      }
      if (!told && holder !== null) onWait(parse(holder)?.pid);
      told ||= holder !== null;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    sweep(file);
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/**
 * Whether nobody stands behind a lock any more.
 * @param {string} content what the lock file says
 * @param {number} heldMs its age
 * @param {{host?: string, startOf?: (pid: number) => string | null, isAlive?: (pid: number) => boolean}} probes
 */
export function isStale(
  content,
  heldMs,
  { host = hostname(), startOf = processStart, isAlive = alive } = {},
) {
  const holder = parse(content);
  if (holder === null) return true;
  if (holder.host !== host) return heldMs > foreignLimitMs;
  if (!isAlive(holder.pid)) return true;
  // The number may have been given to another process since: its start time tells.
  const start = startOf(holder.pid);
  return start !== null && holder.start !== null && start !== holder.start;
}

function identity() {
  return { pid: process.pid, start: processStart(process.pid), host: hostname() };
}

function takes(own, file) {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

// Two who see the same stale lock must not both remove it (the second would remove the first one's new lock): whoever
// breaks holds a second lock, and looks again before it removes.
function breakLock(file, own) {
  const breaking = `${file}.breaking`;
  if (!takes(own, breaking)) {
    const other = readOrNull(breaking);
    if (other !== null && isStale(other, ageMs(breaking))) remove(breaking);
    return;
  }
  try {
    const holder = readOrNull(file);
    if (holder !== null && isStale(holder, ageMs(file))) remove(file);
  } finally {
    remove(breaking);
  }
}

// What killed processes left beside the lock: their own half of the link.
function sweep(file) {
  const folder = path.dirname(file);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${path.basename(file)}.`)) continue;
    const full = path.join(folder, name);
    const content = readOrNull(full);
    // One that is being written is still empty.
    if (content !== null && parse(content) !== null && isStale(content, ageMs(full))) remove(full);
  }
}

function parse(content) {
  try {
    const value = JSON.parse(content);
    return Number.isInteger(value?.pid) ? value : null;
  } catch {
    return null;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    // A killed process whose parent has not asked for its end yet still has its number.
    return statFields(pid)?.[0] !== 'Z';
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Start time of a process in clock ticks since boot (Linux), null where the system does not tell. */
function processStart(pid) {
  return statFields(pid)?.[19] ?? null;
}

/** The fields of /proc/PID/stat after the program's name, which is in brackets and may itself hold spaces and brackets. */
function statFields(pid) {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function ageMs(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function readOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function remove(file) {
  try {
    unlinkSync(file);
  } catch {
    // already gone
  }
}
