import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import path from 'node:path';

/** In bytes. */
type Memory = Readonly<{
  /** What this process may use: the machine's memory, or the smallest limit of the control groups it runs in. */
  totalBytes: number;
  freeBytes: number;
  /** That smallest limit; null where the machine itself has no more. */
  limitBytes: number | null;
}>;

type Group = Readonly<{ limit: number; used: number }>;

/**
 * Memory with the limits of Linux control groups (containers, Slurm jobs), of both versions, up the hierarchy. Node's own
 * `process.constrainedMemory()` reads the innermost group alone, and `process.availableMemory()` counts the file cache as used.
 */
export function memoryNow(
  root = '/',
  machine = { totalBytes: totalmem(), freeBytes: freemem() },
): Memory {
  const groups = groupsAround(root);
  const limit = Math.min(...groups.map((group) => group.limit));
  const free = groups.map((group) => Math.max(0, group.limit - group.used));
  return {
    totalBytes: Math.min(machine.totalBytes, limit),
    freeBytes: Math.min(machine.freeBytes, ...free),
    limitBytes: limit < machine.totalBytes ? limit : null,
  };
}

/** https://docs.kernel.org/admin-guide/cgroup-v2.html and cgroup-v1/memory.html; the cache that is given up first counts as free. */
const versions = {
  v1: {
    folder: 'sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    cache: /^total_inactive_file (\d+)$/m,
  },
  v2: {
    folder: 'sys/fs/cgroup',
    limit: 'memory.max',
    used: 'memory.current',
    cache: /^inactive_file (\d+)$/m,
  },
} as const;

function groupsAround(root: string): Group[] {
  const own = read(path.join(root, 'proc/self/cgroup')) ?? '';
  return own.split('\n').flatMap((line) => {
    const [, controllers, name] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || name === undefined) return [];
    if (controllers === '') return parentsOf(name).flatMap((at) => groupOf(root, 'v2', at));
    return controllers.split(',').includes('memory')
      ? parentsOf(name).flatMap((at) => groupOf(root, 'v1', at))
      : [];
  });
}

/** With the group itself, and the root. */
function parentsOf(name: string): string[] {
  return name === '/' ? ['/'] : [name, ...parentsOf(path.posix.dirname(name))];
}

/** None where it has no limit, or is not to be seen from within a container. */
function groupOf(root: string, version: keyof typeof versions, name: string): Group[] {
  const files = versions[version];
  const folder = path.join(root, files.folder, name);
  const limit = Number(read(path.join(folder, files.limit)) ?? 'max');
  if (!Number.isFinite(limit)) return [];
  const used = Number(read(path.join(folder, files.used)) ?? 0);
  const cache = Number(files.cache.exec(read(path.join(folder, 'memory.stat')) ?? '')?.[1] ?? 0);
  return [{ limit, used: used - cache }];
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // other systems, and groups of which this process sees nothing
  }
}
