import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** sha256 of a small file's content, null where there is none. */
export function contentHash(file) {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return null;
  }
}

/**
 * Two fingerprints of source files: `quick` of names, sizes and times; `content` (a function, it reads everything) of names
 * and contents. Folders are walked; `skip` is asked with the path relative to `base`, with forward slashes.
 */
export function fingerprint(base, inputs, skip = () => false) {
  const files = inputs
    .flatMap((input) => list(base, input, skip))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    quick: digest(files.map(({ name, size, mtimeMs }) => `${name}\0${size}\0${mtimeMs}`)),
    content: () =>
      digest(files.map(({ name }) => `${name}\0${contentHash(path.join(base, name))}`)),
  };
}

/** What a stamp file says, null where it is missing or unreadable. */
export function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Writes a stamp so that it is there whole or not at all. */
export function writeStamp(file, value) {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(value)}\n`);
  renameSync(temporary, file);
}

function list(base, name, skip) {
  if (skip(name)) return [];
  let stats;
  try {
    stats = statSync(path.join(base, name));
  } catch {
    return [];
  }
  if (!stats.isDirectory()) return [{ name, size: stats.size, mtimeMs: stats.mtimeMs }];
  return readdirSync(path.join(base, name)).flatMap((child) =>
    list(base, `${name}/${child}`, skip),
  );
}

function digest(lines) {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
