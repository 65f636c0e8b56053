import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process for good: pids are used again, so its start time belongs to it. */
export type ProcessIdentity = Readonly<{ pid: number; startedAt: string }>;

export function ownIdentity(): ProcessIdentity {
  own ??= { pid: process.pid, startedAt: startTime(process.pid) ?? 'unknown' };
  return own;
}

export function isProcessAlive({ pid, startedAt }: ProcessIdentity): boolean {
  const { pid: ownPid, startedAt: ownStart } = ownIdentity();
  if (pid === ownPid) return startedAt === ownStart;
  if (!isPidAlive(pid)) return false;
  const start = startTime(pid);
  // Where start times cannot be told, a process of that number counts as the one.
  return start === null ? process.platform !== 'linux' : start === startedAt;
}

let own: ProcessIdentity | undefined;

/** Whether any process has that number. */
export function isPidAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process started, in the platform's own words; null where there is none, or only a zombie. */
function startTime(pid: number): string | null {
  if (process.platform === 'linux') return linuxStartTime(pid);
  const [command, ...parameters] =
    process.platform === 'win32'
      ? [
          'powershell',
          '-NoProfile',
          '-Command',
          `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`,
        ]
      : ['ps', '-o', 'lstart=', '-p', String(pid)];
  const { status, stdout } = spawnSync(command, parameters, {
    encoding: 'utf8',
    timeout: 10_000,
    env: { ...process.env, LC_ALL: 'C' },
    windowsHide: true,
  });
  const text = status === 0 ? stdout.trim() : '';
  return text === '' ? null : text;
}

/** Clock ticks since boot, with the boot's id: field 22 of /proc/PID/stat (proc(5)). */
function linuxStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name in brackets, may hold spaces and brackets: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    const ticks = fields[19];
    if (ticks === undefined || state === 'Z' || state === 'X') return null;
    return `${bootId()}:${ticks}`;
  } catch {
    return null; // no such process
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
  } catch {
    return '';
  }
}
