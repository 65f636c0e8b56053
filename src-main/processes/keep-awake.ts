import { spawn } from 'node:child_process';

import * as m from '#messages';

/**
 * Keeps the machine from sleeping for as long as a process lives, where the system lets an ordinary process ask for that (Linux with
 * logind, macOS). Electron has a way of its own (shell/electron).
 */
export function keepAwakeWhile(pid: number): void {
  const command = inhibitor(pid, process.platform);
  if (command === null) return;
  const [name, ...args] = command;
  const child = spawn(name, args, { stdio: 'ignore' });
  child.on('error', () => {}); // not to be had here: the machine may sleep
  child.unref();
}

/** A command that ends, and with it what it asked for, when the process does; null where there is none. */
export function inhibitor(
  pid: number,
  platform: NodeJS.Platform,
): readonly [string, ...string[]] | null {
  if (platform === 'darwin') return ['caffeinate', '-i', '-w', String(pid)];
  if (platform !== 'linux') return null;
  return [
    'systemd-inhibit',
    '--what=idle:sleep',
    '--who=Twofold',
    `--why=${m.trainer_keep_awake()}`,
    'sh',
    '-c',
    `while kill -0 ${pid} 2>/dev/null; do sleep 2; done`,
  ];
}
